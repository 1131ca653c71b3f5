//! `POST /v1/job_status`: how a job stands.
//!
//! Wire: recorded from the official SDKs; the reply from the API's job status page and the SDKs' fixtures. The one
//! reply whose signature the official SDKs check.

mod confirm;

use std::{fmt, iter};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;
use smileid_types::{
    Doubt, ErrorCode, Extra, ImageLinks, JobResult, Member as _, StatusResult, Verdict, lenient,
};

use crate::{
    auth::{SignedBody, SignedReply},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

pub use confirm::{ConfirmError, confirm};

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
///
/// What is of another type than its field stays in `extra`, so that one odd member never loses the result.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Response {
    /// Whether a result has been reached.
    pub job_complete: bool,
    /// Whether the API counts the job as passed. The result code says more.
    pub job_success: bool,
    /// [`ErrorCode::STATUS_ANSWERED`], or [`ErrorCode::NO_ARCHIVE_YET`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// The result, or a text that says why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<StatusResult>,
    /// Every result of the job, the newest first, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<JobResult>>,
    /// Links to the images, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_links: Option<ImageLinks>,
    /// Members that this type has no field for, and those that do not fit theirs.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Response {
    /// The result, when there is one.
    pub fn result(&self) -> Option<&JobResult> {
        self.result.as_ref().and_then(StatusResult::result)
    }

    /// Whether the API waits for the job's archive.
    pub fn lacks_archive(&self) -> bool {
        let is_text = matches!(&self.result, Some(StatusResult::Text(_)));
        self.code == Some(ErrorCode::NO_ARCHIVE_YET) || (is_text && !self.job_complete)
    }

    /// What the job comes to, from its result and, if it was asked for, its history.
    ///
    /// Without a result there is nothing to judge: the history may be that of the user's other jobs. An approval of a job
    /// that is not complete, or no success, is provisional.
    pub fn verdict(&self) -> Verdict {
        let history = self.history.iter().flatten();
        let results = self.result().into_iter().flat_map(|result| iter::once(result).chain(history.clone()));
        Verdict::of_job(results)
            .doubting(!self.job_complete, Doubt::NotFinal)
            .doubting(!self.job_success, Doubt::Contradicted)
    }
}

impl<'de> Deserialize<'de> for Response {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut extra = Extra::deserialize(deserializer)?;
        let mut flag = |name: &'static str| match extra.remove(name) {
            // Some servers write null, or nothing, for false.
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(value) => {
                let wrong = || D::Error::custom(format_args!("`{name}` is neither true nor false"));
                bool::fit(&value).map(Some).ok_or_else(wrong)
            }
        };
        let job_complete = flag("job_complete")?;
        let job_success = flag("job_success")?;
        Ok(Self {
            job_complete: job_complete.ok_or_else(|| D::Error::missing_field("job_complete"))?,
            job_success: job_success.unwrap_or_default(),
            code: extra.take("code"),
            result: extra.take("result"),
            history: extra.take("history"),
            image_links: extra.take("image_links"),
            extra,
        })
    }
}

/// Some SDKs send null for false.
fn bool_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    lenient::optional_bool_or_text(deserializer).map(Option::unwrap_or_default)
}
