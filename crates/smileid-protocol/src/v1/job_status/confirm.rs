//! Confirms a callback's content by a status reply of the API.

use bytes::Bytes;
use smileid_types::JobResult;

use super::{
    Request,
    past::{Past, is_stray},
};
use crate::{
    auth::{
        AuthError, Credentials,
        trust::{Confirmed, OriginProven, TrustError, Window},
    },
    endpoint::Endpoint,
    reply::ReplyError,
    timestamp::Timestamp,
};

/// Confirms the content of a callback by the status reply about the same job.
///
/// `asked` is the timestamp of the status request. A Biometric KYC has two callbacks, of the images and of the lookup,
/// and a status reply has the second only in its history: ask [with history](Request::history). Returns the API's own
/// result of the claimed kind, which may be newer than the claimed one, with the verdict on the whole job.
///
/// # Errors
///
/// If the response is not a reply, is not signed by one of `keys` inside `window`, has the signature of the request or
/// of the callback, is about a job that is not complete, or has no such result of the claimed job. A reply whose result
/// is that of another job confirms nothing, whatever its history holds. Neither does a reply whose history has an entry
/// that contradicts the names of the claim.
pub fn confirm(
    claimed: &OriginProven<JobResult>,
    response: &http::Response<Bytes>,
    asked: &Timestamp,
    keys: &[Credentials],
    now_utc_millis: i64,
    window: Window,
) -> Result<Confirmed, ConfirmError> {
    let reply = Request::decode_reply(response)?.verify_origin(keys, now_utc_millis, window)?;
    // A signature covers the timestamp alone, so an attacker who saw these two could have put one of them on a forged
    // reply.
    if [asked, claimed.timestamp()].contains(&reply.timestamp()) {
        return Err(TrustError::Auth(AuthError::Reflected).into());
    }
    if !reply.job_complete {
        return Err(ConfirmError::NotComplete);
    }
    let verdict = reply.verdict();
    let past = Past::of(&reply);
    let result = reply.result();
    if result.is_none() && past.results().next().is_none() {
        return Err(ConfirmError::NoResult);
    }
    let is_another = |it: &JobResult| it.has_unread_names() || it.is_same_job(claimed) != Some(true);
    if result.is_some_and(is_another) || past.results().any(|it| is_stray(it, claimed)) {
        return Err(ConfirmError::AnotherJob);
    }
    let results = result.into_iter().chain(past.results());
    let mut of_the_job = results.filter(|it| it.is_same_job(claimed) == Some(true)).peekable();
    if of_the_job.peek().is_none() {
        return Err(ConfirmError::AnotherJob);
    }
    // A newer result with an unknown code may be of the claimed kind, and have overturned the claimed one.
    let may_be_it =
        |it: &&JobResult| it.part().is_none() || claimed.part().is_none_or(|part| it.part() == Some(part));
    let found = of_the_job.find(may_be_it).cloned();
    found.map(|result| Confirmed::new(result, verdict)).ok_or(ConfirmError::NoResult)
}

/// The content of a callback was not confirmed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The response is not the expected reply.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The response does not come from the API, or is not recent.
    #[error("the answer does not prove that it comes from the API")]
    Forged(#[from] TrustError),
    /// The API has not finished the job.
    #[error("the job is not complete")]
    NotComplete,
    /// The API has no such result for the job.
    #[error("the API has no such result for the job")]
    NoResult,
    /// The callback and the response are about different jobs, or do not have enough names to tell.
    #[error("the API's result does not name the job that the callback names")]
    AnotherJob,
}
