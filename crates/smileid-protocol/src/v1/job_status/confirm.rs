//! From a callback's claim to what the API says when it is asked.

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

/// Confirms what a callback claims, by the reply to a question about the same job.
///
/// `asked` is the timestamp of that question. A Biometric KYC calls back twice, of the images and of the lookup, and a
/// status reply has the second in its history alone: ask [with history](Request::history). Returns the API's own result
/// of the claimed kind, which may be newer than the claimed one, with the verdict on the whole job.
///
/// # Errors
///
/// When the reply is none, is not signed by one of `keys` inside `window`, bears the signature of the question or of
/// the callback, is about a job that is not complete, or has no such result of the job that the claim names. A reply
/// whose result is that of another job confirms nothing, whatever its history holds, and neither does one whose history
/// has an entry that contradicts the names of the claim.
pub fn confirm(
    claimed: &OriginProven<JobResult>,
    response: &http::Response<Bytes>,
    asked: &Timestamp,
    keys: &[Credentials],
    now_utc_millis: i64,
    window: Window,
) -> Result<Confirmed, ConfirmError> {
    let reply = Request::decode_reply(response)?.verify_origin(keys, now_utc_millis, window)?;
    // A signature covers the time alone, so whoever saw these two could have put one of them on an answer of his own.
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
    // A newer result that no table knows may be of the claimed kind, and have overturned the claimed one.
    let may_be_it =
        |it: &&JobResult| it.part().is_none() || claimed.part().is_none_or(|part| it.part() == Some(part));
    let found = of_the_job.find(may_be_it).cloned();
    found.map(|result| Confirmed::new(result, verdict)).ok_or(ConfirmError::NoResult)
}

/// A callback's claim was not confirmed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The API did not answer as asked.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The answer is not the API's own, or not of now.
    #[error("the answer does not prove that it comes from the API")]
    Forged(#[from] TrustError),
    /// The API has not done with the job.
    #[error("the job is not complete")]
    NotComplete,
    /// The API has no such result for the job.
    #[error("the API has no such result for the job")]
    NoResult,
    /// The claim and the answer are about different jobs, or do not say enough to tell.
    #[error("the API's result does not name the job that the callback names")]
    AnotherJob,
}
