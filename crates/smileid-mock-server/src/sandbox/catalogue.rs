//! Lists of ID types, documents, banks and products that the mock server returns.
//!
//! Documents and banks come from the tables. The ID types are a selection from the tables, with labels and required
//! fields for each product. These come from the web SDK's `services.json`, for Nigeria, Ghana, Kenya and South Africa.
//! Consent comes from the Android SDK's `products_config.json`.

use bytes::Bytes;
use http::Response;

use crate::journal;
use smileid_protocol::{
    auth::Anonymous,
    endpoint::Endpoint,
    types::{BankCodeRow, CountryDocumentsRow, DocumentType, bank_code, document},
    v1::{
        products_config,
        services::{self, Bank},
        valid_documents::{self, CountryDocuments, Document},
    },
    v3,
};

/// Encodes a list as a response that can be cached.
pub(crate) fn encoded<E: Endpoint<ReplyAuth = Anonymous>>(list: &E::Response) -> Option<Response<Bytes>> {
    let mut reply = E::encode_reply(list, &()).ok()?;
    reply.extensions_mut().insert(journal::Whole);
    Some(reply)
}

/// Returns the countries and ID types that the API knows.
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
    for row in document::countries() {
        for document_type in row.document_types() {
            let mut id_type = services::IdType::default();
            id_type.label = Some(document_name(document_type).to_owned());
            offer(&mut response, DOCUMENT, row.country, document_type.as_str(), id_type);
        }
    }
    response.bank_codes = banks(|_| true);
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

/// Returns the documents of a country, a continent or all; none for an unknown country.
pub(crate) fn valid_documents(country: Option<&str>, continent: Option<&str>) -> valid_documents::Response {
    let countries = document::countries()
        .iter()
        .filter(|row| country.is_none_or(|country| country == row.country))
        .filter(|row| continent.is_none_or(|continent| continent == row.continent));
    let mut response = valid_documents::Response::default();
    response.valid_documents = countries.map(country_documents).collect();
    response
}

fn country_documents(row: &CountryDocumentsRow) -> CountryDocuments {
    let mut country = valid_documents::Country::default();
    row.country.clone_into(&mut country.code);
    country.continent = Some(row.continent.to_owned());
    country.name = Some(row.name.to_owned());
    let documents = row.document_types().map(|document_type| {
        let mut document = Document::default();
        document_type.as_str().clone_into(&mut document.code);
        document.name = Some(document_name(document_type).to_owned());
        document.has_back = row.has_back(document_type);
        document.example = Some(Vec::new());
        document
    });
    CountryDocuments::new(country, documents.collect())
}

/// Returns the banks of a country.
pub(crate) fn bank_codes(country: &str) -> Vec<Bank> {
    banks(|row| row.country == country)
}

fn banks(wished: impl Fn(&BankCodeRow) -> bool) -> Vec<Bank> {
    let banks = bank_code::rows().iter().filter(|row| wished(row)).map(|row| {
        let mut bank = Bank::default();
        bank.name = Some(row.name.to_owned());
        bank.code = Some(row.code.to_owned());
        bank
    });
    banks.collect()
}

/// Returns the banks of one or all countries, in the format of V3.
pub(crate) fn v3_banks(country: Option<&str>) -> Vec<v3::bank_codes::Bank> {
    let rows = bank_code::rows().iter().filter(|row| country.is_none_or(|country| row.country == country));
    let banks = rows.map(|row| {
        let mut bank = v3::bank_codes::Bank::default();
        bank.country = Some(row.country.to_owned());
        bank.name = Some(row.name.to_owned());
        bank.code = Some(row.code.to_owned());
        bank
    });
    banks.collect()
}

/// Returns the ID types of one or all countries, in the format of V3.
pub(crate) fn v3_id_types(country: Option<&str>) -> Vec<v3::supported_id_types::IdType> {
    let rows = ID_TYPES.iter().filter(|row| country.is_none_or(|country| row.country == country));
    let types = rows.map(|row| {
        let mut id_type = v3::supported_id_types::IdType::default();
        id_type.country = Some(row.country.to_owned());
        id_type.id_type = Some(row.id_type.to_owned());
        id_type.label = Some(row.label.to_owned());
        id_type.regex = Some(row.regex.to_owned());
        id_type.required_fields = Some(row.required.iter().map(|name| (*name).to_owned()).collect());
        id_type
    });
    types.collect()
}

/// Returns the enabled products of a partner: all products.
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
    let documents = document::countries().iter().map(|row| {
        let codes = row.document_types().map(|it| it.as_str().to_owned()).filter(|code| !code.is_empty());
        (row.country.to_owned(), codes.collect())
    });
    response.id_selection.insert(DOCUMENT.to_owned(), documents.collect());
    response
}

/// Returns true if a lookup of this ID type requires the person's consent.
pub(crate) fn needs_consent(country: &str, id_type: &str) -> bool {
    ID_TYPES.iter().any(|row| row.country == country && row.id_type == id_type && row.needs_consent)
}

/// ID type in the list of services.
struct Row {
    country: &'static str,
    id_type: &'static str,
    label: &'static str,
    /// Fields that a lookup requires, in addition to those of all lookups.
    required: &'static [&'static str],
    /// Additional fields that Basic KYC requires.
    for_basic: &'static [&'static str],
    test_number: &'static str,
    regex: &'static str,
    products: &'static [&'static str],
    needs_consent: bool,
}

impl Row {
    /// Returns the required fields of a lookup, including `user_id` and `job_id`, as in the web SDK's test data.
    fn required(&self, more: &[&str]) -> Vec<String> {
        let all =
            ["country", "id_type"].iter().chain(self.required).chain(more).chain(&["user_id", "job_id"]);
        all.map(|name| (*name).to_owned()).collect()
    }
}

const BASIC: &str = "basic_kyc";
const BIOMETRIC: &str = "biometric_kyc";
const ENHANCED: &str = "enhanced_kyc";
const SMARTSELFIE: &str = "ekyc_smartselfie";
const DOCUMENT: &str = "doc_verification";
const ENHANCED_DOCUMENT: &str = "enhanced_document_verification";

const LOOKUPS: &[&str] = &[BASIC, BIOMETRIC, ENHANCED, SMARTSELFIE];
const LOOKUPS_AND_DOCUMENT: &[&str] = &[BASIC, BIOMETRIC, ENHANCED, SMARTSELFIE, ENHANCED_DOCUMENT];

/// Creates an ID type without special requirements.
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

fn document_name(document_type: &DocumentType) -> &'static str {
    document_type.row().map_or("", |row| row.title)
}

fn country_name(code: &str) -> &'static str {
    document::documents(code).map_or("", |row| row.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_names() {
        for row in ID_TYPES {
            assert!(!country_name(row.country).is_empty(), "{}", row.country);
        }
    }
}
