//! Jobs as partners announce them.

use smileid_protocol::{
    subject::Subject,
    types::{JobType, PartnerParams},
};

use crate::{control::scenario::SelectedScenario, model::bounded::weight};

/// Job as its partner announced it, before the archive.
#[derive(Clone)]
pub(crate) struct Announced {
    pub(crate) user_id: String,
    pub(crate) job_id: String,
    pub(crate) job_type: JobType,
    /// All parameters as they came, to be echoed.
    pub(crate) params: PartnerParams,
    pub(crate) use_enrolled_image: bool,
    /// Callback URL, as it came.
    pub(crate) callback_url: Option<String>,
    /// Origin by which the partner reached the mock, for links in callbacks.
    pub(crate) origin: String,
    /// Scenario that was chosen for the job.
    pub(crate) chosen: Option<SelectedScenario>,
}

impl Announced {
    /// Returns the approximate memory use, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let texts =
            [&self.user_id, &self.job_id, &self.job_id, &self.origin].into_iter().chain(&self.callback_url);
        let chosen = self.chosen.as_ref().map_or(0, |chosen| weight(&chosen.scenario));
        texts.map(String::len).sum::<usize>() + weight(&self.params) + chosen
    }

    /// Returns the subject of the job, for rules.
    pub(crate) fn subject(&self) -> Subject {
        let mut subject = Subject::default();
        subject.user_id = Some(self.user_id.clone());
        subject.job_id = Some(self.job_id.clone());
        subject.job_type = Some(self.job_type);
        subject
    }
}
