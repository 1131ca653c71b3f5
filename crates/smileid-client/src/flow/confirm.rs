//! Asks the API to confirm the content of a callback.

use std::time::Duration;

use http::Response;
use smileid_protocol::{
    auth::{
        AuthError,
        trust::{Confirmed, OriginProven, TrustError},
    },
    types::JobResult,
    v1::job_status,
};

use super::{Action, Event, Exchange, Flow, Reply};
use crate::{callback::JobRecord, clock::Now, config::Config, error::Error};

/// Asks for the status of the job that a callback names, with its history, and confirms the callback's content.
#[derive(Debug)]
pub struct ConfirmResult<'c> {
    config: &'c Config,
    claimed: &'c OriginProven<JobResult>,
    exchange: Exchange<'c, job_status::Request>,
    echoes: u32,
}

impl<'c> ConfirmResult<'c> {
    /// Creates the flow that confirms `claimed`. `seed` spreads the pauses between attempts.
    ///
    /// # Errors
    ///
    /// [`ConfirmError::Unnamed`].
    pub fn new(
        config: &'c Config,
        claimed: &'c OriginProven<JobResult>,
        seed: u64,
    ) -> Result<Self, ConfirmError> {
        let ids = JobRecord::ids_of(claimed).ok_or(ConfirmError::Unnamed)?;
        let mut request = job_status::Request::new(ids.user_id(), ids.job_id());
        request.history = true; // of two results of a job, the status alone has one
        Ok(Self { config, claimed, exchange: Exchange::new(config, request, seed), echoes: 0 })
    }

    fn judge(&self, reply: Reply<job_status::Response>) -> Result<Confirmed, job_status::ConfirmError> {
        let at = reply.at_utc_millis;
        let response = Response::new(reply.body);
        let asked = self.exchange.signed_at().unwrap_or(self.claimed.timestamp());
        let keys = std::slice::from_ref(&self.config.credentials);
        let window = self.config.reply_window;
        job_status::confirm(self.claimed, &response, asked, keys, at, window)
    }
}

impl Flow for ConfirmResult<'_> {
    type Output = Confirmed;
    type Error = ConfirmError;

    fn on(&mut self, event: Event, now: Now) -> Action<Confirmed, ConfirmError> {
        let reply = match self.exchange.on(event, now).ended() {
            Err(action) => return action,
            Ok(Err(error)) => return Action::Done(Err(error.into())),
            Ok(Ok(reply)) => reply,
        };
        match self.judge(reply) {
            // The response was signed in the same millisecond as the callback. That happens to honest servers now and
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

/// The content of a callback was not confirmed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The callback does not name its user and its job, or a name is longer than 1,024 bytes, so the API cannot be
    /// asked.
    #[error("the callback does not say which job it is about")]
    Unnamed,
    /// The API could not be asked, or its response cannot be used.
    #[error(transparent)]
    Asking(#[from] Error),
    /// The response does not confirm the callback.
    #[error(transparent)]
    Unconfirmed(#[from] job_status::ConfirmError),
}

impl ConfirmError {
    /// Returns true if the same call may succeed later: no response came, or the API has not finished the job.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Asking(error) => error.is_retryable(),
            Self::Unconfirmed(error) => matches!(error, job_status::ConfirmError::NotComplete),
            Self::Unnamed => false,
        }
    }
}
