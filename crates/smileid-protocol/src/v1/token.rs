//! `POST /v1/token`: creates a token with which a browser may run one job.
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures.

use smileid_types::{Extra, open_struct};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{Anonymous, Secret, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

open_struct! {
    /// Requests a token.
    pub strict struct Request {
        /// The partner's name for the person.
        user_id: String as text_or_number,
        /// The partner's name for the job.
        #[debug(shown)]
        job_id: String as text_or_number,
        /// The product, in the API's word: `biometric_kyc`.
        #[debug(shown)]
        product: String,
        /// Callback URL for the result. Some SDKs send an empty text for none.
        #[debug(link)]
        callback_url: Option<String>,
        /// Name of the software that made the request.
        source_sdk: Option<String>,
        /// Its version.
        source_sdk_version: Option<String>,
    }
}

impl Request {
    /// Creates a request for a token for one job of `product`.
    pub fn new(
        user_id: impl Into<String>,
        job_id: impl Into<String>,
        product: impl Into<String>,
        callback_url: impl Into<String>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            job_id: job_id.into(),
            product: product.into(),
            callback_url: Some(callback_url.into()),
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            extra: Extra::default(),
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::token", "/v1/token").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// The token.
    pub strict struct Response {
        /// The token. It is a secret: it allows its holder to run the job.
        #[debug(shown)]
        token: Secret as text_or_number,
        /// True if there is a token.
        success: Option<bool> as bool_or_text,
    }
}

impl Response {
    /// Creates the reply with a token.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into(), success: Some(true), extra: Extra::default() }
    }
}
