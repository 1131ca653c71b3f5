//! What the sandbox answers, by the inputs that choose it.
//!
//! The codes for `sandbox_result` are inferred: no source says which code each value gives.

use crate::{generated::sandbox, job_type::JobType, result_code::ResultCode};

pub use crate::generated::sandbox::{ID_SCENARIOS, SANDBOX_RESULTS};

/// The result code that `partner_params.sandbox_result` chooses for a job of this type.
pub fn result_code(job_type: JobType, sandbox_result: &str) -> Option<ResultCode> {
    sandbox::SANDBOX_RESULTS
        .iter()
        .find(|row| row.job_type == job_type && row.sandbox_result == sandbox_result)
        .map(|row| row.code.into())
}

/// The result code that an ID number chooses by its last digit.
pub fn id_result_code(id_number: &str) -> Option<ResultCode> {
    let digit = id_number.chars().rev().find(char::is_ascii_digit)?;
    sandbox::ID_SCENARIOS.iter().find(|row| row.digit == digit).map(|row| row.code.into())
}

/// A value of `sandbox_result` for one job type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SandboxResultRow {
    /// The job type.
    pub job_type: JobType,
    /// `"0"` approved, `"1"` rejected, `"2"` provisionally approved.
    pub sandbox_result: &'static str,
    /// The result code.
    pub code: &'static str,
}

/// A scenario digit of a test ID number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdScenarioRow {
    /// The last digit of the ID number.
    pub digit: char,
    /// The result code.
    pub code: &'static str,
    /// What happens.
    pub meaning: &'static str,
}
