//! `POST /v1/upload`: announces a job with images and asks where to put them.
//!
//! Wire: recorded from the official SDKs; the reply is documented on the API's prep-upload page.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smileid_types::{ErrorCode, Extra, PartnerParams, lenient, redact};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{Anonymous, SignedUpload},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// The name under which every SDK announces its archive.
pub const FILE_NAME: &str = "selfie.zip";

/// Announces a job with images.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The name of the archive that will be put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The partner's names for the job.
    pub partner_params: PartnerParams,
    /// For mobile clients; always an empty object here. Some SDKs send an empty text.
    #[serde(default = "empty_object")]
    pub model_parameters: Value,
    /// Where results are to be sent. Some SDKs send an empty text for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Whether the enrolled selfie stands in for a new one.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub use_enrolled_image: Option<bool>,
    /// Whether a user who is enrolled may be enrolled again.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub allow_new_enroll: Option<bool>,
    /// Whether a job that was announced before, and whose archive never arrived, gets a fresh link.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub retry: Option<bool>,
    /// What mobile clients say of the phone: a list.
    #[serde(default, deserialize_with = "lenient::present", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// What the request was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk_version: Option<String>,
    /// Members that this type has no field for. The JavaScript SDK puts the ID information here.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Announces the job of `partner_params`.
    pub fn new(partner_params: PartnerParams) -> Self {
        Self {
            file_name: Some(FILE_NAME.to_owned()),
            partner_params,
            model_parameters: empty_object(),
            callback_url: None,
            use_enrolled_image: None,
            allow_new_enroll: None,
            retry: None,
            metadata: None,
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            extra: Extra::default(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("partner_params", &self.partner_params)
            .field("callback_url", &redact::link(&self.callback_url))
            .field("use_enrolled_image", &self.use_enrolled_image)
            .field("allow_new_enroll", &self.allow_new_enroll)
            .field("retry", &self.retry)
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::upload", "/v1/upload");
    type Auth = SignedUpload;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

/// Where to put the archive, and the API's number for the job.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// Where to put the archive. Whoever has it can put one.
    pub upload_url: String,
    /// The API's number for the job: ten digits in the samples.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub smile_job_id: String,
    /// The API's name for the upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ref_id: Option<String>,
    /// For mobile clients: the text `null`, or null.
    #[serde(default, deserialize_with = "lenient::present", skip_serializing_if = "Option::is_none")]
    pub camera_config: Option<Value>,
    /// [`ErrorCode::UPLOAD_ACCEPTED`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Response {
    /// An accepted job.
    pub fn new(
        upload_url: impl Into<String>,
        smile_job_id: impl Into<String>,
        ref_id: impl Into<String>,
    ) -> Self {
        Self {
            upload_url: upload_url.into(),
            smile_job_id: smile_job_id.into(),
            ref_id: Some(ref_id.into()),
            camera_config: None,
            code: Some(ErrorCode::UPLOAD_ACCEPTED),
            extra: Extra::default(),
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("smile_job_id", &self.smile_job_id)
            .field("ref_id", &redact::link(&self.ref_id))
            .field("code", &self.code)
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

fn empty_object() -> Value {
    Value::Object(Map::new())
}
