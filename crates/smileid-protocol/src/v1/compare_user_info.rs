//! `POST /v1/compare_user_info`: compares a user's data of the authority and of a document (job type 9).
//!
//! Wire: documented, except for the version in the path, which is inferred, and the reply, of which only the names are
//! known.

use smileid_types::{Extra, JobResult, open_struct};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Request that compares the authority's record of a user with the user's document.
    pub strict struct Request {
        /// The partner's `user_id`.
        user_id: String as text_or_number,
        /// The country of the ID.
        #[debug(shown)]
        country: String,
        /// The ID type, such as `BVN`.
        #[debug(shown)]
        id_type: String,
        /// Name of the software that sends the request.
        source_sdk: Option<String>,
        /// Version of that software.
        source_sdk_version: Option<String>,
    }
}

impl Request {
    /// Creates a comparison of the data of a user's ID.
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

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::compare_user_info", "/v1/compare_user_info");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = JobResult;
    type ReplyAuth = MaybeSignedReply;
}
