//! The names of a job that is sent or was sent, and the failure of a submission.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    job::{InvalidInput, JobRef, Problem},
    v3::{Correlation, JobId, UserId},
};

use crate::flow::{Failure, Step};

/// The names of a job that is sent or was sent: the person, the value by which its callback is recognised, and the API's
/// id once it is known. Keep it before the job is sent, so that a job whose outcome is unknown can be recognised:
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
}

impl SentJob {
    /// Returns the partner's id of the person: the job's own, or one that the client made. None for a comparison without
    /// one, as it would enrol the face.
    pub fn user_id(&self) -> Option<&UserId> {
        self.user_id.as_ref()
    }

    /// Returns the value that was sent in `partner_params`.
    pub fn correlation(&self) -> &Correlation {
        &self.correlation
    }

    /// Returns the API's id of the job. None if no readable response came.
    pub fn job_id(&self) -> Option<&JobId> {
        self.job_id.as_ref()
    }

    /// Returns the names under which a [`Store`](crate::store::Store) keeps the job: the person's id and the
    /// [correlation](Self::correlation).
    ///
    /// # Errors
    ///
    /// If the job has no `user_id`. Its callback then cannot be told from another person's.
    pub fn ids(&self) -> Result<JobRef, InvalidInput> {
        let user_id = self.user_id.as_ref().ok_or_else(|| InvalidInput::new("user_id", Problem::Missing))?;
        JobRef::new(user_id.as_str(), self.correlation.as_str())
    }
}

/// Hides the person's id.
impl fmt::Debug for SentJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentJob").field("job_id", &self.job_id).finish_non_exhaustive()
    }
}

/// A job that was not submitted, or whose result could not be asked for.
#[derive(Debug)]
pub(crate) struct NotSubmitted {
    pub(crate) step: Step,
    /// True if the job may have been accepted although no response said so.
    pub(crate) is_unknown: bool,
    pub(crate) sent: SentJob,
    pub(crate) source: Box<Failure>,
}
