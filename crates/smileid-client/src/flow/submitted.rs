//! Options and outcome of the flows that submit jobs.

use std::time::Duration;

use smileid_protocol::job::{JobRef, PollOptions};

use super::JobState;
use crate::{config::Wait, transport::Progress};

/// Options of one call that submits a job. The methods of [`Submit`](crate::Submit) set them.
///
/// ```
/// use smileid_client::{Wait, flow::SubmitOptions};
///
/// let mut options = SubmitOptions::default(); // for a `flow::SubmitJob`
/// options.wait = Some(Wait::default());
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SubmitOptions {
    /// Time limit and intervals of the wait for the result. None if the call does not wait.
    pub wait: Option<Wait>,
    /// Options of the status requests.
    pub poll: PollOptions,
    /// Time limit of the whole call. If none, only [`Timeouts`](crate::Timeouts) and the wait limit the call.
    pub timeout: Option<Duration>,
    /// Function to which the progress of the upload is reported.
    pub progress: Option<Progress>,
}

/// Outcome of a [flow](crate::flow) that submits a job: the API has the job.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Submitted {
    /// The `user_id` and `job_id` of the job, with which its result can be requested.
    pub ids: JobRef,
    /// Number that the API gave the job. None if the response with the number was lost and there is no result yet.
    pub smile_job_id: Option<String>,
    /// State of the job, if the call waited for its result.
    pub state: Option<JobState>,
}
