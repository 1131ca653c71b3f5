//! Ids of a V3 job that was or may have been sent, and the error of a failed V3 submission.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    job::{InvalidInput, JobRef, Problem},
    v3::{Correlation, JobId, UserId},
};

use crate::flow::{Failure, Step};

/// Ids of a V3 job: the `user_id`, the correlation value that its callback repeats, and the API's `job_id` once it is known.
/// Store them before the job is sent, so that the callback can be assigned to a job whose outcome is unknown:
/// [`Store::keep_v3`](crate::store::Store::keep_v3).
///
/// ```
/// use smileid_client::{Client, Result, v3::{SentJob, enhanced_kyc}};
///
/// async fn submit(client: &Client, job: enhanced_kyc::Request) -> Result<()> {
///     let Err(error) = client.submit(job).await else { return Ok(()) };
///     if let Some(sent) = error.sent_job().filter(|_| error.is_outcome_unknown()) {
///         let sent: &SentJob = sent; // it can be stored as JSON
///         println!("not known if accepted: {} {:?}", sent.correlation(), sent.ids()?);
///     }
///     Err(error)
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentJob {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<UserId>,
    pub(crate) correlation: Correlation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) job_id: Option<JobId>,
    /// True if the client created the `user_id`, so that the person has no other job.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_only_job: bool,
}

impl SentJob {
    /// Returns the `user_id`: from the job, or created by the client. None for a comparison without `user_id`, because a created
    /// one would enrol the face.
    pub fn user_id(&self) -> Option<&UserId> {
        self.user_id.as_ref()
    }

    /// Returns the correlation value that was sent in `partner_params`.
    pub fn correlation(&self) -> &Correlation {
        &self.correlation
    }

    /// Returns the id that the API gave the job. None if no readable response came.
    pub fn job_id(&self) -> Option<&JobId> {
        self.job_id.as_ref()
    }

    /// Returns the key of the job in a [`Store`](crate::store::Store): the `user_id`, and `v3-` with the [correlation
    /// value](Self::correlation).
    ///
    /// # Errors
    ///
    /// If the job has no `user_id`. Its callback then cannot be assigned to it.
    pub fn ids(&self) -> Result<JobRef, InvalidInput> {
        let user_id = self.user_id.as_ref().ok_or_else(|| InvalidInput::new("user_id", Problem::Missing))?;
        record_ids(user_id, &self.correlation)
    }
}

/// Returns the key of a V3 job's record. The prefix distinguishes it from the keys of jobs of version 1.
pub(crate) fn record_ids(user_id: &UserId, correlation: &Correlation) -> Result<JobRef, InvalidInput> {
    JobRef::new(user_id.as_str(), format!("v3-{correlation}"))
}

/// Hides the id of the person.
impl fmt::Debug for SentJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentJob").field("job_id", &self.job_id).finish_non_exhaustive()
    }
}

/// Error: a V3 job was not submitted, or its result could not be requested.
#[derive(Debug)]
pub(crate) struct NotSubmitted {
    pub(crate) step: Step,
    /// True if the API may have accepted the job although no response said so.
    pub(crate) is_unknown: bool,
    pub(crate) sent: SentJob,
    pub(crate) source: Box<Failure>,
}
