//! ID types that can be looked up: of people, and of businesses.
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

/// Returns every known ID type of people, by country.
pub const fn rows() -> &'static [IdTypeRow] {
    ID_TYPES
}

/// Countries that have ID types in the API whose names no source gives. Source: its services list of 2026-09-28, as
/// told in `id_types.toml`.
pub const COUNTRIES_WITHOUT_ROWS: &[&str] = &["ET", "TZ"];

/// Returns the table entry of an ID type of people.
pub fn row(country: &str, id_type: &str) -> Option<&'static IdTypeRow> {
    rows().iter().find(|row| row.country == country && row.id_type == id_type)
}

/// Returns every known ID type of businesses, by country.
pub const fn business_rows() -> &'static [BusinessIdTypeRow] {
    BUSINESS_ID_TYPES
}

/// Returns the table entry of an ID type of businesses.
pub fn business_row(country: &str, id_type: &str) -> Option<&'static BusinessIdTypeRow> {
    business_rows().iter().find(|row| row.country == country && row.id_type == id_type)
}

/// Table entry of an ID type of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdTypeRow {
    /// The country, in two capital letters.
    pub country: &'static str,
    /// The API's word for the type.
    pub id_type: &'static str,
    /// Members of `id_info` that are needed beside `country`, `id_type` and `id_number`, for every product.
    pub required: &'static [&'static str],
    /// True if a selfie is needed, for every product.
    pub needs_selfie: bool,
    /// Regular expressions for the ID number. Sources disagree, so a number that matches any of them is valid; empty if
    /// none is known.
    ///
    /// They are text because this crate has no regular expression engine. None uses lookahead or lookbehind.
    pub patterns: &'static [&'static str],
    /// True if the patterns ignore the case of letters.
    pub case_insensitive: bool,
    /// The number that the sandbox finds: its scenario digit is 0.
    pub sandbox_number: Option<&'static str>,
    /// Position of the scenario digit in the sandbox's number, counted from 0, if it is not the last character.
    pub scenario_at: Option<usize>,
    /// Products that it is offered for, as far as known.
    pub products: &'static [&'static str],
    /// Further information.
    pub note: Option<&'static str>,
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Level of certainty of the entry.
    pub confidence: Confidence,
}

impl IdTypeRow {
    /// Returns the sandbox's number with another scenario digit, one of [`ID_SCENARIOS`](crate::sandbox::ID_SCENARIOS).
    pub fn sandbox_number_for(&self, scenario: char) -> Option<String> {
        let number = self.sandbox_number?;
        let at = self.scenario_at.or_else(|| number.len().checked_sub(1))?;
        let with = |(index, digit)| if index == at { scenario } else { digit };
        Some(number.chars().enumerate().map(with).collect())
    }
}

/// Table entry of an ID type of businesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusinessIdTypeRow {
    /// The country, in two capital letters.
    pub country: &'static str,
    /// The API's word for the type.
    pub id_type: &'static str,
    /// Description of the ID number.
    pub number: &'static str,
    /// Members of the request that are needed beside `country`, `id_type` and `id_number`.
    pub required: &'static [&'static str],
    /// Regular expressions for the ID number, as in [`IdTypeRow::patterns`].
    pub patterns: &'static [&'static str],
    /// True if the patterns ignore the case of letters.
    pub case_insensitive: bool,
    /// The number that the sandbox finds: its scenario digit is 0, and the last character.
    pub sandbox_number: Option<&'static str>,
    /// Further information.
    pub note: Option<&'static str>,
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Level of certainty of the entry.
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
