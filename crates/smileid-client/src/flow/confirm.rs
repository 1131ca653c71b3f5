//! Flow that requests the API's own results of a job, to confirm a callback or to replace a missing one.

use std::{sync::Arc, time::Duration};

use smileid_protocol::{
    auth::{
        AuthError,
        trust::{Confirmed, OriginProven, TrustError},
    },
    job::JobRef,
    types::JobResult,
    v1::job_status,
};

use super::{Action, Event, Exchange, Failure, Flow, Reply};
use crate::{clock::Now, config::Config, store::JobRecord};

/// Flow that requests the status of a job with its history, and reads the API's own results from it.
#[derive(Debug)]
pub struct ConfirmResult<'c> {
    config: Arc<Config>,
    subject: Subject<'c>,
    exchange: Exchange<job_status::Request>,
    echoes: u32,
}

#[derive(Debug)]
enum Subject<'c> {
    Claim(&'c OriginProven<JobResult>),
    Job(JobRef),
}

impl<'c> ConfirmResult<'c> {
    /// Creates the flow that confirms the result in a callback. `seed` varies the pauses between attempts.
    ///
    /// # Errors
    ///
    /// [`ConfirmError::Unnamed`].
    pub fn new(
        config: impl Into<Arc<Config>>,
        claimed: &'c OriginProven<JobResult>,
        seed: u64,
    ) -> Result<Self, ConfirmError> {
        let ids = JobRecord::ids_of(claimed).ok_or(ConfirmError::Unnamed)?;
        Ok(Self::for_subject(config.into(), &ids, Subject::Claim(claimed), seed))
    }

    /// Creates the flow that requests the newest result of each part of a job.
    pub fn for_job(config: impl Into<Arc<Config>>, ids: &JobRef, seed: u64) -> Self {
        Self::for_subject(config.into(), ids, Subject::Job(ids.clone()), seed)
    }

    fn for_subject(config: Arc<Config>, ids: &JobRef, subject: Subject<'c>, seed: u64) -> Self {
        let mut request = job_status::Request::new(ids.user_id(), ids.job_id());
        request.history = true; // without the history, the response has only one of a job's results
        Self { exchange: Exchange::new(Arc::clone(&config), request, seed), config, subject, echoes: 0 }
    }

    fn judge(&self, reply: &Reply<job_status::Response>) -> Result<Vec<Confirmed>, job_status::ConfirmError> {
        let at = reply.at_utc_millis;
        let keys = std::slice::from_ref(&self.config.credentials);
        let window = self.config.reply_window;
        let Some(asked) = self.exchange.signed_at() else { return Err(job_status::ConfirmError::NoResult) };
        match &self.subject {
            Subject::Claim(claimed) => {
                let confirmed = job_status::confirm(claimed, &reply.raw, asked, keys, at, window)?;
                Ok(vec![confirmed])
            }
            Subject::Job(ids) => job_status::results(ids, &reply.raw, asked, keys, at, window),
        }
    }
}

impl Flow for ConfirmResult<'_> {
    /// One result for a callback; for a job, one result for each of its parts.
    type Output = Vec<Confirmed>;
    type Error = ConfirmError;

    fn on(&mut self, event: Event, now: Now) -> Action<Vec<Confirmed>, ConfirmError> {
        let reply = match self.exchange.on(event, now).ended() {
            Err(action) => return action,
            Ok(Err(error)) => return Action::Done(Err(error.into())),
            Ok(Ok(reply)) => reply,
        };
        match self.judge(&reply) {
            // The response was signed in the same millisecond as the callback. That happens with genuine servers now and
            // then, but not three times in a row.
            Err(job_status::ConfirmError::Forged(TrustError::Auth(AuthError::Reflected)))
                if self.echoes < 2 =>
            {
                self.echoes += 1;
                Action::Wait(Duration::from_millis(u64::from(self.echoes) * 7))
            }
            result => Action::Done(result.map_err(ConfirmError::from)),
        }
    }
}

/// Returns the confirmed result of a callback.
pub(crate) fn first(results: Vec<Confirmed>) -> Result<Confirmed, ConfirmError> {
    results.into_iter().next().ok_or_else(|| job_status::ConfirmError::NoResult.into())
}

/// Error: the content of a callback was not confirmed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The callback does not contain the ids of its user and job, or an id is longer than 1,024 bytes, so the job status cannot
    /// be requested.
    #[error("the callback does not contain the user_id and job_id of its job, so it cannot be confirmed")]
    Unnamed,
    /// The status request failed, or its response cannot be used.
    #[error(transparent)]
    Asking(#[from] Failure),
    /// The status response does not confirm the callback.
    #[error(transparent)]
    Unconfirmed(#[from] job_status::ConfirmError),
}

impl ConfirmError {
    /// Returns true if the same call may succeed later: no response came, or the API has not finished the job.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Asking(failure) => failure.is_retryable(),
            Self::Unconfirmed(error) => matches!(error, job_status::ConfirmError::NotComplete),
            Self::Unnamed => false,
        }
    }
}
