//! Image job as its upload request describes it, before the archive arrives.

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    subject::Subject,
    types::{JobType, PartnerParams},
};

use crate::{control::scenario::SelectedScenario, model::bounded::weight};

/// Image job as its upload request describes it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Announced {
    pub(crate) user_id: String,
    pub(crate) job_id: String,
    pub(crate) job_type: JobType,
    /// `partner_params` of the upload request, which results return.
    pub(crate) params: PartnerParams,
    pub(crate) use_enrolled_image: bool,
    /// Callback URL in the upload request.
    pub(crate) callback_url: Option<String>,
    /// Origin of the mock server in the upload request, for links in callbacks.
    pub(crate) origin: String,
    /// Scenario that was selected for the job.
    pub(crate) selected: Option<SelectedScenario>,
}

impl Announced {
    /// Returns the approximate memory use of the job, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let texts =
            [&self.user_id, &self.job_id, &self.job_id, &self.origin].into_iter().chain(&self.callback_url);
        let selected = self.selected.as_ref().map_or(0, |selected| weight(&selected.scenario));
        texts.map(String::len).sum::<usize>() + weight(&self.params) + selected
    }

    /// Returns partner, user, job and job type, which rules can match.
    pub(crate) fn subject(&self) -> Subject {
        let mut subject = Subject::default();
        subject.user_id = Some(self.user_id.clone());
        subject.job_id = Some(self.job_id.clone());
        subject.job_type = Some(self.job_type);
        subject
    }
}
