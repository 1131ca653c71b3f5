//! Words that masked output may show as a type, a country or a flag: only words of the tables. Another word may be personal data
//! in the wrong member.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::{
    SOURCE_SDK,
    types::{ActionValue, DocumentType, Product, document, id_type},
};

/// Words of the API that are in no table: flags, and sources of requests and results.
const OTHERS: [&str; 14] = [
    "true",
    "false",
    SOURCE_SDK,
    "python",
    "javascript",
    "ruby",
    "php",
    "java",
    "rust",
    "android",
    "ios",
    "webapi",
    "id api",
    "rest api",
];

static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let id_types = id_type::rows().iter().map(|row| row.id_type);
    let of_businesses = id_type::business_rows().iter().map(|row| row.id_type);
    let documents = DocumentType::rows().iter().map(|row| row.document_type.as_str());
    let continents = document::countries().iter().map(|row| row.continent);
    let products = Product::rows().iter();
    let products =
        products.flat_map(|row| [&[row.product.as_str()], row.aliases, row.token_keywords].concat());
    let words = id_types.chain(of_businesses).chain(documents).chain(continents).chain(products);
    words.chain(OTHERS).map(str::to_lowercase).collect()
});

/// Returns true if a text is a word of the tables, in any letter case, or cannot be personal data: a country or language code, a
/// number below 100, a version.
pub(super) fn is_known(text: &str) -> bool {
    text.is_empty() || is_place(text) || is_version(text) || KNOWN.contains(&text.to_lowercase())
}

/// Returns true if a text is a word of the API for the outcome of a step, such as `Passed`.
pub fn is_action_value(text: &str) -> bool {
    ActionValue::LISTED.iter().any(|value| value.as_str() == text)
}

/// Returns true for a country or language code: `NG`, `en`, `en-GB`.
fn is_place(text: &str) -> bool {
    let is_code = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    text.split_once(['-', '_'])
        .map_or(is_code(text), |(language, country)| is_code(language) && is_code(country))
}

/// Returns true for a version such as `4` or `11.0.0`, but not for a date.
fn is_version(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_number =
        |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(|major| is_number(major, 2))
        && parts.clone().count() <= 2
        && parts.all(|part| is_number(part, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_tables_and_short_forms_are_known() {
        for word in [
            "NG",
            "BVN",
            "NIN_V2",
            "Passport",
            "BUSINESS_REGISTRATION",
            "biometric_kyc",
            "AFRICA",
            "rest_api",
        ] {
            assert!(is_known(word), "{word}");
        }
        for form in ["", "4", "11", "en", "en-GB", "3.2.1", "true"] {
            assert!(is_known(form), "{form}");
        }
        for other in [
            "Leonora",
            "Leo",
            "LEONORA DOE",
            "73517351735",
            "735",
            "A99887766",
            "31.03.1957",
            "31.03.57",
            "1.2.3.4",
            "en-GB-x",
        ] {
            assert!(!is_known(other), "{other}");
        }
    }
}
