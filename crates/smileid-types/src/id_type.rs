//! Tables of the ID types that the API can look up: IDs of persons, and registration numbers of businesses.
//!
//! ```
//! use smileid_types::id_type;
//!
//! let bvn = id_type::row("NG", "BVN").expect("a documented ID type");
//! assert_eq!(bvn.patterns, ["^[0-9]{11}$"]);
//! assert_eq!(bvn.sandbox_number_for('1').as_deref(), Some("00000000001"));
//! ```

use crate::{
    confidence::Confidence,
    generated::id_types::{BUSINESS_ID_TYPES, ID_TYPES},
};

/// Returns all known ID types of persons, sorted by country.
pub const fn rows() -> &'static [IdTypeRow] {
    ID_TYPES
}

/// Countries that the API supports with ID types whose names no source gives. Source: its services list of 2026-09-28, as told in
/// `id_types.toml`.
pub const COUNTRIES_WITHOUT_ROWS: &[&str] = &["ET", "TZ"];

/// Returns the table row of an ID type of persons.
pub fn row(country: &str, id_type: &str) -> Option<&'static IdTypeRow> {
    rows().iter().find(|row| row.country == country && row.id_type == id_type)
}

/// Returns all known ID types of businesses, sorted by country.
pub const fn business_rows() -> &'static [BusinessIdTypeRow] {
    BUSINESS_ID_TYPES
}

/// Returns the table row of an ID type of businesses.
pub fn business_row(country: &str, id_type: &str) -> Option<&'static BusinessIdTypeRow> {
    business_rows().iter().find(|row| row.country == country && row.id_type == id_type)
}

/// Table row of an ID type of persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdTypeRow {
    /// Country of the ID type, in two capital letters.
    pub country: &'static str,
    /// The ID type as the API writes it, such as `NATIONAL_ID`.
    pub id_type: &'static str,
    /// Members of `id_info` that every product requires for this ID type, in addition to `country`, `id_type` and `id_number`.
    pub required: &'static [&'static str],
    /// True if every product requires a selfie for this ID type.
    pub needs_selfie: bool,
    /// Regular expressions for ID numbers of this type. The sources disagree: a number is valid if any expression matches. Empty
    /// if no format is known.
    ///
    /// They are text because this crate has no regular expression engine. None uses lookahead or lookbehind.
    pub patterns: &'static [&'static str],
    /// True if the patterns of the ID number ignore the case of letters.
    pub case_insensitive: bool,
    /// Test ID number for which the sandbox returns data: its scenario digit is 0.
    pub sandbox_number: Option<&'static str>,
    /// Position of the scenario digit in the sandbox's test number, counted from 0. None if it is the last character.
    pub scenario_at: Option<usize>,
    /// Products that offer this ID type, as far as known.
    pub products: &'static [&'static str],
    /// Further information about the ID type.
    pub note: Option<&'static str>,
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

impl IdTypeRow {
    /// Returns the sandbox's test number with another scenario digit, one of [`ID_SCENARIOS`](crate::sandbox::ID_SCENARIOS).
    pub fn sandbox_number_for(&self, scenario: char) -> Option<String> {
        let number = self.sandbox_number?;
        let at = self.scenario_at.or_else(|| number.len().checked_sub(1))?;
        let with = |(index, digit)| if index == at { scenario } else { digit };
        Some(number.chars().enumerate().map(with).collect())
    }
}

/// Table row of an ID type of businesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusinessIdTypeRow {
    /// Country of the ID type, in two capital letters.
    pub country: &'static str,
    /// The ID type as the API writes it, such as `BUSINESS_REGISTRATION`.
    pub id_type: &'static str,
    /// Description of the number of the business, such as its registration number.
    pub number: &'static str,
    /// Members of the request that this ID type requires in addition to `country`, `id_type` and `id_number`.
    pub required: &'static [&'static str],
    /// Regular expressions for numbers of this ID type, as in [`IdTypeRow::patterns`].
    pub patterns: &'static [&'static str],
    /// True if the patterns of the number ignore the case of letters.
    pub case_insensitive: bool,
    /// Test number for which the sandbox returns data. Its last character is the scenario digit, 0.
    pub sandbox_number: Option<&'static str>,
    /// Further information about the ID type.
    pub note: Option<&'static str>,
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{ID_SCENARIOS, id_result_code};

    #[test]
    fn rows_are_found_by_country_and_type() {
        for known in rows() {
            assert_eq!(row(known.country, known.id_type), Some(known));
        }
        for known in business_rows() {
            assert_eq!(business_row(known.country, known.id_type), Some(known));
        }
        assert_eq!(row("NG", "GHANA_CARD"), None);
        assert_eq!(row("ng", "BVN"), None);
        assert_eq!(business_row("NG", "BVN"), None);
    }

    #[test]
    fn a_number_of_each_scenario_gives_its_code() {
        for row in rows() {
            for scenario in ID_SCENARIOS {
                let number = row.sandbox_number_for(scenario.digit);
                assert_eq!(number.is_some(), row.sandbox_number.is_some());
                let Some(number) = number else { continue };
                let code = id_result_code(&number).unwrap();
                assert_eq!(code.as_str(), scenario.code, "{} {} {number}", row.country, row.id_type);
            }
        }
        // The documentation of this ID type shows the digit before the last letter.
        let tax = row("KE", "TAX_INFORMATION").unwrap();
        assert_eq!(tax.sandbox_number_for('3').as_deref(), Some("A000000003A"));
    }
}
