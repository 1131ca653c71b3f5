//! Response that confirms a job, or another request that is processed later.

use smileid_types::open_struct;

open_struct! {
    /// Response to a job that was accepted. Also the response to a replay and to a fraud report, which have no
    /// `created_at`.
    ///
    /// Wire: the official OpenAPI description.
    #[debug(rest)]
    pub struct Accepted {
        /// Status of the request: `accepted`, or `Accepted` in older versions.
        #[debug(shown)]
        status: String = "status",
        /// Text for people.
        #[debug(text)]
        message: String = "message",
        /// The API's id of the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The partner's id of the person, or the id that the API created.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Time of the response, in ISO 8601.
        created_at: String = "created_at",
    }
}

impl Accepted {
    /// Returns true if the status is `accepted`, in any letter case.
    pub fn is_accepted(&self) -> bool {
        self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("accepted"))
    }

    /// Returns the id of the job, if it has the format of job ids.
    pub fn job_id(&self) -> Option<super::JobId> {
        self.job_id.as_deref()?.parse().ok()
    }
}
