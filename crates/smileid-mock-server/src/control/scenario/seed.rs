//! Users and jobs that partners have from the start, from the file of scenarios.

use serde::Deserialize;
use smileid_protocol::types::JobType;

use super::Scenario;
use crate::model::user_state::UserState;

/// Users and jobs that partners have from the start, and after a reset.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seeds {
    pub(crate) users: Vec<SeedUser>,
    pub(crate) jobs: Vec<SeedJob>,
}

/// User that a partner has from the start: `users` in the file of scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SeedUser {
    /// Partner id; every partner, if left out.
    pub partner_id: Option<String>,
    /// The partner's `user_id`.
    pub user_id: String,
    /// State of the user; enrolled, if left out.
    #[serde(default)]
    pub state: UserState,
}

/// Job with images that is complete from the start: `jobs` in the file of scenarios. It is not billed, and has no
/// callback.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SeedJob {
    /// Partner id; every partner, if left out.
    pub partner_id: Option<String>,
    /// The partner's `user_id`.
    pub user_id: String,
    /// The partner's `job_id`.
    pub job_id: String,
    /// Type of the job.
    pub job_type: JobType,
    /// Result; that of an approved job, if left out.
    pub then: Option<Scenario>,
}
