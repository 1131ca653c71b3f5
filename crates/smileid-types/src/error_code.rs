//! Codes in the API's responses to requests: error codes, and a few codes of accepted requests.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{code::Code, confidence::Confidence, generated::error_codes::ERROR_CODES};

/// The `code` member of a response: the reason for an error, or, for a few codes, the sign that the request was accepted.
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

    /// Returns the four digits of the error code.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the table row of this error code.
    pub fn row(&self) -> Option<&'static ErrorCodeRow> {
        Self::rows().iter().find(|row| row.code == self.as_str())
    }

    /// Returns all known error codes.
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

/// Table row of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCodeRow {
    /// The four digits of the error code.
    pub code: &'static str,
    /// Error texts that were seen with the code, the most likely first. Empty if no source shows one.
    pub texts: &'static [&'static str],
    /// Meaning of the error code, in a sentence.
    pub meaning: &'static str,
    /// Recommended action after this error. Written by this project, not by Smile ID.
    pub advice: &'static str,
    /// HTTP status of responses with this code, if known.
    pub http_status: Option<u16>,
    /// Endpoints that send this error code.
    pub endpoints: &'static [&'static str],
    /// Sources of the table row, as labels in `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the table row.
    pub confidence: Confidence,
}
