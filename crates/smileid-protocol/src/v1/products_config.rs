//! `POST /v1/products_config`: what a partner may use, and what needs a person's consent.
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
    /// Asks what the partner may use.
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
    /// What the partner may use.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Response {
        /// By country: the ID types that need the person's consent.
        consent_required: BTreeMap<String, Vec<String>> as default = "consentRequired",
        /// The partner's enterprise.
        enterprise_id: Option<String> = "enterpriseId",
        /// By product and country: the ID types that are enabled.
        id_selection: BTreeMap<String, BTreeMap<String, Vec<String>>> as default = "idSelection",
    }
}
