//! Error codes, and the few status codes of accepted requests.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{code::Code, confidence::Confidence, generated::error_codes::ERROR_CODES};

/// The `code` member of a reply: the reason of a refusal, or, for a few codes, the sign of acceptance.
///
/// Any text is a code; the constants are those with a known meaning.
///
/// ```
/// use smileid_types::ErrorCode;
///
/// let code: ErrorCode = serde_json::from_str("2215")?; // some servers send a number
/// assert_eq!(code, ErrorCode::JOB_EXISTS);
/// assert!(code.row().is_some_and(|row| row.http_status == Some(400)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(Code);

impl ErrorCode {
    pub(crate) const fn known(code: &'static str) -> Self {
        Self(Code::known(code))
    }

    /// Returns the code as it is sent.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the table entry of this code.
    pub fn row(&self) -> Option<&'static ErrorCodeRow> {
        Self::rows().iter().find(|row| row.code == self.as_str())
    }

    /// Returns every known code.
    pub const fn rows() -> &'static [ErrorCodeRow] {
        ERROR_CODES
    }
}

member_by_serde!(ErrorCode);

impl From<&str> for ErrorCode {
    fn from(code: &str) -> Self {
        Self(code.into())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Table entry of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCodeRow {
    /// Four digits.
    pub code: &'static str,
    /// Texts seen with it, the likeliest first; empty if none was seen.
    pub texts: &'static [&'static str],
    /// Meaning of the code, in a sentence.
    pub meaning: &'static str,
    /// Recommended action. From this project, not from the documentation.
    pub advice: &'static str,
    /// HTTP status that it comes with, if known.
    pub http_status: Option<u16>,
    /// Endpoints that send it.
    pub endpoints: &'static [&'static str],
    /// Sources, as labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Level of certainty of the entry.
    pub confidence: Confidence,
}
