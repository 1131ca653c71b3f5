//! Response of V3 to a request that was accepted and will be processed later.

use smileid_types::open_struct;

open_struct! {
    /// Response to an accepted job, and to an accepted replay or fraud report, which have no `created_at`.
    ///
    /// Wire: the official OpenAPI description.
    #[debug(rest)]
    pub struct Accepted {
        /// Status of the request: `accepted`, or `Accepted` in older versions of the API.
        #[debug(shown)]
        status: String = "status",
        /// Description of the status for people.
        #[debug(text)]
        message: String = "message",
        /// The id that the API gave the job.
        #[debug(shown)]
        job_id: String = "job_id",
        /// The id of the person, from the partner or created by the API.
        #[debug(personal)]
        user_id: String = "user_id",
        /// Time at which the API sent the response, in ISO 8601.
        created_at: String = "created_at",
    }
}

impl Accepted {
    /// Returns true if the status is `accepted`, in any letter case.
    pub fn is_accepted(&self) -> bool {
        self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("accepted"))
    }

    /// Returns the id of the job, if it has the format of V3 job ids.
    pub fn job_id(&self) -> Option<super::JobId> {
        self.job_id.as_deref()?.parse().ok()
    }
}
