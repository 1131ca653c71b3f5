//! The sample person of the API's sandbox, and an invented sample company.
//!
//! Names, birth, expiry, phone and gender are those of Smile ID's page on sandbox test data (`docs-test-data` and
//! `docs-sandbox-custom` in `docs/reference/sources.md`). The sandbox's sample company is not published.

use serde_json::{Map, Value, json};
use smileid_protocol::types::{IdInfo, PersonalInfo};

/// Text that the API writes instead of a missing value.
pub(crate) const NOT_AVAILABLE: &str = "Not Available";

/// Returns the sample person of the API's sandbox.
pub(crate) fn person() -> PersonalInfo {
    let mut person = nobody();
    person.full_name = Some("Joe Doe Leo".to_owned());
    person.first_name = Some("Joe".to_owned());
    person.middle_name = Some("Doe".to_owned());
    person.last_name = Some("Leo".to_owned());
    person.dob = Some("2000-09-20".to_owned());
    person.gender = Some("M".to_owned());
    person.phone_number = Some("0123456789".to_owned());
    person.expiration_date = Some("2021-08-15".to_owned());
    person
}

/// Returns a person without data: all fields have the API's text for a missing value.
pub(crate) fn nobody() -> PersonalInfo {
    let none = || Some(NOT_AVAILABLE.to_owned());
    let mut person = PersonalInfo::default();
    person.full_name = none();
    person.first_name = none();
    person.middle_name = none();
    person.last_name = none();
    person.dob = none();
    person.gender = none();
    person.address = none();
    person.phone_number = none();
    person.phone_number_2 = none();
    person.expiration_date = none();
    person.issuance_date = none();
    person.photo = none();
    person.document = none();
    person.secondary_id_number = none();
    person
}

/// Returns the parts of a full name: the first word, the last, and those between them.
pub(crate) fn name_parts(full_name: &str) -> [(&'static str, String); 3] {
    let words: Vec<&str> = full_name.split_whitespace().collect();
    let (first, middle, last) = match words.as_slice() {
        [] => ("", String::new(), ""),
        [only] => (*only, String::new(), ""),
        [first, middle @ .., last] => (*first, middle.join(" "), *last),
    };
    [("FirstName", first.to_owned()), ("MiddleName", middle), ("LastName", last.to_owned())]
}

/// Returns an invented company that cannot be mistaken for a real one.
pub(crate) fn company(id: &IdInfo) -> Map<String, Value> {
    let number = id.id_number.as_deref().unwrap_or_default();
    let country = id.country.as_deref().unwrap_or_default();
    let Value::Object(company) = json!({
        "company_information": {
            "legal_name": "Sample Company Limited",
            "company_type": "Private company limited by shares",
            "status": "Active",
            "country": country,
            "state": "Sample State",
            "address": "1 Sample Street",
            "registration_number": number,
            "search_number": number,
            "registration_date": "2000-09-20",
            "authorized_shared_capital": "10000000",
            "industry": "Sampling",
            "tax_id": NOT_AVAILABLE,
            "phone": "0123456789",
            "email": "info@sample.example",
        },
        "directors": [{
            "name": "Joe Doe Leo",
            "shareholdings": "10000000",
            "id_number": NOT_AVAILABLE,
            "id_type": NOT_AVAILABLE,
            "address": "1 Sample Street",
            "occupation": NOT_AVAILABLE,
            "gender": "M",
            "nationality": country,
            "date_of_birth": "2000-09-20",
            "phone_number": "0123456789",
        }],
        "beneficial_owners": [{
            "name": "Joe Doe Leo",
            "shareholdings": "10000000",
            "shareholder_type": "Individual",
            "address": "1 Sample Street",
            "gender": "M",
            "nationality": country,
            "registration_number": NOT_AVAILABLE,
            "phone_number": "0123456789",
        }],
        "fiduciaries": [],
        "proprietors": [],
        "documents": { "search_certificate": "" },
    }) else {
        return Map::new();
    };
    company
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_has_up_to_three_parts() {
        for (full, parts) in [
            ("Nelson Mandela", ["Nelson", "", "Mandela"]),
            ("  Joe   Doe Leo ", ["Joe", "Doe", "Leo"]),
            ("A B C D", ["A", "B C", "D"]),
            ("Joe", ["Joe", "", ""]),
            ("", ["", "", ""]),
        ] {
            assert_eq!(name_parts(full).map(|(_, part)| part), parts);
        }
    }
}
