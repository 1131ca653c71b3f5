//! Lint of the ID information: ID type, format of the number, and other required members.

use jiff::civil::Date;
use regex_lite::RegexBuilder;
use smileid_types::{
    BusinessIdTypeRow, DocumentType, IdTypeRow, ImageSubject, JobType, Product, document, id_type,
};

use super::{Facts, Warning, WarningCode};

pub(super) fn check(facts: &Facts<'_>, warnings: &mut Vec<Warning>) {
    let info = facts.id_info;
    if let Some(dob) = given(info.dob.as_ref()) {
        date_of_birth(dob, warnings);
    }
    if let Some(phone) = given(info.phone_number.as_ref()) {
        let digits = phone.strip_prefix('+').unwrap_or(phone);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            warnings.push(Warning::new(WarningCode::PhoneShape, "id_info.phone_number"));
        }
    }
    let Some(country) = given(info.country.as_ref()) else { return };
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return warnings.push(Warning::new(WarningCode::CountryShape, COUNTRY));
    }
    match facts.job_type {
        Some(JobType::EnhancedKyc) => of_person(facts, country, warnings),
        Some(JobType::BusinessVerification) => of_business(facts, country, warnings),
        _ if facts.is_of_documents() => of_document(facts, country, warnings),
        // For other jobs, the number is read from a photo of the card, or is not needed.
        Some(_) if info.entered == Some(true) => of_person(facts, country, warnings),
        _ => {}
    }
}

const COUNTRY: &str = "id_info.country";
const ID_TYPE: &str = "id_info.id_type";
const ID_NUMBER: &str = "id_info.id_number";

fn of_person(facts: &Facts<'_>, country: &str, warnings: &mut Vec<Warning>) {
    if id_type::COUNTRIES_WITHOUT_ROWS.contains(&country) {
        return;
    }
    if !id_type::rows().iter().any(|row| row.country == country) {
        return warnings.push(Warning::new(WarningCode::CountryUnknown, COUNTRY));
    }
    let Some(id_type) = given(facts.id_info.id_type.as_ref()) else { return };
    match id_type::row(country, id_type) {
        Some(row) => {
            Known::from(row).check(facts, warnings);
            if row.needs_selfie && !facts.subjects.contains(&ImageSubject::Selfie) {
                warnings.push(Warning::new(WarningCode::ImagesNoSelfie, "image_details"));
            }
        }
        None => warnings.push(Warning::new(WarningCode::IdTypeUnknown, ID_TYPE)),
    }
}

fn of_business(facts: &Facts<'_>, country: &str, warnings: &mut Vec<Warning>) {
    if !id_type::business_rows().iter().any(|row| row.country == country) {
        return warnings.push(Warning::new(WarningCode::CountryUnknown, COUNTRY));
    }
    let Some(id_type) = given(facts.id_info.id_type.as_ref()) else { return };
    match id_type::business_row(country, id_type) {
        Some(row) => Known::from(row).check(facts, warnings),
        None => warnings.push(Warning::new(WarningCode::IdTypeUnknown, ID_TYPE)),
    }
}

fn of_document(facts: &Facts<'_>, country: &str, warnings: &mut Vec<Warning>) {
    let Some(documents) = document::documents(country) else {
        return warnings.push(Warning::new(WarningCode::CountryUnknown, COUNTRY));
    };
    let Some(id_type) = given(facts.id_info.id_type.as_ref()) else { return };
    // Enhanced Document Verification accepts the names of ID types for documents too.
    let as_id_type = facts.job_type == Some(JobType::EnhancedDocumentVerification)
        && id_type::row(country, id_type)
            .is_some_and(|row| row.products.contains(&Product::EnhancedDocumentVerification.as_str()));
    match documents.has_back(&DocumentType::from(id_type)) {
        None if !as_id_type => warnings.push(Warning::new(WarningCode::IdTypeUnknown, ID_TYPE)),
        Some(true) if !facts.subjects.contains(&ImageSubject::IdCardBack) => {
            warnings.push(Warning::new(WarningCode::ImagesNoBack, "image_details"));
        }
        _ => {}
    }
}

