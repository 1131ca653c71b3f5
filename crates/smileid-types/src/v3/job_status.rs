//! Response of the status endpoint.

use super::{Status, verdict};
use crate::verdict::Verdict;

open_struct! {
    /// Status of a job. It has no reason and no data: see [`JobResult`](super::JobResult).
    ///
    /// A response with HTTP status 404 has the same format, with [`Status::NotFound`].
    ///
    /// Source: the official OpenAPI description.
    #[debug(rest)]
    pub struct JobStatus {
        /// The status, which is the decision.
        #[debug(shown)]
        status: Status = "status",
        /// The API's id of the job: `job_` and 26 characters.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The partner's id of the person, or the id that the API created: `user_` and 26 characters. `unknown` if the
        /// job does not exist.
        #[debug(personal)]
        user_id: String = "user_id",
        /// The status in words, without personal data.
        #[debug(text)]
        message: String = "message",
        /// Time of the response.
        created_at: String = "created_at",
    }
}

impl JobStatus {
    /// Returns the verdict on the job.
    pub fn verdict(&self) -> Verdict {
        verdict::of_status(self.status.as_ref(), None)
    }

    /// Returns true if the job is complete. A job with an unknown status is not.
    pub fn is_final(&self) -> bool {
        self.status.as_ref().is_some_and(Status::is_final)
    }
}

impl Status {
    /// Returns true if a job with this status is complete. A job with an unknown status is not.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Clear | Self::Attention | Self::Block | Self::Error)
    }
}
