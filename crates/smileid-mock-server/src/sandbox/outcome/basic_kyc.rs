//! Results of Basic KYC: submitted data compared with the authority's data.

use smileid_protocol::types::{Action, ActionValue, IdInfo, JobResult, JobType, PartnerParams};

use super::{Verdict, finished, lookup};
use crate::{
    control::scenario::SelectedScenario,
    sandbox::matching::{Match, Person},
};

/// Returns true if the request has any data to compare.
///
/// The pages of the documentation require different fields, so one field of any kind is enough.
pub(crate) fn says_something(id: &IdInfo) -> bool {
    !Person::claimed(id).is_nobody()
}

/// Returns the result of comparing the data in `id` with the authority's data for the ID number.
///
/// A number without a record gives `1013`, as in other lookups. The sandbox documents `1023` only for phone numbers.
pub(crate) fn result(
    number: &str,
    params: &PartnerParams,
    id: &IdInfo,
    selected: Option<&SelectedScenario>,
) -> JobResult {
    let mut params = params.clone();
    let claimed = Person::claimed(id);
    let mut verdict = lookup::verdict(&params, id, selected);
    let (fields, all, verified) = if let Some(wanted) = Match::of_code(verdict.code.as_str()) {
        (claimed.compared_as(wanted), wanted.action(), ActionValue::Verified)
    } else if lookup::verified(&verdict.code) == ActionValue::Verified {
        let known = lookup::found_person(id.id_number.as_deref(), &mut params);
        let comparison = claimed.compared_with(&Person::known(&known));
        let overall = comparison.overall();
        verdict = Verdict::from_code(overall.code(), JobType::EnhancedKyc);
        (comparison.actions(), overall.action(), ActionValue::Verified)
    } else {
        (claimed.not_compared(), ActionValue::NotDone, lookup::verified(&verdict.code))
    };

    let rest = [
        (Action::IdVerification, all),
        (Action::VerifyIdNumber, verified),
        (Action::ReturnPersonalInfo, ActionValue::NotApplicable), // Basic KYC never returns personal data
    ];
    let actions = fields.into_iter().chain(rest);
    let mut result = lookup::framed(number, params, "ID Verification", verdict, actions);
    result.personal_info.country.clone_from(&id.country);
    result.personal_info.id_type.clone_from(&id.id_type);
    result.personal_info.id_number.clone_from(&id.id_number);
    finished(result, selected)
}
