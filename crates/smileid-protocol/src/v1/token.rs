//! `POST /v1/token`: a token with which a browser may run one job.
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, lenient, redact};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{Anonymous, Secret, SignedBody, secret},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Asks for a token.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The partner's name for the person.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub user_id: String,
    /// The partner's name for the job.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub job_id: String,
    /// What the job does, in the API's word for the product: `biometric_kyc`.
    pub product: String,
    /// Where the result is sent. Some SDKs send an empty text for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
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
    /// Asks for a token for one job of `product`.
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

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("job_id", &self.job_id)
            .field("product", &self.product)
            .field("callback_url", &redact::link(&self.callback_url))
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::token", "/v1/token").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

/// The token.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// The token: whoever has it can run the job.
    #[serde(deserialize_with = "secret::text_or_number")]
    pub token: Secret,
    /// Whether there is one.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub success: Option<bool>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Response {
    /// A token.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into(), success: Some(true), extra: Extra::default() }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("token", &self.token).finish_non_exhaustive()
    }
}
