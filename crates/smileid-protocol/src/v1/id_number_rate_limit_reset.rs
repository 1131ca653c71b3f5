//! `POST /v1/id_number_rate_limit_reset`: unblocks an ID number that was asked for too often.
//!
//! Wire: documented; a third party sends the country too.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, lenient, redact};

use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Unblocks an ID number.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The kind of ID.
    pub id_type: String,
    /// The number.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub id_number: String,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Unblocks an ID number.
    pub fn new(id_type: impl Into<String>, id_number: impl Into<String>) -> Self {
        Self { id_type: id_type.into(), id_number: id_number.into(), country: None, extra: Extra::default() }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("id_type", &self.id_type).finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec =
        Spec::post("v1::id_number_rate_limit_reset", "/v1/id_number_rate_limit_reset").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

/// Whether it is unblocked.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// The answer in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether it is. The API sends a text.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        serialize_with = "lenient::bool_as_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub success: Option<bool>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("message", &redact::text(&self.message))
            .field("success", &self.success)
            .field("extra", &self.extra)
            .finish()
    }
}
