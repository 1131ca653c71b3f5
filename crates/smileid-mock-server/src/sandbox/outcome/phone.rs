//! Results of phone number verification.

use serde_json::Value;
use smileid_protocol::{
    auth::PartnerId,
    types::{JobType, Matches, PersonalInfo, PhoneResult},
    v1::phone::{MatchFields, PhoneCheck},
};

use super::{Verdict, finished, lookup};
use crate::{
    control::scenario::SelectedScenario,
    model::utc_millis::UtcMillis,
    sandbox::{
        matching::{self, Match},
        sample,
    },
};

/// Country whose phone numbers can be verified.
pub(crate) struct Country {
    pub(crate) code: &'static str,
    /// Number of digits of phone numbers in the country.
    pub(crate) digits: usize,
    /// Fields that can be compared with the data of the phone number's owner.
    pub(crate) fields: &'static [Field],
    /// ID number of the sandbox's phone number owner, if it is published.
    id_number: &'static str,
}

/// Field that can be compared with the data of the phone number's owner.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    said: fn(&MatchFields) -> Option<&str>,
    known: fn(&PersonalInfo) -> Option<&str>,
}

impl Field {
    /// Returns the value of this field in a request.
    pub(crate) fn said<'a>(&self, fields: &'a MatchFields) -> Option<&'a str> {
        (self.said)(fields).filter(|text| !text.trim().is_empty())
    }
}

const FIRST_NAME: Field = Field {
    name: "first_name",
    said: |fields| fields.first_name.as_deref(),
    known: |owner| owner.first_name.as_deref(),
};
const OTHER_NAME: Field = Field {
    name: "other_name",
    said: |fields| fields.other_name.as_deref(),
    known: |owner| owner.middle_name.as_deref(),
};
const LAST_NAME: Field = Field {
    name: "last_name",
    said: |fields| fields.last_name.as_deref(),
    known: |owner| owner.last_name.as_deref(),
};
const ID_NUMBER: Field = Field {
    name: "id_number",
    said: |fields| fields.id_number.as_deref(),
    known: |owner| owner.id_number.as_deref(),
};

const NAMES: &[Field] = &[FIRST_NAME, OTHER_NAME, LAST_NAME];

/// Countries, as the page on phone number verification lists them (`docs-phone`).
pub(crate) const COUNTRIES: &[Country] = &[
    Country { code: "KE", digits: 10, fields: &[ID_NUMBER], id_number: "00000000" },
    Country { code: "NG", digits: 11, fields: NAMES, id_number: "" },
    Country { code: "TZ", digits: 12, fields: NAMES, id_number: "" },
    Country { code: "UG", digits: 10, fields: NAMES, id_number: "" },
    Country {
        code: "ZA",
        digits: 10,
        fields: &[FIRST_NAME, OTHER_NAME, LAST_NAME, ID_NUMBER],
        id_number: "0000000000000",
    },
];

/// Returns the result of verifying a phone number of a country.
pub(crate) fn result(
    number: &str,
    partner: &PartnerId,
    check: &PhoneCheck,
    country: &Country,
    now: UtcMillis,
    selected: Option<&SelectedScenario>,
) -> PhoneResult {
    let mut owner = sample::person();
    owner.id_number = Some(country.id_number.to_owned());
    let compared: Vec<(&str, Match)> = country
        .fields
        .iter()
        .map(|field| {
            let said = field.said(&check.match_fields);
            (field.name, matching::field(said, (field.known)(&owner), str::eq_ignore_ascii_case))
        })
        .filter(|(_, it)| *it != Match::NotProvided)
        .collect();

    let code = match lookup::digit(Some(&check.phone_number)) {
        Some('0') => matching::overall(&compared.iter().map(|(_, it)| *it).collect::<Vec<_>>()).code(),
        Some('3') => lookup::ISSUER_DOWN,
        _ => NO_RECORD,
    };
    // Phone verification has no job type. The codes that it shares with lookups are in the table under this job type.
    let selected_verdict = selected.and_then(Verdict::from_scenario);
    let forced = selected_verdict.as_ref().and_then(|verdict| Match::of_code(verdict.code.as_str()));
    let verdict = selected_verdict.unwrap_or_else(|| Verdict::from_code(code, JobType::EnhancedKyc));
    let is_found = Match::of_code(verdict.code.as_str()).is_some();
    let fields = compared.iter().filter(|_| is_found).map(|(name, it)| (name, forced.unwrap_or(*it)));
    let fields: Value =
        fields.map(|(name, it)| ((*name).to_owned(), Value::from(it.action().as_str()))).collect();

    let mut matches = Matches::default();
    matches.0 = fields;
    let mut result = PhoneResult::default();
    result.code = Some(verdict.code);
    result.message = Some(verdict.text.into_owned());
    result.matched_fields = Some(matches);
    result.job_id = Some(number.to_owned());
    result.job_type = Some("phone_number_verification".to_owned());
    result.partner_id = Some(partner.to_string());
    result.partner_params = Some(check.partner_params.clone().unwrap_or_default());
    result.created_at = Some(now.timestamp().to_string());
    finished(result, selected)
}

/// Result code for a phone number without an owner; a test compares it with the table.
const NO_RECORD: &str = "1023";

#[cfg(test)]
mod tests {
    use smileid_protocol::types::{Product, ResultCode};

    use super::*;

    #[test]
    fn the_code_is_that_of_the_table() {
        assert!(ResultCode::from(NO_RECORD).row_for(&Product::PhoneNumberVerification).is_some());
    }
}
