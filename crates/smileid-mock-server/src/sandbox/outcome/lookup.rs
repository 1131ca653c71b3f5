//! Results of lookups: of a person's ID, and of a business.

use serde_json::{Map, Value};
use smileid_protocol::types::{
    Action, ActionValue, Actions, IdInfo, JobResult, JobType, PartnerParams, PersonalInfo, ResultCode,
    sandbox::{self, IdAnswer},
};

use super::{JSON_VERSION, Verdict, finished};
use crate::{control::scenario::SelectedScenario, sandbox::sample};

/// Outcome of a lookup, simplified for the steps that depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Yes,
    No,
    IssuerUnavailable,
}

/// Returns the outcome of the lookup in a result, if the result has one.
pub(super) fn found(result: &JobResult) -> Option<Found> {
    let actions = result.actions.as_ref()?;
    actions.get(&Action::VerifyIdNumber).map(found_when)
}

/// Returns the outcome of a lookup from the value of `Verify_ID_Number` in its `Actions`.
pub(super) fn found_when(verified: &ActionValue) -> Found {
    match verified {
        ActionValue::Verified => Found::Yes,
        ActionValue::IssuerUnavailable => Found::IssuerUnavailable,
        _ => Found::No,
    }
}

/// Returns true if a result says that the authority knows the ID number.
pub(crate) fn is_verified(result: &JobResult) -> bool {
    found(result) == Some(Found::Yes)
}

/// Returns true if the authority has an ID with this country, type and number.
pub(crate) fn has(country: &str, id_type: &str, id_number: &str) -> bool {
    sandbox::id_answer(country, id_type, id_number) == IdAnswer::Chosen(FOUND.into())
}

/// Returns the result of looking up a person's ID.
pub(crate) fn id(
    number: &str,
    params: &PartnerParams,
    id: &IdInfo,
    selected: Option<&SelectedScenario>,
) -> JobResult {
    let mut params = params.clone();
    let verdict = verdict(&params, id, selected);
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
    finished(result, selected)
}

/// Returns the result of looking up a business.
pub(crate) fn business(
    number: &str,
    params: &PartnerParams,
    id: &IdInfo,
    selected: Option<&SelectedScenario>,
) -> JobResult {
    // The sources name only one test number for businesses, so the last digit decides for all numbers.
    let verdict = selected.and_then(Verdict::from_scenario).unwrap_or_else(|| {
        Verdict::from_code(by_digit(id.id_number.as_deref()).as_str(), JobType::BusinessVerification)
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
    company.insert("success".to_owned(), Value::Bool(true)); // true for every request that was processed
    finished(with_extra(result, company), selected)
}

/// Returns the verdict on a person's ID: from the scenario, or otherwise the usual one of the sandbox.
pub(super) fn verdict(params: &PartnerParams, id: &IdInfo, selected: Option<&SelectedScenario>) -> Verdict {
    selected.and_then(Verdict::from_scenario).unwrap_or_else(|| {
        let [country, id_type, id_number] =
            [&id.country, &id.id_type, &id.id_number].map(|it| it.as_deref().unwrap_or_default());
        let of = |code: &str| Verdict::from_code(code, params.job_type.unwrap_or(JobType::EnhancedKyc));
        match sandbox::id_answer(country, id_type, id_number) {
            IdAnswer::Chosen(code) => of(code.as_str()),
            IdAnswer::UnknownType => of(WRONG_SHAPE).with_text(UNKNOWN_TYPE),
            _ => of(WRONG_SHAPE).with_text(NO_TEST_DATA),
        }
    })
}

/// Other texts of [`WRONG_SHAPE`] in the API's table of result codes.
const NO_TEST_DATA: &str =
    "Unable to validate ID - Unsupported ID number format - only test data may be used in the sandbox";
const UNKNOWN_TYPE: &str = "Unable to validate ID - Unsupported ID type";

/// Result codes of lookups; a test compares them with the table.
const FOUND: &str = "1012";
pub(super) const NOT_FOUND: &str = "1013";
const WRONG_SHAPE: &str = "1014";
pub(super) const ISSUER_DOWN: &str = "1015";
/// Result code for an ID type that the partner may not use. No test number gives this code.
const NOT_ACTIVE: &str = "1016";

/// Last digit of test numbers for which values of the request replace those of the sample person.
const CUSTOM_PERSON: char = '4';

/// Returns the result code that an ID number selects.
///
/// The sandbox's pages document the digits 0 to 4; that all others are not found is inferred.
fn by_digit(id_number: Option<&str>) -> ResultCode {
    id_number.and_then(sandbox::id_result_code).unwrap_or_else(|| NOT_FOUND.into())
}

/// Returns the value of `Verify_ID_Number` for this result code.
pub(super) fn verified(code: &ResultCode) -> ActionValue {
    match code.as_str() {
        FOUND => ActionValue::Verified,
        WRONG_SHAPE | NOT_ACTIVE => ActionValue::NotDone,
        ISSUER_DOWN => ActionValue::IssuerUnavailable,
        _ => ActionValue::NotVerified,
    }
}

/// Returns the person with this number. With the test digit 4, the partner's parameters replace values of the person, and
/// `params` is completed.
pub(super) fn found_person(id_number: Option<&str>, params: &mut PartnerParams) -> PersonalInfo {
    let person = sample::person();
    if digit(id_number) == Some(CUSTOM_PERSON) { customised(person, params) } else { person }
}

/// Returns the digit that selects the result: the last digit, even if the number ends in a letter.
pub(crate) fn digit(id_number: Option<&str>) -> Option<char> {
    id_number?.chars().rev().find(char::is_ascii_digit)
}

/// Returns the value of `Return_Personal_Info` that belongs to a value of `Verify_ID_Number`. `Not Done` for both was observed:
/// `sdk-js-sandbox-records`.
fn returned(verified: &ActionValue) -> ActionValue {
    match verified {
        ActionValue::Verified => ActionValue::Returned,
        ActionValue::NotDone => ActionValue::NotDone,
        _ => ActionValue::NotReturned,
    }
}

/// Creates a result without data of a person or company.
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

/// Replaces values of the sample person with the partner's parameters. Adds the parts of a full name to `params`.
fn customised(person: PersonalInfo, params: &mut PartnerParams) -> PersonalInfo {
    if let Some(Value::String(full_name)) = params.extra().get("FullName") {
        for (name, part) in sample::name_parts(full_name) {
            if params.extra().get(name).is_none() {
                // These members are not fields of `PartnerParams`, so this cannot fail.
                let _ = params.set_extra(name, part);
            }
        }
    }
    let is_plain = |value: &Value| value.is_string() || value.is_number();
    let custom = params.extra().iter().filter(|(_, value)| is_plain(value));
    let custom: Value = custom.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    // Parsed as personal data, so that other members of the result cannot be replaced.
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

/// Adds members for which the result type has no field.
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
