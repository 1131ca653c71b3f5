//! Options and outcome of the flows that submit.

use std::time::Duration;

use smileid_protocol::job::{JobRef, PollOptions};

use super::JobState;
use crate::{config::Wait, transport::Progress};

/// Options of one call that submits. See the methods of [`Submit`](crate::Submit), which set them.
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
    /// Duration and schedule of the wait for the result, if it is waited for.
    pub wait: Option<Wait>,
    /// Options of the status requests.
    pub poll: PollOptions,
    /// Limit of everything together. None: only [`Timeouts`](crate::Timeouts) and the wait limit it.
    pub timeout: Option<Duration>,
    /// Receives the progress of the upload.
    pub progress: Option<Progress>,
}

/// A job that the API has: the outcome of a [flow](crate::flow) that submits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Submitted {
    /// The partner's names for the job, with which its result can be asked for.
    pub ids: JobRef,
    /// The API's number for the job. None if the reply that named it was lost and there is no result yet.
    pub smile_job_id: Option<String>,
    /// State of the job, if its result was waited for.
    pub state: Option<JobState>,
}