/// Facts about an ID type from the tables.
struct Known {
    country: &'static str,
    id_type: &'static str,
    required: &'static [&'static str],
    patterns: &'static [&'static str],
    case_insensitive: bool,
    /// Test numbers of the sandbox for the ID type.
    test_numbers: Vec<String>,
}

impl From<&IdTypeRow> for Known {
    fn from(row: &IdTypeRow) -> Self {
        Self {
            country: row.country,
            id_type: row.id_type,
            required: row.required,
            patterns: row.patterns,
            case_insensitive: row.case_insensitive,
            test_numbers: scenarios().filter_map(|scenario| row.sandbox_number_for(scenario)).collect(),
        }
    }
}

impl From<&BusinessIdTypeRow> for Known {
    fn from(row: &BusinessIdTypeRow) -> Self {
        let without_digit = row.sandbox_number.and_then(|number| number.get(..number.len().checked_sub(1)?));
        Self {
            country: row.country,
            id_type: row.id_type,
            required: row.required,
            patterns: row.patterns,
            case_insensitive: row.case_insensitive,
            test_numbers: without_digit
                .map(|start| scenarios().map(|scenario| format!("{start}{scenario}")).collect())
                .unwrap_or_default(),
        }
    }
}

fn scenarios() -> impl Iterator<Item = char> {
    smileid_types::sandbox::ID_SCENARIOS.iter().map(|row| row.digit)
}

impl Known {
    fn check(&self, facts: &Facts<'_>, warnings: &mut Vec<Warning>) {
        if let Some(number) = given(facts.id_info.id_number.as_ref()) {
            if !self.has_shape(number) {
                let Self { country, id_type, patterns, .. } = self;
                let detail =
                    format!("does not have the format of a {country} {id_type}: {}", patterns.join(" or "));
                warnings.push(Warning::new(WarningCode::IdNumberShape, ID_NUMBER).saying(detail));
            }
            if facts.production && self.test_numbers.iter().any(|it| it.eq_ignore_ascii_case(number)) {
                warnings.push(Warning::new(WarningCode::IdNumberOfSandbox, ID_NUMBER));
            }
        }
        for name in self.required.iter().filter(|name| !has(facts, name)) {
            warnings.push(Warning::new(WarningCode::IdInfoNeeded, format!("id_info.{name}")));
        }
    }

    /// Returns true if the ID number matches any known pattern, or if no pattern is known.
    fn has_shape(&self, number: &str) -> bool {
        let matches = |pattern: &&str| {
            let pattern = RegexBuilder::new(pattern).case_insensitive(self.case_insensitive).build();
            pattern.is_ok_and(|pattern| pattern.is_match(number))
        };
        self.patterns.is_empty() || self.patterns.iter().any(matches)
    }
}

/// Returns true if a member that the ID type requires is present: in `id_info` or, as older official SDKs accept, in
/// `partner_params`.
fn has(facts: &Facts<'_>, name: &str) -> bool {
    let not_empty = |value: &serde_json::Value| !value.is_null() && value.as_str() != Some("");
    let info = serde_json::to_value(facts.id_info).unwrap_or_default();
    info.get(name).is_some_and(not_empty)
        || facts.own_params.iter().any(|(it, value)| *it == name && not_empty(value))
}

fn date_of_birth(dob: &str, warnings: &mut Vec<Warning>) {
    let bytes = dob.as_bytes();
    let has_shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let code = match dob.parse::<Date>() {
        _ if !has_shape => WarningCode::DobShape,
        Err(_) => WarningCode::DobNoDate,
        Ok(_) => return,
    };
    warnings.push(Warning::new(code, "id_info.dob"));
}

/// Returns the text if it is not empty.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}
