//! Reply to a job, and to other requests whose work is done later.

use smileid_types::open_struct;

open_struct! {
    /// Reply to a job that was accepted. A replay and a report of fraud have it too, without a time.
    ///
    /// Wire: the official OpenAPI description.
    #[debug(rest)]
    pub struct Accepted {
        /// `accepted`; `Accepted` in older versions.
        #[debug(shown)]
        status: String = "status",
        /// The same in words.
        #[debug(text)]
        message: String = "message",
        /// The API's id of the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The partner's id of the person, or the one that the API made.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Time of the reply: ISO 8601.
        created_at: String = "created_at",
    }
}

impl Accepted {
    /// Returns true if the status says so.
    pub fn is_accepted(&self) -> bool {
        self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("accepted"))
    }

    /// Returns the id of the job, if it has the form of one.
    pub fn job_id(&self) -> Option<super::JobId> {
        self.job_id.as_deref()?.parse().ok()
    }
}
