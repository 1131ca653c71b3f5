//! `POST /v1/compare_user_info`: compares what the authority and a document say of a user (job type 9).
//!
//! Wire: documented but for the version in the path, which is inferred, and the reply, of which names alone are known.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, JobResult, lenient};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Compares what is known of a user.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The partner's name for the person.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub user_id: String,
    /// The country of the ID.
    pub country: String,
    /// The kind of ID.
    pub id_type: String,
    /// What the request was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk_version: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Compares what is known of a user's ID.
    pub fn new(user_id: impl Into<String>, country: impl Into<String>, id_type: impl Into<String>) -> Self {
        Self {
            user_id: user_id.into(),
            country: country.into(),
            id_type: id_type.into(),
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            extra: Extra::default(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("country", &self.country)
            .field("id_type", &self.id_type)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::compare_user_info", "/v1/compare_user_info");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = JobResult;
    type ReplyAuth = MaybeSignedReply;
}
