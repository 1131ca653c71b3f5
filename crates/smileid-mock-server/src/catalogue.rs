//! What the mock says there is: ID types, documents, banks, and what a partner may use of them.
//!
//! A choice, not a copy, until the tables of the types crate have them: what the sandbox's test numbers and the fixtures
//! of the official SDKs need for Nigeria, Ghana, Kenya and South Africa. The ID types are those of the web SDK's
//! `services.json` with the numbers of `docs-test-data`, the documents those of its `valid_documents.json`, the consent
//! that of the Android SDK's `products_config.json`, the banks those of the documentation's pages on Nigeria.

use smileid_protocol::v1::{
    products_config,
    services::{self, Bank},
    valid_documents::{self, CountryDocuments, Document},
};

/// The countries and ID types that the API knows.
pub(crate) fn services() -> services::Response {
    let mut response = services::Response::default();
    for row in ID_TYPES {
        let country = response.id_types.entry(row.country.to_owned()).or_default();
        country.insert(row.id_type.to_owned(), row.required(&[]));
        for product in row.products {
            let basic = if *product == BASIC { row.for_basic } else { &[] };
            let mut id_type = services::IdType::default();
            id_type.label = Some(row.label.to_owned());
            id_type.required_fields = Some(row.required(basic));
            id_type.test_data = Some(row.test_number.to_owned());
            id_type.id_number_regex = Some(row.regex.to_owned());
            offer(&mut response, product, row.country, row.id_type, id_type);
        }
    }
    for (country, documents) in DOCUMENTS {
        for (code, _) in *documents {
            let mut id_type = services::IdType::default();
            id_type.label = Some(document_name(code).to_owned());
            offer(&mut response, DOCUMENT, country, code, id_type);
        }
    }
    response.bank_codes = banks();
    response
}

fn offer(
    response: &mut services::Response,
    product: &str,
    country: &str,
    id_type: &str,
    row: services::IdType,
) {
    let countries = response.hosted_web.entry(product.to_owned()).or_default();
    let offered = countries.entry(country.to_owned()).or_default();
    offered.name = Some(country_name(country).to_owned());
    offered.id_types.insert(id_type.to_owned(), row);
}

/// The documents of a country, or of all of a continent; none of a country that is unknown.
pub(crate) fn valid_documents(country: Option<&str>, continent: Option<&str>) -> valid_documents::Response {
    let countries = DOCUMENTS
        .iter()
        .filter(|(code, _)| country.is_none_or(|country| country == *code))
        .filter(|_| continent.is_none_or(|continent| continent == AFRICA));
    let mut response = valid_documents::Response::default();
    response.valid_documents = countries.filter_map(|(code, rows)| country_documents(code, rows)).collect();
    response
}

fn country_documents(code: &str, rows: &[(&str, bool)]) -> Option<CountryDocuments> {
    let mut country = valid_documents::Country::default();
    code.clone_into(&mut country.code);
    country.continent = Some(AFRICA.to_owned());
    country.name = Some(country_name(code).to_owned());
    let documents = rows.iter().map(|(code, has_back)| {
        let mut document = Document::default();
        (*code).clone_into(&mut document.code);
        document.name = Some(document_name(code).to_owned());
        document.has_back = Some(*has_back);
        document.example = Some(Vec::new());
        document
    });
    let documents: Vec<Document> = documents.collect();
    // The type has no constructor, so it is read.
    serde_json::from_value(serde_json::json!({"country": country, "id_types": documents})).ok()
}

/// The banks of a country.
pub(crate) fn bank_codes(country: &str) -> Vec<Bank> {
    if country == NIGERIA { banks() } else { Vec::new() }
}

fn banks() -> Vec<Bank> {
    let banks = BANKS.iter().map(|(name, code)| {
        let mut bank = Bank::default();
        bank.name = Some((*name).to_owned());
        bank.code = Some((*code).to_owned());
        bank
    });
    banks.collect()
}

/// What a partner may use: everything.
pub(crate) fn products_config(enterprise_id: &str) -> products_config::Response {
    let mut response = products_config::Response::default();
    response.enterprise_id = Some(enterprise_id.to_owned());
    for row in ID_TYPES {
        let (country, id_type) = (row.country.to_owned(), row.id_type.to_owned());
        for product in row.products {
            let countries = response.id_selection.entry((*product).to_owned()).or_default();
            countries.entry(country.clone()).or_default().push(id_type.clone());
        }
        if row.needs_consent {
            response.consent_required.entry(country).or_default().push(id_type);
        }
    }
    let documents = DOCUMENTS.iter().map(|(country, documents)| {
        let codes = documents.iter().filter(|(code, _)| !code.is_empty()).map(|(code, _)| (*code).to_owned());
        ((*country).to_owned(), codes.collect())
    });
    response.id_selection.insert(DOCUMENT.to_owned(), documents.collect());
    response
}

