//! Outcomes of calls that submit jobs and lookups.

use std::time::SystemTime;

use bytes::Bytes;
use serde::Serialize;
use smileid_protocol::{
    auth::trust::Confirmed,
    job::JobRef,
    types::{Decision, JobResult, Product, Verdict, available},
    v1::job_status,
};

use crate::{
    config::Config,
    flow::{JobState, Reply, Submitted},
};

/// Outcome of a call that waits for the result of a job or lookup. There may be no result yet (pending).
///
/// It knows its product, which decides the meaning of the result's code. A wait that ends without a result is not an
/// error: the outcome [is pending](Self::is_pending), the job continues, and [`Client::wait`](crate::Client::wait)
/// waits for it again.
///
/// ```
/// use smileid_client::{Outcome, protocol::types::Decision};
///
/// fn birthday_of_approved(outcome: &Outcome) -> Option<&str> {
///     let approved = outcome.result().filter(|_| outcome.decision() == Decision::Approved);
///     approved?.personal_info.dob.as_deref()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Outcome {
    ids: JobRef,
    smile_job_id: Option<String>,
    state: State,
    confirmed: Vec<Confirmed>,
}

#[derive(Clone, Debug)]
enum State {
    Lookup(Product, Box<Reply<JobResult>>),
    Status(Box<Reply<job_status::Response>>),
    Silent,
}

impl Outcome {
    pub(crate) fn of_lookup(ids: JobRef, product: Product, reply: Reply<JobResult>) -> Self {
        Self::new(ids, State::Lookup(product, Box::new(reply)))
    }

    pub(crate) fn of_status(ids: JobRef, reply: Box<Reply<job_status::Response>>, config: &Config) -> Self {
        Self::new(ids, State::Status(reply)).confirmed_by(config)
    }

    pub(crate) fn of_state(ids: JobRef, state: JobState, config: &Config) -> Self {
        let state = match state {
            JobState::Complete(reply) | JobState::NoArchive(reply) | JobState::Pending(Some(reply)) => {
                State::Status(reply)
            }
            JobState::Pending(None) => State::Silent,
        };
        Self::new(ids, state).confirmed_by(config)
    }

    pub(crate) fn of_submitted(submitted: Submitted, config: &Config) -> Self {
        let state = submitted.state.unwrap_or(JobState::Pending(None));
        Self { smile_job_id: submitted.smile_job_id, ..Self::of_state(submitted.ids, state, config) }
    }

    fn new(ids: JobRef, state: State) -> Self {
        Self { ids, smile_job_id: None, state, confirmed: Vec::new() }
    }

    /// Adds the results that the API has confirmed, if it says that the job is complete.
    fn confirmed_by(mut self, config: &Config) -> Self {
        if let State::Status(reply) = &self.state
            && let Some(asked) = &reply.asked
        {
            let keys = std::slice::from_ref(&config.credentials);
            let (at, window) = (reply.at_utc_millis, config.reply_window);
            // Without one, the job's record stays as it is.
            self.confirmed =
                job_status::results(&self.ids, &reply.raw, asked, keys, at, window).unwrap_or_default();
        }
        self
    }

    /// Returns the results that the API has confirmed, and the time of the status request.
    pub(crate) fn confirmed(&self) -> Option<(&[Confirmed], SystemTime)> {
        let State::Status(reply) = &self.state else { return None };
        Some((&self.confirmed, reply.asked.as_ref()?.to_system_time()?))
    }

    /// Returns the decision about the person or the business.
    pub fn decision(&self) -> Decision {
        self.verdict().decision
    }

    /// Returns the decision, with the result code and the doubt on which it is based.
    pub fn verdict(&self) -> Verdict {
        match &self.state {
            State::Lookup(product, reply) => Verdict::for_result(&reply.value, product),
            State::Status(reply) if reply.job_complete || reply.result().is_some() => reply.verdict(),
            State::Status(_) | State::Silent => Verdict::pending(),
        }
    }

    /// Returns true if the job is not complete: its result, or another one, will follow.
    pub fn is_pending(&self) -> bool {
        match &self.state {
            State::Lookup(..) => false,
            State::Status(reply) => !reply.job_complete,
            State::Silent => true,
        }
    }

    /// Returns the result of the job, with the authority's data. None if there is no result yet.
    pub fn result(&self) -> Option<&JobResult> {
        match &self.state {
            State::Lookup(_, reply) => Some(&reply.value),
            State::Status(reply) => reply.value.result(),
            State::Silent => None,
        }
    }

    /// Returns the last status response, with the history and image links if they were requested. None for a synchronous lookup,
    /// or if no status response came.
    pub fn status(&self) -> Option<&job_status::Response> {
        match &self.state {
            State::Status(reply) => Some(&reply.value),
            State::Lookup(..) | State::Silent => None,
        }
    }

    /// Returns the `user_id` and `job_id` of the job.
    pub fn ids(&self) -> &JobRef {
        &self.ids
    }

    /// Returns the number that the API gave the job, if it is known.
    pub fn smile_job_id(&self) -> Option<&str> {
        let told = self.result().and_then(|result| available(&result.smile_job_id));
        self.smile_job_id.as_deref().or(told)
    }

    /// Returns the last response of the API as received: HTTP status, headers and body.
    ///
    /// ```
    /// use smileid_client::Outcome;
    ///
    /// fn archive(outcome: &Outcome) -> Option<Vec<u8>> {
    ///     if let Some(reason) = outcome.diagnosis() {
    ///         eprintln!("the real API would refuse it: {reason}"); // told by a mock server
    ///     }
    ///     outcome.is_signed().then_some(outcome.raw()?.body().to_vec())
    /// }
    /// ```
    pub fn raw(&self) -> Option<&http::Response<Bytes>> {
        match &self.state {
            State::Lookup(_, reply) => Some(&reply.raw),
            State::Status(reply) => Some(&reply.raw),
            State::Silent => None,
        }
    }

    /// Returns true if the API signed the response. Then the signature was checked; it protects the timestamp but not the
    /// content. The API does not sign the responses to some lookups.
    pub fn is_signed(&self) -> bool {
        match &self.state {
            State::Lookup(_, reply) => reply.is_signed,
            State::Status(reply) => reply.is_signed,
            State::Silent => false,
        }
    }

    /// Returns the reason why the real API would refuse the request, if a mock server reports one.
    pub fn diagnosis(&self) -> Option<&str> {
        match &self.state {
            State::Lookup(_, reply) => reply.diagnosis.as_deref(),
            State::Status(reply) => reply.diagnosis.as_deref(),
            State::Silent => None,
        }
    }
}

/// A job or lookup that the API has accepted and whose result it will send to the callback URL. There is no decision yet.
///
/// Serializes as `{"user_id", "job_id", "smile_job_id"}`.
#[derive(Clone, Debug, Serialize)]
pub struct Accepted {
    #[serde(flatten)]
    ids: JobRef,
    smile_job_id: Option<String>,
}

impl Accepted {
    pub(crate) fn of_submitted(submitted: Submitted) -> Self {
        Self { ids: submitted.ids, smile_job_id: submitted.smile_job_id }
    }

    /// Returns the `user_id` and `job_id` of the job, with which its result can be requested.
    pub fn ids(&self) -> &JobRef {
        &self.ids
    }

    /// Returns the number that the API gave the job. None for a lookup, which gets its number with the result.
    pub fn smile_job_id(&self) -> Option<&str> {
        self.smile_job_id.as_deref()
    }
}
