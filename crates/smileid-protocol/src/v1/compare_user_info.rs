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
    /// Request that compares the authority's data about a user with the data of the user's document.
    pub strict struct Request {
        /// The id that the partner gave the person.
        user_id: String as text_or_number,
        /// Country that issued the ID, in two capital letters.
        #[debug(shown)]
        country: String,
        /// ID type, such as `BVN`.
        #[debug(shown)]
        id_type: String,
        /// Name of the program that sends the request.
        source_sdk: Option<String>,
        /// Version of the program that sends the request.
        source_sdk_version: Option<String>,
    }
}

impl Request {
    /// Creates a request that compares the authority's data about a user with the user's document.
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
