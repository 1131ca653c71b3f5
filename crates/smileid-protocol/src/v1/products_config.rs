//! `POST /v1/products_config`: what a partner may use, and what needs a person's consent.
//!
//! Wire: seen in the mobile and web SDKs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smileid_types::Extra;

use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Asks what the partner may use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::products_config", "/v1/products_config").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

/// What the partner may use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Response {
    /// By country: the ID types that need the person's consent.
    #[serde(default)]
    pub consent_required: BTreeMap<String, Vec<String>>,
    /// The partner's enterprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise_id: Option<String>,
    /// By product and country: the ID types that are enabled.
    #[serde(default)]
    pub id_selection: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}
