//! Results that the sandbox returns for its test data.
//!
//! The codes for `sandbox_result` are inferred: no source gives the code of each value.

use crate::{generated::sandbox, id_type, job_type::JobType, result_code::ResultCode};

pub use crate::generated::sandbox::{ID_SCENARIOS, SANDBOX_RESULTS};

/// Returns the result code that a job gets in the sandbox, by its type and by `partner_params.sandbox_result`.
pub fn result_code(job_type: JobType, sandbox_result: &str) -> Option<ResultCode> {
    sandbox::SANDBOX_RESULTS
        .iter()
        .find(|row| row.job_type == job_type && row.sandbox_result == sandbox_result)
        .map(|row| row.code.into())
}

/// Returns the result code that the sandbox gives for an ID number, by the last digit of the number.
pub fn id_result_code(id_number: &str) -> Option<ResultCode> {
    let digit = id_number.chars().rev().find(char::is_ascii_digit)?;
    sandbox::ID_SCENARIOS.iter().find(|row| row.digit == digit).map(|row| row.code.into())
}

/// Response of the sandbox to a lookup of a person's ID.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdAnswer {
    /// The ID number is a test number: its last digit selects this result code, or `1013` if the digit is not documented.
    Chosen(ResultCode),
    /// The ID number is not a test number of its ID type: the result code is `1014`.
    NotTestData,
    /// The country does not have the ID type: the result code is `1014`, with another text.
    UnknownType,
}

/// Returns the response of the sandbox to a lookup of a person's ID.
///
/// A test number is one of those that the documentation prints for the ID type, with any of the [scenario
/// digits](ID_SCENARIOS). If no source has a test number for a type, or the types of a country, the last digit of any
/// number decides; that is inferred.
///
/// ```
/// use smileid_types::sandbox::{IdAnswer, id_answer};
///
/// assert_eq!(id_answer("NG", "BVN", "00000000001"), IdAnswer::Chosen("1013".into()));
/// assert_eq!(id_answer("NG", "BVN", "12345678901"), IdAnswer::NotTestData);
/// assert_eq!(id_answer("NG", "FOO", "00000000000"), IdAnswer::UnknownType);
/// ```
pub fn id_answer(country: &str, id_type: &str, id_number: &str) -> IdAnswer {
    let by_digit = || IdAnswer::Chosen(id_result_code(id_number).unwrap_or_else(|| "1013".into()));
    let Some(row) = id_type::row(country, id_type) else {
        let is_open = id_type::COUNTRIES_WITHOUT_ROWS.contains(&country);
        return if is_open { by_digit() } else { IdAnswer::UnknownType };
    };
    let mut numbers = ID_SCENARIOS.iter().filter_map(|scenario| row.sandbox_number_for(scenario.digit));
    if row.sandbox_number.is_none() || numbers.any(|number| number.eq_ignore_ascii_case(id_number)) {
        by_digit()
    } else if NOT_IN_THE_SANDBOX.contains(&(country, id_type)) {
        IdAnswer::UnknownType
    } else {
        IdAnswer::NotTestData
    }
}

/// ID types that older pages list, and that the sandbox rejected when it was observed. Source: `sdk-js-sandbox-records`.
const NOT_IN_THE_SANDBOX: &[(&str, &str)] = &[("NG", "DRIVERS_LICENSE")];

/// Table row: the result code for a value of `sandbox_result` and a job type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SandboxResultRow {
    /// Job type to which the row applies.
    pub job_type: JobType,
    /// Value of `sandbox_result`: `"0"` approved, `"1"` rejected, `"2"` provisionally approved.
    pub sandbox_result: &'static str,
    /// Result code that the job gets in the sandbox.
    pub code: &'static str,
}

/// Table row: the result code for the last digit of a test ID number in the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdScenarioRow {
    /// Last digit of the ID number.
    pub digit: char,
    /// Result code that the digit selects.
    pub code: &'static str,
    /// Outcome that the digit selects, in words.
    pub meaning: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with six recorded lookups of `sdk-js-sandbox-records`. One difference: here every product is enabled.
    #[test]
    fn answers_are_those_on_record() {
        for (id_type, number, answer) in [
            ("NIN", "12345678901", IdAnswer::NotTestData),
            ("BVN", "12345678901", IdAnswer::NotTestData),
            ("PASSPORT", "A12345678", IdAnswer::NotTestData),
            ("VOTER_ID", "12345678901", IdAnswer::NotTestData),
            ("DRIVERS_LICENSE", "ABC123456789", IdAnswer::UnknownType),
        ] {
            assert_eq!(id_answer("NG", id_type, number), answer, "{id_type} {number}");
        }
    }

    #[test]
    fn every_test_number_is_answered_by_its_digit() {
        for row in id_type::rows() {
            for scenario in ID_SCENARIOS {
                let Some(number) = row.sandbox_number_for(scenario.digit) else { continue };
                let answer = IdAnswer::Chosen(scenario.code.into());
                assert_eq!(id_answer(row.country, row.id_type, &number), answer, "{row:?}");
                assert_eq!(id_answer(row.country, row.id_type, &number.to_lowercase()), answer, "{row:?}");
            }
        }
        assert_eq!(id_answer("NG", "BVN", "00000000005"), IdAnswer::NotTestData);
        assert_eq!(id_answer("Nigeria", "BVN", "00000000000"), IdAnswer::UnknownType);
        assert_eq!(id_answer("TZ", "ANY", "1"), IdAnswer::Chosen("1013".into()));
        assert_eq!(id_answer("GH", "NATIONAL_ID", "x"), IdAnswer::Chosen("1013".into()));
    }
}
