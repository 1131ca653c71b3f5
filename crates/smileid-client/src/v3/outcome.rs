//! Outcomes of calls that submit V3 jobs.

use bytes::Bytes;
use http::Response;
use smileid_protocol::{
    types::{Decision, Verdict, v3::JobStatus},
    v3::{self, JobId},
};

use super::SentJob;
use crate::flow::Reply;

/// A V3 job that the API has accepted. There is no decision yet.
///
/// ```
/// fn names(accepted: &smileid_client::v3::Accepted) -> (String, Option<&str>, Option<&str>) {
///     (accepted.job_id().to_string(), accepted.user_id(), accepted.reply().created_at.as_deref())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Accepted {
    job_id: JobId,
    sent: SentJob,
    reply: Reply<v3::Accepted>,
}

impl Accepted {
    pub(crate) fn new(job_id: JobId, sent: SentJob, reply: Reply<v3::Accepted>) -> Self {
        Self { job_id, sent, reply }
    }

    /// Returns the id that the API gave the job, with which its status can be requested.
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// Returns the id of the person: from the job, or created by the client or the API.
    pub fn user_id(&self) -> Option<&str> {
        let ours = self.sent.user_id.as_ref().map(v3::UserId::as_str);
        ours.or(self.reply.value.user_id.as_deref())
    }

    /// Returns the ids of the job, which are its key in a store.
    pub fn sent_job(&self) -> &SentJob {
        &self.sent
    }

    /// Returns the response of the API.
    pub fn reply(&self) -> &Reply<v3::Accepted> {
        &self.reply
    }

    pub(crate) fn into_outcome(self, latest: Option<Box<Reply<JobStatus>>>) -> Outcome {
        Outcome { job_id: self.job_id, sent: Some(self.sent), reply: latest }
    }
}

/// Outcome of a call that waits for a V3 job: its last status, or no status yet.
///
/// The decision comes from the status. The reason and the person's data come only by callback, whose body is not signed.
///
/// A wait that ends without a result is no error: the outcome [is pending](Self::is_pending), and
/// [`V3::wait`](super::V3::wait) waits for the job again.
#[derive(Clone, Debug)]
pub struct Outcome {
    job_id: JobId,
    sent: Option<SentJob>,
    reply: Option<Box<Reply<JobStatus>>>,
}

impl Outcome {
    pub(crate) fn new(job_id: JobId, reply: Option<Box<Reply<JobStatus>>>) -> Self {
        Self { job_id, sent: None, reply }
    }

    /// Returns the decision about the person.
    pub fn decision(&self) -> Decision {
        self.verdict().decision
    }

    /// Returns the decision about the person, with the status on which it is based.
    pub fn verdict(&self) -> Verdict {
        self.status().map_or_else(Verdict::pending, JobStatus::verdict)
    }

    /// Returns true if the job has not ended. A job with an unknown status counts as not ended.
    pub fn is_pending(&self) -> bool {
        !self.status().is_some_and(JobStatus::is_final)
    }

    /// Returns the id that the API gave the job.
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// Returns the last status of the job. None if no status response came.
    pub fn status(&self) -> Option<&JobStatus> {
        self.reply.as_ref().map(|reply| &reply.value)
    }

    /// Returns the ids of the job, which are its key in a store, if this call submitted the job.
    pub fn sent_job(&self) -> Option<&SentJob> {
        self.sent.as_ref()
    }

    /// Returns the last response of the API as received: HTTP status, headers and body.
    pub fn raw(&self) -> Option<&Response<Bytes>> {
        self.reply.as_ref().map(|reply| &reply.raw)
    }

    /// Returns the reason why the real API would refuse the request, if a mock server reports one.
    pub fn diagnosis(&self) -> Option<&str> {
        self.reply.as_ref()?.diagnosis.as_deref()
    }
}
