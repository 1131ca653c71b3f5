//! Results of comparing an authority's data about a user with the user's document.

use smileid_protocol::types::{JobResult, JobType, PartnerParams, PersonalInfo};

use super::{JSON_VERSION, Verdict, finished};
use crate::{control::scenario::SelectedScenario, sandbox::matching::Person};

/// Returns the result, without its job number, of comparing the data on a user's document with the authority's data.
///
/// Everything except the names of a few members is inferred from Basic KYC, which makes the same comparison.
pub(crate) fn result(
    params: PartnerParams,
    authority: &PersonalInfo,
    document: &PersonalInfo,
    selected: Option<&SelectedScenario>,
) -> JobResult {
    let comparison = Person::known(document).compared_with(&Person::known(authority));
    let verdict = selected.and_then(Verdict::from_scenario);
    let verdict =
        verdict.unwrap_or_else(|| Verdict::from_code(comparison.overall().code(), JobType::CompareUserInfo));

    let mut result = JobResult::default();
    result.json_version = Some(JSON_VERSION.to_owned());
    result.partner_params = Some(params);
    result.result_text = Some(verdict.text.into_owned());
    result.result_code = Some(verdict.code);
    result.is_final_result = Some(true);
    result.actions = Some(comparison.actions().into_iter().collect());
    result.personal_info.country.clone_from(&authority.country);
    result.personal_info.id_type.clone_from(&authority.id_type);
    finished(result, selected)
}
