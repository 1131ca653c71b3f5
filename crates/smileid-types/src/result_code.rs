//! The codes of results.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{code::Code, confidence::Confidence, generated::result_codes::RESULT_CODES, job_type::JobType};

/// The `ResultCode` of a result: four digits, leading zeros included.
///
/// The same code means different things for different products, so its rows are asked for by job type.
///
/// ```
/// use smileid_types::{Category, JobType, ResultCode};
///
/// let code = ResultCode::from("0840");
/// let row = code.row(JobType::SmartSelfieRegistration).expect("a documented code");
/// assert_eq!(row.category, Category::Approved);
/// assert!(ResultCode::from("9999").row(JobType::SmartSelfieRegistration).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResultCode(Code);

impl ResultCode {
    /// The code as it travels.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What the code means for a job of this type.
    pub fn row(&self, job_type: JobType) -> Option<&'static ResultCodeRow> {
        Self::rows().iter().find(|row| row.code == self.as_str() && row.job_types.contains(&job_type))
    }

    /// Every code that is known, one row for each meaning.
    pub const fn rows() -> &'static [ResultCodeRow] {
        RESULT_CODES
    }
}

impl From<&str> for ResultCode {
    fn from(code: &str) -> Self {
        Self(code.into())
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a result code says about the person, as the API's documentation groups the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// The check passed.
    Approved,
    /// The check passed so far; a person will look, or a part of it could not be made.
    Provisional,
    /// The check failed.
    Rejected,
    /// The check could not be made.
    Error,
    /// Neither passed nor failed: something was found, or not.
    Information,
}

/// What is known about a result code for some products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResultCodeRow {
    /// Four digits.
    pub code: &'static str,
    /// The job types it is given for.
    pub job_types: &'static [JobType],
    /// The products it is given for, in the API's words.
    pub products: &'static [&'static str],
    /// What it says.
    pub category: Category,
    /// The texts seen with it; the wording has changed over time, so decide by the code.
    pub texts: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// What else is worth knowing.
    pub note: Option<&'static str>,
    /// Labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// How well the row is known.
    pub confidence: Confidence,
}
