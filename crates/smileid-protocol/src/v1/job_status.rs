//! `POST /v1/job_status`: returns the status of a job.
//!
//! Wire: recorded from the official SDKs; the reply from the API's job status page and the SDKs' fixtures. This is the
//! only reply whose signature the official SDKs check.

mod confirm;
mod past;

use std::iter;

use serde::de::Error;
use serde_json::Value;
use smileid_types::{
    ErrorCode, Extra, ImageLinks, JobResult, Member as _, StatusResult, Uncertainty, Verdict, open_struct,
};

use crate::{
    auth::{SignedBody, SignedReply},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

pub use confirm::{ConfirmError, confirm, results};
use past::Past;

open_struct! {
    /// Request for the status of a job.
    #[debug(rest)]
    pub strict struct Request {
        /// The id that the partner gave the person.
        user_id: String as text_or_number,
        /// The id that the partner gave the job.
        #[debug(shown)]
        job_id: String as text_or_number,
        /// True to request links to the images of the job.
        #[debug(shown)]
        image_links: bool as bool_or_none,
        /// True to request all results of the job, not only the last one.
        #[debug(shown)]
        history: bool as bool_or_none,
    }
}

impl Request {
    /// Creates a request for the last result of a job.
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

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::job_status", "/v1/job_status").retry_safe();
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = SignedReply;
}

open_struct! {
    /// Response with the status of a job.
    ///
    /// A member of another type than its field stays in `extra`, so one malformed member never loses the result.
    #[derive(Default)]
    #[debug(all)]
    pub strict struct Response {
        /// True if the job has a result.
        job_complete: bool as flag,
        /// True if the API counts the job as passed. The result code is more precise.
        job_success: bool as flag_or_false,
        /// Code of the response: [`ErrorCode::STATUS_ANSWERED`] or [`ErrorCode::NO_ARCHIVE_YET`].
        code: Option<ErrorCode> as fit,
        /// Result of the job, or a text with the reason for its absence.
        result: Option<StatusResult> as fit,
        /// All results of the job, the newest first, if requested. A list with an item that is not a result stays in `extra`;
        /// [`Response::verdict`] counts the other items.
        history: Option<Vec<JobResult>> as fit,
        /// Links to the images of the job, if requested.
        image_links: Option<ImageLinks> as fit,
    }
}

impl Response {
    /// Returns the result of the job, if there is one.
    pub fn result(&self) -> Option<&JobResult> {
        self.result.as_ref().and_then(StatusResult::result)
    }

    /// Returns true if the API has not yet received the archive of the job.
    pub fn lacks_archive(&self) -> bool {
        let is_text = matches!(&self.result, Some(StatusResult::Text(_)));
        self.code == Some(ErrorCode::NO_ARCHIVE_YET) || (is_text && !self.job_complete)
    }

    /// Returns the verdict on the job, from its result and, if requested, its other results.
    ///
    /// Without a result there is no verdict: the history may be that of the user's other jobs. An approval is
    /// provisional if the job is not complete, or is no success. It is provisional, too, if the history contradicts it:
    /// with a newer result of another kind, with an entry that cannot be read, or with one of the same ids and another
    /// number.
    pub fn verdict(&self) -> Verdict {
        let past = Past::from_response(self);
        let results = self.result().into_iter().flat_map(|result| iter::once(result).chain(past.results()));
        Verdict::for_job(results)
            .doubting(!self.job_complete, Uncertainty::NotFinal)
            .doubting(!self.job_success, Uncertainty::Contradicted)
            .doubting(self.result().is_some_and(|result| past.contradicts(result)), Uncertainty::Contradicted)
    }
}

fn flag<E: Error>(message: &mut Extra, name: &'static str) -> Result<bool, E> {
    optional_flag(message, name)?.ok_or_else(|| E::missing_field(name))
}

fn flag_or_false<E: Error>(message: &mut Extra, name: &'static str) -> Result<bool, E> {
    optional_flag(message, name).map(Option::unwrap_or_default)
}

fn optional_flag<E: Error>(message: &mut Extra, name: &'static str) -> Result<Option<bool>, E> {
    match message.remove(name) {
        // Some servers send null for false, or leave the member out.
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(value) => {
            let wrong = || E::custom(format_args!("`{name}` is neither true nor false"));
            bool::fit(&value).map(Some).ok_or_else(wrong)
        }
    }
}
