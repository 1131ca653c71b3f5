//! A job as its partner announces it.

use smileid_protocol::{
    subject::Subject,
    types::{JobType, PartnerParams},
};

use crate::{control::scenario::SelectedScenario, model::bounded::weight};

/// A job as its partner announced it, before the archive.
#[derive(Clone)]
pub(crate) struct Announced {
    pub(crate) user_id: String,
    pub(crate) job_id: String,
    pub(crate) job_type: JobType,
    /// All of it as it came, to be echoed.
    pub(crate) params: PartnerParams,
    pub(crate) use_enrolled_image: bool,
    /// Where results are to be sent, as it came.
    pub(crate) callback_url: Option<String>,
    /// The address by which the partner reached the mock, for links in callbacks.
    pub(crate) origin: String,
    /// The scenario that it was announced under.
    pub(crate) chosen: Option<SelectedScenario>,
}

impl Announced {
    /// RequestInfo how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        let texts =
            [&self.user_id, &self.job_id, &self.job_id, &self.origin].into_iter().chain(&self.callback_url);
        let chosen = self.chosen.as_ref().map_or(0, |chosen| weight(&chosen.scenario));
        texts.map(String::len).sum::<usize>() + weight(&self.params) + chosen
    }

    /// What a job is about, for rules.
    pub(crate) fn subject(&self) -> Subject {
        let mut subject = Subject::default();
        subject.user_id = Some(self.user_id.clone());
        subject.job_id = Some(self.job_id.clone());
        subject.job_type = Some(self.job_type);
        subject
    }
}
