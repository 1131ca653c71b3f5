//! `POST /v1/backfill_users`: enrols a user with a photo that the partner already has.
//!
//! Wire: documented in an official tool's README; the reply is that of a registration, and immediate.

use smileid_types::{Extra, JobResult, open_struct};

use crate::{
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request that enrols a user with a photo that the partner already has.
    pub strict struct Request {
        /// The id that the partner gave the person.
        user_id: String as text_or_number,
        /// Time at which the partner created the user's account.
        user_created_at: String,
        /// Photo of the user in base64: JPEG or PNG, at most 5 MB.
        #[debug(length)]
        photo: String,
    }
}

impl Request {
    /// Creates a request that enrols a user with a photo in base64.
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

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::backfill_users", "/v1/backfill_users");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = JobResult;
    type ReplyAuth = MaybeSignedReply;
}
