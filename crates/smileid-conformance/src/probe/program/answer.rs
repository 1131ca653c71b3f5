//! Reads the answers of a program.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use smileid_protocol::codec;

use crate::case::Content;

/// An answer of the program: the member that it has in addition to `id`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// The program signed a message. Contains the signature.
    Signature(String),
    /// The program verified a signature. True if it accepted the signature.
    Accepted(bool),
    /// The program sent these messages for a job.
    Sent(Sent),
    /// The program determined a verdict on a result.
    Verdict(Decided),
    /// The program refused the input, and sent nothing.
    Refused(Refused),
    /// The program had an unexpected error.
    Crashed(String),
    /// The program does not support the task.
    Unsupported(String),
}

/// Messages that the program sent for a job.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    /// Path of the first request, such as `/v1/upload`.
    pub(super) path: String,
    /// Body of the first request.
    pub(super) body: Value,
    /// Archive of the job, if the task asks for one.
    #[serde(default)]
    archive: Option<Content>,
}

/// Verdict of the program on a result.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    pub(super) decision: String,
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) retry: Option<bool>,
}

/// Refusal of an input by the program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    /// Message for the user of the program.
    pub(super) message: String,
    /// Field that the refusal names separately, if any.
    #[serde(default)]
    pub(super) field: Option<String>,
}

/// Error: the answer to a question is invalid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// The line is not a JSON object with a text `id` and one answer.
    #[error("the line is not a valid response")]
    Unreadable(#[from] serde_json::Error),
    /// A member occurs twice, so its value is ambiguous.
    #[error("the line contains `{0}` several times")]
    Repeated(String),
    /// The answer has the id of another question.
    #[error("the line has the id `{0}`, which is not the id of the question")]
    Another(String),
    /// The answer has no `id`.
    #[error("the line has no `id`")]
    Nameless,
    /// The answer has no member that is allowed for the task.
    #[error("`{got}` is not a response to this task; expected one of: {}", expected.join(", "))]
    Misplaced {
        /// Name of the answer's member.
        got: &'static str,
        /// Names of the allowed members, in addition to `crashed` and `unsupported`.
        expected: &'static [&'static str],
    },
    /// The archive of a sent job is missing from the answer.
    #[error("`sent` needs an `archive`, in base64")]
    NoArchive,
}

impl Answer {
    /// Reads the answer to the question `id`.
    pub(super) fn read(line: &[u8], id: &str) -> Result<Self, BadAnswer> {
        let mut members: Map<String, Value> = serde_json::from_slice(line)?;
        if let Some(pointer) = codec::duplicates(line).into_iter().next() {
            return Err(BadAnswer::Repeated(pointer.replacen('/', "", 1).replace('/', ".")));
        }
        match members.remove("id") {
            Some(Value::String(got)) if got == id => {}
            Some(Value::String(other)) => return Err(BadAnswer::Another(other)),
            _ => return Err(BadAnswer::Nameless),
        }
        Ok(Self::deserialize(Value::Object(members))?)
    }

    pub(super) fn misplaced(&self, expected: &'static [&'static str]) -> BadAnswer {
        let got = match self {
            Self::Signature(_) => "signature",
            Self::Accepted(_) => "accepted",
            Self::Sent(_) => "sent",
            Self::Verdict(_) => "verdict",
            Self::Refused(_) => "refused",
            Self::Crashed(_) => "crashed",
            Self::Unsupported(_) => "unsupported",
        };
        BadAnswer::Misplaced { got, expected }
    }
}

impl Sent {
    pub(super) fn archive(&self) -> Result<&Bytes, BadAnswer> {
        self.archive.as_ref().map(|archive| &archive.0).ok_or(BadAnswer::NoArchive)
    }
}
