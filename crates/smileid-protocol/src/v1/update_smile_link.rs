//! `PUT /v1/smile_links/{ref_id}`: changes a link, or ends it.
//!
//! Wire: documented.

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, lenient};

use super::create_smile_link::SmileLink;
use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Changes a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The API's name for it.
    pub ref_id: String,
    /// Whether it no longer works.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub is_disabled: Option<bool>,
    /// What else is changed, by the names that make a link.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Ends a link.
    pub fn disable(ref_id: impl Into<String>) -> Self {
        Self { ref_id: ref_id.into(), is_disabled: Some(true), extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::put("v1::update_smile_link", "/v1/smile_links/{ref_id}");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}
