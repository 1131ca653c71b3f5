//! `POST /v1/upload`: starts an image job and returns a URL for its archive.
//!
//! Wire: recorded from the official SDKs; the reply is documented on the API's prep-upload page.

use serde_json::{Map, Value};
use smileid_types::{ErrorCode, Extra, PartnerParams, open_struct};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{Anonymous, SignedUpload},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// File name that all official SDKs send for their archive.
pub const FILE_NAME: &str = "selfie.zip";

open_struct! {
    /// Request that starts an image job. The archive follows in a second request.
    #[debug(rest)]
    pub strict struct Request {
        /// File name of the archive that will be uploaded.
        file_name: Option<String>,
        /// Parameters of the job: `user_id`, `job_id`, job type and the parameters that the partner added.
        #[debug(shown)]
        partner_params: PartnerParams,
        /// Object for mobile clients; here always an empty object. Some SDKs send an empty text.
        model_parameters: Value as any_or_empty_object,
        /// Callback URL to which the API sends the result. If there is none, some SDKs send an empty text.
        #[debug(link)]
        callback_url: Option<String>,
        /// True to use the enrolled selfie of the user instead of a new one.
        #[debug(shown)]
        use_enrolled_image: Option<bool> as bool_or_text,
        /// True to allow that an enrolled user is enrolled again.
        #[debug(shown)]
        allow_new_enroll: Option<bool> as bool_or_text,
        /// True to request a new upload URL for a job that was started before and whose archive never arrived.
        #[debug(shown)]
        retry: Option<bool> as bool_or_text,
        /// Data about the phone, sent by mobile clients: a list.
        metadata: Option<Value> as present,
        /// Name of the program that sends the request.
        source_sdk: Option<String>,
        /// Version of the program that sends the request.
        source_sdk_version: Option<String>,
    }
}

impl Request {
    /// Creates the first request of the image job with these parameters.
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

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::upload", "/v1/upload");
    type Auth = SignedUpload;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

open_struct! {
    /// Response with the upload URL for the archive and the API's number of the job.
    #[debug(rest)]
    pub strict struct Response {
        /// Presigned URL to which the archive is uploaded. It is a secret: its holder can upload an archive.
        upload_url: String,
        /// Number that the API gave the job, ten digits in the samples.
        #[debug(shown)]
        smile_job_id: String as text_or_number,
        /// Id that the API gave the upload.
        #[debug(link)]
        ref_id: Option<String>,
        /// Setting for mobile clients: the text `null`, or null.
        camera_config: Option<Value> as present,
        /// Code of an accepted request: [`ErrorCode::UPLOAD_ACCEPTED`].
        #[debug(shown)]
        code: Option<ErrorCode>,
    }
}

impl Response {
    /// Creates the response to an accepted image job.
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

#[expect(clippy::unnecessary_wraps, reason = "the form of a field may fail")]
fn any_or_empty_object<E>(message: &mut Extra, name: &'static str) -> Result<Value, E> {
    Ok(message.remove(name).unwrap_or_else(empty_object))
}

fn empty_object() -> Value {
    Value::Object(Map::new())
}
