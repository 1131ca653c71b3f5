//! Outcomes of V3 jobs.

use bytes::Bytes;
use http::Response;
use smileid_protocol::{
    types::{Decision, Verdict, v3::JobStatus},
    v3::{self, JobId},
};

use super::SentJob;
use crate::flow::Reply;

/// A V3 job that the API has accepted. It has no decision yet.
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

    /// Returns the API's id of the job, with which its status can be asked for.
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// Returns the partner's id of the person: that of the job, or one that the client or the API made.
    pub fn user_id(&self) -> Option<&str> {
        let ours = self.sent.user_id.as_ref().map(v3::UserId::as_str);
        ours.or(self.reply.value.user_id.as_deref())
    }

    /// Returns the key of the job in a store.
    pub fn sent_job(&self) -> &SentJob {
        &self.sent
    }

    /// Returns the API's response.
    pub fn reply(&self) -> &Reply<v3::Accepted> {
        &self.reply
    }

    pub(crate) fn into_outcome(self, latest: Option<Box<Reply<JobStatus>>>) -> Outcome {
        Outcome { job_id: self.job_id, sent: Some(self.sent), reply: latest }
    }
}

/// Result of a call that waits for a V3 job: the last status, or no status yet.
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

    /// Returns the decision, with the status that caused it.
    pub fn verdict(&self) -> Verdict {
        self.status().map_or_else(Verdict::pending, JobStatus::verdict)
    }

    /// Returns true if the job has not ended. A job with a status that this version does not know counts as not ended.
    pub fn is_pending(&self) -> bool {
        !self.status().is_some_and(JobStatus::is_final)
    }

    /// Returns the API's id of the job.
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// Returns the last status that the API sent. None if it sent none.
    pub fn status(&self) -> Option<&JobStatus> {
        self.reply.as_ref().map(|reply| &reply.value)
    }

    /// Returns the key of the job in a store, if this call submitted the job.
    pub fn sent_job(&self) -> Option<&SentJob> {
        self.sent.as_ref()
    }

    /// Returns the API's last response as received: status, headers and body.
    pub fn raw(&self) -> Option<&Response<Bytes>> {
        self.reply.as_ref().map(|reply| &reply.raw)
    }

    /// Returns the reason for which the real API would refuse the request, if a mock server reports one.
    pub fn diagnosis(&self) -> Option<&str> {
        self.reply.as_ref()?.diagnosis.as_deref()
    }
}
