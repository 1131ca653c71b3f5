//! Results of looking a number up: of a person's ID, of a business.

use serde_json::{Map, Value};
use smileid_protocol::types::{
    Action, ActionValue, Actions, IdInfo, JobResult, JobType, PartnerParams, PersonalInfo, ResultCode,
    sandbox::{self, IdAnswer},
};

use super::{JSON_VERSION, Verdict, finished};
use crate::{control::scenario::SelectedScenario, sandbox::sample};

/// How a lookup ended, as far as what follows depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Yes,
    No,
    IssuerUnavailable,
}

/// How the lookup of a result ended, when it is that of one.
pub(super) fn found(result: &JobResult) -> Option<Found> {
    let actions = result.actions.as_ref()?;
    actions.get(&Action::VerifyIdNumber).map(found_when)
}

/// How the lookup ended whose first action ended so.
pub(super) fn found_when(verified: &ActionValue) -> Found {
    match verified {
        ActionValue::Verified => Found::Yes,
        ActionValue::IssuerUnavailable => Found::IssuerUnavailable,
        _ => Found::No,
    }
}

/// Whether a result is that of a lookup whose number the authority knows.
pub(crate) fn is_verified(result: &JobResult) -> bool {
    found(result) == Some(Found::Yes)
}

/// Whether the authority has an ID of this country, type and number.
pub(crate) fn has(country: &str, id_type: &str, id_number: &str) -> bool {
    sandbox::id_answer(country, id_type, id_number) == IdAnswer::Chosen(FOUND.into())
}

/// The result of looking up a person's ID.
pub(crate) fn id(
    number: &str,
    params: &PartnerParams,
    id: &IdInfo,
    chosen: Option<&SelectedScenario>,
) -> JobResult {
    let mut params = params.clone();
    let verdict = verdict(&params, id, chosen);
    let verified = verified(&verdict.code);
    let is_found = verified == ActionValue::Verified;

    let mut person =
        if is_found { found_person(id.id_number.as_deref(), &mut params) } else { sample::nobody() };
    person.country.clone_from(&id.country);
    person.id_type.clone_from(&id.id_type);
    person.id_number.clone_from(&id.id_number);

    let returned = returned(&verified);
    let actions = [(Action::VerifyIdNumber, verified), (Action::ReturnPersonalInfo, returned)];
    let mut result = framed(number, params, "ID Verification", verdict, actions);
    result.personal_info = person;
    finished(result, chosen)
}

/// The result of looking up a business.
pub(crate) fn business(
    number: &str,
    params: &PartnerParams,
    id: &IdInfo,
    chosen: Option<&SelectedScenario>,
) -> JobResult {
    // No source has the registries' test numbers but one, so any number's digit chooses.
    let verdict = chosen.and_then(Verdict::chosen).unwrap_or_else(|| {
        Verdict::of(by_digit(id.id_number.as_deref()).as_str(), JobType::BusinessVerification)
    });
    let verified = verified(&verdict.code);
    let is_found = verified == ActionValue::Verified;
    let returned = returned(&verified);
    let actions = [(Action::VerifyBusiness, verified), (Action::ReturnBusinessInfo, returned)];
    let mut result = framed(number, params.clone(), "Business Verification", verdict, actions);
    result.personal_info.country.clone_from(&id.country);
    result.personal_info.id_type.clone_from(&id.id_type);
    result.personal_info.id_number.clone_from(&id.id_number);

    let mut company = if is_found { sample::company(id) } else { Map::new() };
    company.insert("success".to_owned(), Value::Bool(true)); // says that the request was, whatever was found
    finished(with_extra(result, company), chosen)
}

/// How the lookup of a person's ID ends: as a scenario asks, else as the sandbox answers such an ID.
pub(super) fn verdict(params: &PartnerParams, id: &IdInfo, chosen: Option<&SelectedScenario>) -> Verdict {
    chosen.and_then(Verdict::chosen).unwrap_or_else(|| {
        let [country, id_type, id_number] =
            [&id.country, &id.id_type, &id.id_number].map(|it| it.as_deref().unwrap_or_default());
        let of = |code: &str| Verdict::of(code, params.job_type.unwrap_or(JobType::EnhancedKyc));
        match sandbox::id_answer(country, id_type, id_number) {
            IdAnswer::Chosen(code) => of(code.as_str()),
            IdAnswer::UnknownType => of(WRONG_SHAPE).with_text(UNKNOWN_TYPE),
            _ => of(WRONG_SHAPE).with_text(NO_TEST_DATA),
        }
    })
}

/// Texts that the table lists for [`WRONG_SHAPE`] beside the first.
const NO_TEST_DATA: &str =
    "Unable to validate ID - Unsupported ID number format - only test data may be used in the sandbox";
const UNKNOWN_TYPE: &str = "Unable to validate ID - Unsupported ID type";

/// The codes of the scenarios; a test holds them against the table.
const FOUND: &str = "1012";
pub(super) const NOT_FOUND: &str = "1013";
const WRONG_SHAPE: &str = "1014";
pub(super) const ISSUER_DOWN: &str = "1015";
/// The code, chosen by no digit, for an ID type that the partner may not use.
const NOT_ACTIVE: &str = "1016";

