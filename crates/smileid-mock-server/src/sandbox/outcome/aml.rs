//! Results of AML checks.

use serde_json::{Value, json};
use smileid_protocol::{
    types::{Action, ActionValue, Actions, AmlResult, JobType, ListedPerson, PartnerParams},
    v1::aml::Request,
};

use super::{Verdict, finished};
use crate::{
    control::scenario::SelectedScenario,
    sandbox::{
        matching::{Match, full_names},
        sample,
    },
};

/// Returns the result of an AML check. It finds the sample person, and every name that contains `listed`.
pub(crate) fn result(number: &str, request: &Request, selected: Option<&SelectedScenario>) -> AmlResult {
    let selected_verdict = selected.and_then(Verdict::from_scenario);
    let found = if let Some(verdict) = &selected_verdict {
        (verdict.code.as_str() == FOUND).then(|| request.full_name.clone())
    } else {
        let aliases = request.aliases.iter().flatten().map(String::as_str);
        std::iter::once(request.full_name.as_str()).chain(aliases).find_map(listed)
    };
    let (code, listed) = match &found {
        Some(_) => (FOUND, ActionValue::Listed),
        None => (NOT_FOUND, ActionValue::NotListed),
    };
    let verdict = selected_verdict.unwrap_or_else(|| Verdict::from_code(code, JobType::AmlCheck));
    let people = Vec::from_iter(found.map(|name| person(name, &request.countries)));

    let mut result = AmlResult::default();
    result.actions = Some(Actions::from([(Action::Listed, listed)]));
    result.partner_params = Some(params(request));
    result.smile_job_id = Some(number.to_owned());
    result.result_code = Some(verdict.code);
    result.result_text = Some(verdict.text.into_owned());
    result.strict_match = Some(request.strict_match.unwrap_or(true));
    result.no_of_persons_found = Some(people.len() as u64);
    result.people = Some(people);
    finished(result, selected)
}

/// Result codes of AML checks; a test compares them with the table.
const FOUND: &str = "1030";
const NOT_FOUND: &str = "1031";

/// Word in a name that the AML check finds.
const LISTED: &str = "listed";

/// Returns the name of the listed person that matches a name, if there is one.
fn listed(name: &str) -> Option<String> {
    let sample = sample::person().full_name.unwrap_or_default();
    if full_names(name, &sample) == Match::Exact {
        Some(sample)
    } else if name.to_lowercase().contains(LISTED) {
        Some(name.to_owned())
    } else {
        None
    }
}

/// Creates a listed person, in the format of the API's samples.
fn person(name: String, countries: &[String]) -> ListedPerson {
    let nothing = || Some(Vec::new());
    let country = countries.first().cloned().unwrap_or_default();
    let mut person = ListedPerson::default();
    person.name = Some(name);
    person.addresses = nothing();
    person.adverse_media = nothing();
    person.aliases = nothing();
    person.associations = nothing();
    person.dates_of_birth = Some(sample::person().dob.map(Value::from).into_iter().collect());
    person.nationalities = Some(vec![Value::from(country.as_str())]);
    person.pep = Some(json!({
        "pep_level": 1,
        "political_positions": [
            {"country": country, "from": "2020-01-01", "to": null, "position": "Sample Minister"},
        ],
        "sources": [],
    }));
    person.sanctions = nothing();
    person
}

/// Returns `partner_params` with `user_id`, `job_id` and `job_type`, which an AML request has at its top level.
fn params(request: &Request) -> PartnerParams {
    let mut params = request.partner_params.clone().unwrap_or_default();
    params.user_id = Some(request.user_id.clone());
    params.job_id = Some(request.job_id.clone());
    params.job_type = Some(JobType::AmlCheck);
    params
}

#[cfg(test)]
mod tests {
    use smileid_protocol::types::ResultCode;

    use super::*;

    #[test]
    fn the_codes_are_those_of_the_table() {
        for code in [FOUND, NOT_FOUND] {
            assert!(ResultCode::from(code).row(JobType::AmlCheck).is_some(), "{code}");
        }
    }

    #[test]
    fn names_on_the_lists() {
        for (name, found) in [
            ("Joe Doe Leo", Some("Joe Doe Leo")),
            ("leo joe doe", Some("Joe Doe Leo")),
            ("Joe Leo", None),
            ("Anna Listed", Some("Anna Listed")),
            ("Enlistedson", Some("Enlistedson")),
            ("", None),
        ] {
            assert_eq!(listed(name).as_deref(), found, "{name}");
        }
    }
}
