//! V3 jobs of one partner.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    types::v3::{JobResult, Product, Status},
    v3::callback::Callback,
};

use crate::{
    model::{
        bounded::{BoundedFifo, Limits, text_weight, weight},
        utc_millis::UtcMillis,
    },
    state::callbacks::CallbackMessage,
};

const JOBS: Limits = Limits { entries: 10_000, bytes: 64 << 20 };

/// V3 jobs of one partner, by the API's job id.
#[derive(Serialize, Deserialize)]
pub(crate) struct V3Jobs(pub(super) BoundedFifo<String, V3Job>);

/// A V3 job, with the result that it will have.
#[derive(Serialize, Deserialize)]
pub(crate) struct V3Job {
    /// The `user_id` of the person: from the partner, or created by the mock server.
    pub(crate) user_id: String,
    pub(crate) product: Product,
    /// Callback URL of the job, if there is one.
    pub(crate) url: Option<String>,
    /// Time until the job is complete, if it differs from the mock server's usual time.
    pub(crate) takes: Option<Duration>,
    /// True if the job enrols the person with the selfie when it is complete.
    pub(crate) enrols: bool,
    result: JobResult,
    /// Number of status requests while the job is processed. None once it is complete.
    polls: Option<u32>,
}

impl V3Job {
    /// Creates a job with the status `processing`. Its result has the ids of job and person.
    pub(crate) fn new(product: Product, url: Option<String>, result: JobResult) -> Self {
        let user_id = result.user_id.clone().unwrap_or_default();
        Self { user_id, product, url, takes: None, enrols: false, result, polls: Some(0) }
    }

    /// Returns the id that the API gave the job.
    pub(crate) fn id(&self) -> &str {
        self.result.job_id.as_deref().unwrap_or_default()
    }

    /// Returns the result after the job is complete.
    pub(crate) fn result(&self) -> Option<&JobResult> {
        self.polls.is_none().then_some(&self.result)
    }

    /// Returns the status of the job: `processing` until the job is complete.
    pub(crate) fn status(&self) -> Status {
        self.result().and_then(|result| result.status.clone()).unwrap_or(Status::Processing)
    }

    /// Returns the callback after the job is complete.
    pub(crate) fn callback(&self) -> Option<CallbackMessage> {
        self.result().map(|result| CallbackMessage::V3(Box::new(Callback::from(result.clone()))))
    }

    /// Counts a status request while the job is processed. Returns the number of earlier status requests.
    fn count_poll(&mut self) -> Option<u32> {
        if self.takes.is_some() {
            return None; // a job with a fixed time is not completed by status requests
        }
        let before = self.polls?;
        self.polls = Some(before.saturating_add(1));
        Some(before)
    }

    fn bytes(&self) -> usize {
        let url = self.url.as_ref().map_or(0, String::len);
        url + self.user_id.len() + text_weight(&self.result) + weight(&self.result.extra)
    }
}

impl V3Jobs {
    pub(super) fn new() -> Self {
        Self(BoundedFifo::new(JOBS))
    }

    pub(super) fn keep(&mut self, id: &str, job: V3Job) {
        let bytes = id.len() + job.bytes();
        self.0.insert(id.to_owned(), job, bytes);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&V3Job> {
        self.0.get(&id.to_owned())
    }

    /// Returns the stored V3 jobs, the oldest first.
    pub(crate) fn list(&self) -> impl DoubleEndedIterator<Item = &V3Job> {
        self.0.values()
    }

    /// Returns true if there is a job for this person.
    pub(crate) fn has_user(&self, user_id: &str) -> bool {
        self.list().any(|job| job.user_id == user_id)
    }

    pub(super) fn count_poll(&mut self, id: &str) -> Option<u32> {
        self.0.get_mut(&id.to_owned()).and_then(V3Job::count_poll)
    }

    /// Completes a job. Returns none if it is unknown or was complete before.
    pub(super) fn complete(&mut self, id: &str, at: UtcMillis) -> Option<&V3Job> {
        let job = self.0.get_mut(&id.to_owned())?;
        job.polls.take()?;
        job.result.completed_at = Some(at.timestamp().to_string());
        Some(job)
    }
}
