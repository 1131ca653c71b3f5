//! `POST /v1/backfill_users`: enrols a user with a photo that the partner already has.
//!
//! Wire: documented in an official tool's README; the reply is that of a registration, at once.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, JobResult, lenient, redact};

use crate::{
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Enrols a user.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The partner's name for the person.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub user_id: String,
    /// When the partner made the user.
    pub user_created_at: String,
    /// The photo in base64, JPEG or PNG, at most 5 MB.
    pub photo: String,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Enrols a user with a photo in base64.
    pub fn new(
        user_id: impl Into<String>,
        user_created_at: impl Into<String>,
        photo: impl Into<String>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            user_created_at: user_created_at.into(),
            photo: photo.into(),
            extra: Extra::default(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("photo", &redact::bytes(self.photo.len())).finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::backfill_users", "/v1/backfill_users");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = JobResult;
    type ReplyAuth = MaybeSignedReply;
}
