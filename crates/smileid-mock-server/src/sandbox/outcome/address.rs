//! Results of address verification.

use smileid_protocol::types::{JobResult, JobType};
use smileid_protocol::v1::async_verify_address::Request;

use super::{JSON_VERSION, Verdict, finished, lookup};
use crate::{
    control::scenario::SelectedScenario,
    sandbox::{
        matching::{Match, full_names},
        sample,
    },
};

/// Returns the result of an address verification. `account` is the number of an electricity account or of an ID.
///
/// The sample person's address is not published, so every address matches. Only the name can differ.
pub(crate) fn result(
    number: &str,
    request: &Request,
    account: &str,
    selected: Option<&SelectedScenario>,
) -> JobResult {
    let code = match lookup::digit(Some(account)) {
        Some('0') => named(request.full_name.as_deref().unwrap_or_default()).code(),
        Some('3') => lookup::ISSUER_DOWN,
        Some('4') => Match::None.code(), // the address is too far away
        _ => lookup::NOT_FOUND,
    };
    let verdict = selected.and_then(Verdict::from_scenario);
    let verdict = verdict.unwrap_or_else(|| Verdict::from_code(code, JobType::AddressVerification));
    let mut params = request.partner_params.clone().unwrap_or_default();
    params.job_type.get_or_insert(JobType::AddressVerification);

    let mut result = JobResult::default();
    result.json_version = Some(JSON_VERSION.to_owned());
    result.smile_job_id = Some(number.to_owned());
    result.partner_params = Some(params);
    result.result_text = Some(verdict.text.into_owned());
    result.result_code = Some(verdict.code);
    result.is_final_result = Some(true);
    result.personal_info.country = Some(request.country.clone());
    finished(result, selected)
}

/// Compares the name. The address always matches, so a wrong name alone is a partial match.
fn named(full_name: &str) -> Match {
    match full_names(full_name, &sample::person().full_name.unwrap_or_default()) {
        Match::Exact | Match::NotProvided => Match::Exact,
        _ => Match::Partial,
    }
}
