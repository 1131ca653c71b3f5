//! The codes of refused and accepted requests.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{code::Code, confidence::Confidence, generated::error_codes::ERROR_CODES};

/// The `code` member of a reply: why a request was refused, or, for a few codes, that it was accepted.
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

    /// The code as it travels.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What is known about this code.
    pub fn row(&self) -> Option<&'static ErrorCodeRow> {
        Self::rows().iter().find(|row| row.code == self.as_str())
    }

    /// Every code that is known.
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

/// What is known about an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCodeRow {
    /// Four digits.
    pub code: &'static str,
    /// The texts seen with it, the likeliest first; empty when none was seen.
    pub texts: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it. Ours, not the documentation's.
    pub advice: &'static str,
    /// The HTTP status it comes with, where known.
    pub http_status: Option<u16>,
    /// The endpoints that send it.
    pub endpoints: &'static [&'static str],
    /// Labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// How well the row is known.
    pub confidence: Confidence,
}
