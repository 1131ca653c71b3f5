//! `POST /v1/job_status`: how a job stands.
//!
//! Wire: recorded from the official SDKs; the reply from the API's job status page and the SDKs' fixtures. The one
//! reply whose signature the official SDKs check.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use smileid_types::{ErrorCode, Extra, ImageLinks, JobResult, StatusResult, Verdict, lenient};

use crate::{
    auth::{
        AuthError, Credentials, SignedBody, SignedReply,
        trust::{Confirmed, OriginProven},
    },
    codec::Json,
    endpoint::{Endpoint, Spec},
    reply::ReplyError,
};

/// Asks how a job stands.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The partner's name for the person.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub user_id: String,
    /// The partner's name for the job.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub job_id: String,
    /// Whether to answer with links to the images.
    #[serde(default, deserialize_with = "bool_or_none")]
    pub image_links: bool,
    /// Whether to answer with every result of the job.
    #[serde(default, deserialize_with = "bool_or_none")]
    pub history: bool,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Asks for the result alone.
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>) -> Self {
        Self {
            user_id: user_id.into(),
            job_id: job_id.into(),
            image_links: false,
            history: false,
            extra: Extra::default(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("job_id", &self.job_id)
            .field("image_links", &self.image_links)
            .field("history", &self.history)
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::job_status", "/v1/job_status").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = SignedReply;
}

/// How a job stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// Whether a result has been reached.
    #[serde(deserialize_with = "lenient::bool_or_text")]
    pub job_complete: bool,
    /// Whether the API counts the job as passed. The result code says more.
    #[serde(default, deserialize_with = "bool_or_none")]
    pub job_success: bool,
    /// [`ErrorCode::STATUS_ANSWERED`], or [`ErrorCode::NO_ARCHIVE_YET`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// The result, or a text that says why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<StatusResult>,
    /// Every result of the job, the newest first, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<JobResult>>,
    /// Links to the images, when asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_links: Option<ImageLinks>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Response {
    /// The result, when there is one.
    pub fn result(&self) -> Option<&JobResult> {
        self.result.as_ref().and_then(StatusResult::result)
    }

    /// What the job comes to, from its result and, if it was asked for, its history.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_job(self.result().into_iter().chain(self.history.iter().flatten()))
    }
}

/// Confirms what a callback claims, by the reply to a question about the same job.
///
/// Returns the API's own result, which may be newer than the claimed one.
///
/// # Errors
///
/// When the reply is none, is not signed, or has no result for the job that the claim names.
pub fn confirm(
    response: &http::Response<Bytes>,
    credentials: &Credentials,
    claimed: &OriginProven<JobResult>,
) -> Result<Confirmed<JobResult>, ConfirmError> {
    let reply = Request::decode_reply(response)?.verify(credentials)?;
    let Some(StatusResult::Result(result)) = reply.result else { return Err(ConfirmError::NoResult) };
    let ids = |result: &JobResult| {
        let params = result.partner_params.clone().unwrap_or_default();
        (result.smile_job_id.clone(), params.user_id, params.job_id)
    };
    if ids(&result) == ids(claimed) { Ok(Confirmed::new(*result)) } else { Err(ConfirmError::AnotherJob) }
}

/// A callback's claim was not confirmed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The API did not answer as asked.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The answer is not the API's own.
    #[error("the answer does not prove that it comes from the API")]
    Forged(#[from] AuthError),
    /// The API has no result for the job.
    #[error("the API has no result for the job")]
    NoResult,
    /// The claim and the answer are about different jobs.
    #[error("the API's result is that of another job than the callback's")]
    AnotherJob,
}

/// Some SDKs send null for false.
fn bool_or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    lenient::optional_bool_or_text(deserializer).map(Option::unwrap_or_default)
}