/// The scenario digit whose sample person takes values from the request.
const CUSTOM_PERSON: char = '4';

/// The result code that an ID number chooses.
///
/// The sandbox's pages know the digits 0 to 4; that the others are not found is inferred.
fn by_digit(id_number: Option<&str>) -> ResultCode {
    id_number.and_then(sandbox::id_result_code).unwrap_or_else(|| NOT_FOUND.into())
}

/// The first action of a lookup with this code.
pub(super) fn verified(code: &ResultCode) -> ActionValue {
    match code.as_str() {
        FOUND => ActionValue::Verified,
        WRONG_SHAPE | NOT_ACTIVE => ActionValue::NotDone,
        ISSUER_DOWN => ActionValue::IssuerUnavailable,
        _ => ActionValue::NotVerified,
    }
}

/// Who is found under a number. What the partner's own members say of the person comes back in `params`.
pub(super) fn found_person(id_number: Option<&str>, params: &mut PartnerParams) -> PersonalInfo {
    let person = sample::person();
    if digit(id_number) == Some(CUSTOM_PERSON) { customised(person, params) } else { person }
}

/// The digit that chooses: the last, wherever the number ends in a letter.
pub(crate) fn digit(id_number: Option<&str>) -> Option<char> {
    id_number?.chars().rev().find(char::is_ascii_digit)
}

/// What came of returning the record, by what came of the lookup. `Not Done` beside `Not Done` is on record:
/// `sdk-js-sandbox-records`.
fn returned(verified: &ActionValue) -> ActionValue {
    match verified {
        ActionValue::Verified => ActionValue::Returned,
        ActionValue::NotDone => ActionValue::NotDone,
        _ => ActionValue::NotReturned,
    }
}

/// A result without what was found.
pub(super) fn framed(
    number: &str,
    params: PartnerParams,
    kind: &str,
    verdict: Verdict,
    actions: impl IntoIterator<Item = (Action, ActionValue)>,
) -> JobResult {
    let mut result = JobResult::default();
    result.json_version = Some(JSON_VERSION.to_owned());
    result.smile_job_id = Some(number.to_owned());
    result.partner_params = Some(params);
    result.result_type = Some(kind.to_owned());
    result.result_text = Some(verdict.text.into_owned());
    result.result_code = Some(verdict.code);
    result.is_final_result = Some(true);
    result.source = Some("ID API".to_owned());
    result.actions = Some(Actions::from_iter(actions));
    result
}

/// The sample person with what the partner's own members say of it. The parts of a name go back with them too.
fn customised(person: PersonalInfo, params: &mut PartnerParams) -> PersonalInfo {
    if let Some(Value::String(full_name)) = params.extra().get("FullName") {
        for (name, part) in sample::name_parts(full_name) {
            if params.extra().get(name).is_none() {
                // These names are no fields of the parameters, so they can be set.
                let _ = params.set_extra(name, part);
            }
        }
    }
    let is_plain = |value: &Value| value.is_string() || value.is_number();
    let custom = params.extra().iter().filter(|(_, value)| is_plain(value));
    let custom: Value = custom.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    // Read as what a result says of a person, so that nothing else of it can be chosen.
    overlaid(&person, custom).unwrap_or(person)
}

fn overlaid(person: &PersonalInfo, custom: Value) -> Result<PersonalInfo, serde_json::Error> {
    let custom: PersonalInfo = serde_json::from_value(custom)?;
    let mut members = serde_json::to_value(person)?;
    if let (Value::Object(members), Value::Object(custom)) = (&mut members, serde_json::to_value(custom)?) {
        members.extend(custom);
    }
    serde_json::from_value(members)
}

/// A result with members that its type has no field for.
fn with_extra(result: JobResult, extra: Map<String, Value>) -> JobResult {
    let Ok(Value::Object(mut members)) = serde_json::to_value(&result) else { return result };
    members.extend(extra);
    serde_json::from_value(Value::Object(members)).unwrap_or(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_scenarios() {
        let codes: Vec<_> = sandbox::ID_SCENARIOS.iter().map(|row| (row.digit, row.code)).collect();
        let expected =
            [('0', FOUND), ('1', NOT_FOUND), ('2', WRONG_SHAPE), ('3', ISSUER_DOWN), (CUSTOM_PERSON, FOUND)];
        assert_eq!(codes, expected);
    }

    #[test]
    fn the_texts_are_those_of_the_table() {
        let row = ResultCode::from(WRONG_SHAPE).row(JobType::EnhancedKyc).unwrap();
        assert!(row.texts.contains(&NO_TEST_DATA) && row.texts.contains(&UNKNOWN_TYPE), "{row:?}");
    }

    #[test]
    fn other_digits_of_businesses_are_not_found() {
        for number in ["9", "A000000005B", "none", ""] {
            assert_eq!(by_digit(Some(number)).as_str(), NOT_FOUND, "{number}");
        }
        assert_eq!(by_digit(Some("A000000000A")).as_str(), FOUND, "the digit before the closing letter");
    }
}
