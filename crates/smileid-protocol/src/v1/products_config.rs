//! `POST /v1/products_config`: returns the products enabled for a partner, and the ID types that need consent.
//!
//! Wire: seen in the mobile and web SDKs.

use std::collections::BTreeMap;

use smileid_types::open_struct;

use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request for the products that are enabled for the partner.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Request {}
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::products_config", "/v1/products_config").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with the products that are enabled for the partner.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Response {
        /// ID types that require the person's consent, by country.
        consent_required: BTreeMap<String, Vec<String>> as default = "consentRequired",
        /// Enterprise id of the partner.
        enterprise_id: Option<String> = "enterpriseId",
        /// Enabled ID types, by product and country.
        id_selection: BTreeMap<String, BTreeMap<String, Vec<String>>> as default = "idSelection",
    }
}
