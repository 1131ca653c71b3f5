//! Response of the V3 endpoint for the status of a job.

use super::{Status, verdict};
use crate::verdict::Verdict;

open_struct! {
    /// Status of a V3 job. It has no reason and no data about the person, unlike [`JobResult`](super::JobResult).
    ///
    /// A response with HTTP status 404 has the same format, with [`Status::NotFound`].
    ///
    /// Source: the official OpenAPI description.
    #[debug(rest)]
    pub struct JobStatus {
        /// Status of the job, such as clear or blocked. It is the decision.
        #[debug(shown)]
        status: Status = "status",
        /// The id that the API gave the job: `job_` and 26 characters.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The id of the person: from the partner, or created by the API as `user_` and 26 characters. `unknown` if the job does
        /// not exist.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Description of the status in words, without personal data.
        #[debug(text)]
        message: String = "message",
        /// Time at which the API sent the response.
        created_at: String = "created_at",
    }
}

impl JobStatus {
    /// Returns the verdict on the V3 job.
    pub fn verdict(&self) -> Verdict {
        verdict::of_status(self.status.as_ref(), None)
    }

    /// Returns true if the job is complete. An unknown status counts as not complete.
    pub fn is_final(&self) -> bool {
        self.status.as_ref().is_some_and(Status::is_final)
    }
}

impl Status {
    /// Returns true if a job with this status is complete. An unknown status counts as not complete.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Clear | Self::Attention | Self::Block | Self::Error)
    }
}
