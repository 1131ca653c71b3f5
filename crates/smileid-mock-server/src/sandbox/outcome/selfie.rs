//! Results of the synchronous selfie endpoints, and of enrolling a user with a photo.

use smileid_protocol::{
    types::{Category, IdInfo, JobResult, JobType, PartnerParams, SelfieResult, SelfieStatus},
    v1::selfie_form::SelfieForm,
};

use super::{Verdict, actions, compared, finished, verdict::Wish};
use crate::{
    control::scenario::SelectedScenario,
    sandbox::{announced::Announced, arrival::Contents},
};

/// Verdict on a selfie that was sent to a synchronous endpoint.
pub(crate) struct Judgement(Verdict);

impl Judgement {
    /// Returns the verdict of the scenario, or otherwise of `sandbox_result` in the form or in its partner parameters. The
    /// default is approved.
    pub(crate) fn new(
        form: &SelfieForm,
        job_type: JobType,
        selected: Option<&SelectedScenario>,
    ) -> Option<Self> {
        if let Some(verdict) = selected.and_then(Verdict::from_scenario) {
            return Some(Self(verdict));
        }
        let asked = form.sandbox_result.and_then(|digit| Wish::read(&digit.to_string()));
        let wish =
            asked.or_else(|| Wish::from_params(form.partner_params.as_ref()?)).unwrap_or(Wish::Approved);
        wish.verdict(job_type).map(Self)
    }

    pub(crate) fn is_approved(&self) -> bool {
        self.0.is_approved()
    }

    /// Returns the result. The caller adds user, job and time.
    pub(crate) fn into_result(self) -> SelfieResult {
        let Verdict { code, text, category } = self.0;
        let mut result = SelfieResult::default();
        result.code = Some(code);
        result.message = Some(text.into_owned());
        result.status = Some(match category {
            Category::Approved => SelfieStatus::Approved,
            Category::Provisional => SelfieStatus::Pending,
            _ => SelfieStatus::Rejected,
        });
        result
    }
}

/// Returns the result of enrolling a user with a photo that the partner has, and true if the user is enrolled.
pub(crate) fn enrolled(
    number: &str,
    params: PartnerParams,
    selected: Option<&SelectedScenario>,
) -> Option<(JobResult, bool)> {
    let job_type = JobType::SmartSelfieRegistration;
    let verdict = selected.and_then(Verdict::from_scenario).or_else(|| Wish::Approved.verdict(job_type))?;
    let announced = Announced {
        user_id: params.user_id.clone().unwrap_or_default(),
        job_id: params.job_id.clone().unwrap_or_default(),
        job_type,
        params,
        use_enrolled_image: false,
        callback_url: None,
        origin: String::new(),
        selected: None,
    };
    let contents = Contents { id_info: &IdInfo::default(), has_id_card: false, has_liveness: false };
    let mut result = compared(number, &announced, &verdict);
    result.actions = Some(actions::judged(job_type, &contents, &verdict, None));
    let enrols = selected.and_then(|selected| selected.scenario.enrols).unwrap_or(verdict.is_approved());
    Some((finished(result, selected), enrols))
}