/// Whether people are asked for their consent before an ID is looked up.
pub(crate) fn needs_consent(country: &str, id_type: &str) -> bool {
    ID_TYPES.iter().any(|row| row.country == country && row.id_type == id_type && row.needs_consent)
}

/// An ID type that can be looked up.
struct Row {
    country: &'static str,
    id_type: &'static str,
    label: &'static str,
    /// What a lookup needs beside what all need.
    required: &'static [&'static str],
    /// What Basic KYC needs beside that.
    for_basic: &'static [&'static str],
    test_number: &'static str,
    regex: &'static str,
    products: &'static [&'static str],
    needs_consent: bool,
}

impl Row {
    /// What a lookup needs, the names of the job included, as the fixtures have it.
    fn required(&self, more: &[&str]) -> Vec<String> {
        let all =
            ["country", "id_type"].iter().chain(self.required).chain(more).chain(&["user_id", "job_id"]);
        all.map(|name| (*name).to_owned()).collect()
    }
}

const NIGERIA: &str = "NG";
const AFRICA: &str = "AFRICA";

const BASIC: &str = "basic_kyc";
const BIOMETRIC: &str = "biometric_kyc";
const ENHANCED: &str = "enhanced_kyc";
const SMARTSELFIE: &str = "ekyc_smartselfie";
const DOCUMENT: &str = "doc_verification";
const ENHANCED_DOCUMENT: &str = "enhanced_document_verification";

const LOOKUPS: &[&str] = &[BASIC, BIOMETRIC, ENHANCED, SMARTSELFIE];
const LOOKUPS_AND_DOCUMENT: &[&str] = &[BASIC, BIOMETRIC, ENHANCED, SMARTSELFIE, ENHANCED_DOCUMENT];

/// One with nothing particular about it.
const fn id_type(
    country: &'static str,
    id_type: &'static str,
    label: &'static str,
    test_number: &'static str,
    regex: &'static str,
    products: &'static [&'static str],
) -> Row {
    Row {
        country,
        id_type,
        label,
        required: &["id_number"],
        for_basic: &[],
        test_number,
        regex,
        products,
        needs_consent: false,
    }
}

#[rustfmt::skip]
const ID_TYPES: &[Row] = &[
    id_type("GH", "GHANA_CARD", "GHANA CARD", "GHA-000000000-0", r"^[A-Z]{3}(-\d{9}-\d|\d{9}\d)$", &[BIOMETRIC]),
    id_type("GH", "PASSPORT", "Passport", "G0000000", "^[A-Z][0-9]{7,9}$", LOOKUPS_AND_DOCUMENT),
    id_type("GH", "SSNIT", "SSNIT", "C000000000000", "^[A-Z]{1}[A-Z0-9]{12,14}$", LOOKUPS_AND_DOCUMENT),
    id_type("GH", "VOTER_ID", "Voter ID", "0000000000", "^[0-9]{10,12}$", LOOKUPS_AND_DOCUMENT),
    id_type("KE", "ALIEN_CARD", "Alien Card", "000000", "^[0-9]{6,9}$", LOOKUPS_AND_DOCUMENT),
    id_type("KE", "NATIONAL_ID", "National ID", "00000000", "^[0-9]{1,9}$", LOOKUPS_AND_DOCUMENT),
    id_type("KE", "PASSPORT", "Passport", "A00000000", "^[A-Z0-9]{7,9}$", LOOKUPS_AND_DOCUMENT),
    Row { required: &["id_number", "bank_code"], ..id_type(
        "NG", "BANK_ACCOUNT", "Bank Account Verification", "0000000000", "^[0-9]{10}$", &[BASIC, ENHANCED]) },
    Row { for_basic: &["first_name", "last_name"], needs_consent: true, ..id_type(
        "NG", "BVN", "Bank Verification Number", "00000000000", "^[0-9]{11}$", LOOKUPS) },
    Row { required: &["session_id"], for_basic: &["first_name", "last_name"], needs_consent: true, ..id_type(
        "NG", "BVN_MFA", "Bank Verification Number (MFA)", "00000000000", "^[0-9]{11}$",
        &[BASIC, BIOMETRIC, ENHANCED]) },
    id_type("NG", "NIN", "National ID", "00000000000", "^[0-9]{11}$", LOOKUPS),
    id_type("NG", "NIN_V2", "National ID (NIN)", "00000000000", "^[0-9]{11}$", LOOKUPS),
    id_type("NG", "VOTER_ID", "Voter ID", "0000000000000000000", "^[a-zA-Z0-9 ]{9,20}$", LOOKUPS_AND_DOCUMENT),
    id_type("ZA", "NATIONAL_ID", "National ID", "0000000000000", "^[0-9]{13}$", LOOKUPS_AND_DOCUMENT),
    id_type("ZA", "NATIONAL_ID_NO_PHOTO", "National ID No Photo", "0000000000000", "^[0-9]{13}$", &[BASIC, ENHANCED]),
];

