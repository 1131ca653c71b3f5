//! Results of Basic KYC: which of a person's data are the authority's.

use smileid_protocol::types::{Action, ActionValue, IdInfo, JobResult, PartnerParams};

use super::lookup::{self, Found};
use crate::matching::Person;

/// Whether there is anything to compare.
///
/// One page asks for the first and the last name, those of single ID types for other data; so anything will do.
pub(crate) fn says_something(id: &IdInfo) -> bool {
    !Person::claimed(id).is_nobody()
}

/// The result of comparing what `id` says of a person with what is known under its number.
///
/// A number that the authority does not have gives `1013`, as the sandbox's digits do for all lookups; `1023` is
/// documented by digit for phone numbers alone.
pub(crate) fn result(number: &str, params: &PartnerParams, id: &IdInfo) -> JobResult {
    let mut params = params.clone();
    let claimed = Person::claimed(id);
    let (code, verified) = lookup::scenario(id.id_number.as_deref());
    let (code, fields, all) = if lookup::found_when(&verified) == Found::Yes {
        let known = lookup::found_person(id.id_number.as_deref(), &mut params);
        let comparison = claimed.compared_with(&Person::known(&known));
        let overall = comparison.overall();
        (overall.code().into(), comparison.actions(), overall.action())
    } else {
        (code, claimed.not_compared(), ActionValue::NotDone)
    };

    let rest = [
        (Action::IdVerification, all),
        (Action::VerifyIdNumber, verified),
        (Action::ReturnPersonalInfo, ActionValue::NotApplicable), // whatever is found, none is
    ];
    let actions = fields.into_iter().chain(rest);
    let mut result = lookup::framed(number, params, "ID Verification", &code, actions);
    result.personal_info.country.clone_from(&id.country);
    result.personal_info.id_type.clone_from(&id.id_type);
    result.personal_info.id_number.clone_from(&id.id_number);
    result
}