/// By country: the codes of its documents, and whether the back is needed too.
type Documents = (&'static str, &'static [(&'static str, bool)]);

#[rustfmt::skip]
const DOCUMENTS: &[Documents] = &[
    ("GH", &[
        ("DRIVERS_LICENSE", true), ("HEALTH_CARD", true), ("IDENTITY_CARD", true), ("PASSPORT", false),
        ("REGISTRATION_CERTIFICATE", false), ("RESIDENT_ID", false), ("SEAMANS_ID", false), ("SOCIAL_ID", true),
        ("TRAVEL_DOC", false), ("VOTER_ID", false), ("", true),
    ]),
    ("KE", &[
        ("ALIEN_CARD", false), ("DRIVERS_LICENSE", true), ("IDENTITY_CARD", true), ("PASSPORT", false),
        ("RESIDENT_ID", true), ("TRAVEL_DOC", false), ("UNIFORMED_SERVICES_CARD", true), ("", true),
    ]),
    ("NG", &[
        ("DRIVERS_LICENSE", true), ("IDENTITY_CARD", true), ("PASSPORT", false), ("REGISTRATION_CERTIFICATE", true),
        ("RESIDENT_ID", true), ("TRAVEL_DOC", false), ("VOTER_ID", true), ("", true),
    ]),
    ("ZA", &[
        ("DRIVERS_LICENSE", true), ("IDENTITY_CARD", false), ("PASSPORT", true), ("RESIDENT_ID", false),
        ("SEAMANS_ID", true), ("TRAVEL_DOC", false), ("", true),
    ]),
];

const DOCUMENT_NAMES: &[(&str, &str)] = &[
    ("", "Others"),
    ("ALIEN_CARD", "Alien ID"),
    ("DRIVERS_LICENSE", "Driver's License"),
    ("HEALTH_CARD", "Health Card"),
    ("IDENTITY_CARD", "Identity Card"),
    ("PASSPORT", "Passport"),
    ("REGISTRATION_CERTIFICATE", "Registration Certificate"),
    ("RESIDENT_ID", "Resident ID"),
    ("SEAMANS_ID", "Seaman's ID"),
    ("SOCIAL_ID", "Social ID"),
    ("TRAVEL_DOC", "Travel Document"),
    ("UNIFORMED_SERVICES_CARD", "Uniformed Services Card"),
    ("VOTER_ID", "Voter's ID"),
];

const COUNTRY_NAMES: &[(&str, &str)] =
    &[("GH", "Ghana"), ("KE", "Kenya"), ("NG", "Nigeria"), ("ZA", "South Africa")];

const BANKS: &[(&str, &str)] = &[
    ("Access Bank", "044"),
    ("Access Bank (Diamond Bank)", "063"),
    ("Ecobank", "050"),
    ("Enterprise Bank", "084"),
    ("Fidelity Bank", "070"),
    ("First Bank", "011"),
    ("First City Monument Bank", "214"),
    ("Guaranty Trust Bank", "058"),
    ("Jaiz Bank", "301"),
    ("Keystone Bank", "082"),
    ("Mainstreet Bank", "014"),
    ("Polaris Bank", "076"),
    ("Skye Bank", "076"),
    ("Stanbic IBTC", "221"),
    ("Sterling Bank", "232"),
    ("UBA", "033"),
    ("Union Bank", "032"),
    ("Unity Bank", "215"),
    ("Wema Bank", "035"),
];

fn document_name(code: &str) -> &'static str {
    name(DOCUMENT_NAMES, code)
}

fn country_name(code: &str) -> &'static str {
    name(COUNTRY_NAMES, code)
}

fn name(names: &[(&str, &'static str)], code: &str) -> &'static str {
    names.iter().find(|(it, _)| *it == code).map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_names() {
        for (country, documents) in DOCUMENTS {
            assert!(!country_name(country).is_empty(), "{country}");
            for (code, _) in *documents {
                assert!(!document_name(code).is_empty(), "{country} {code}");
            }
            let rows = valid_documents(Some(country), None).valid_documents;
            assert_eq!(rows[0].id_types.len(), documents.len());
        }
        for row in ID_TYPES {
            assert!(!country_name(row.country).is_empty(), "{}", row.country);
        }
    }
}
