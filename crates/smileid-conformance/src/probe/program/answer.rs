//! Reads the responses of a program.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use smileid_protocol::codec;

use crate::case::Content;

/// A response of the program: the member that it has in addition to `id`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// A signature for a message.
    Signature(String),
    /// True if the program accepted the signature.
    Accepted(bool),
    /// The sent messages.
    Sent(Sent),
    /// The verdict on a result.
    Verdict(Decided),
    /// The input was refused and nothing was sent.
    Refused(Refused),
    /// An unexpected error of the program.
    Crashed(String),
    /// The program does not support the task.
    Unsupported(String),
}

/// The messages that were sent for a job.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    /// The path of the first request: `/v1/upload`.
    pub(super) path: String,
    /// Its body.
    pub(super) body: Value,
    /// The archive, if the task asks for one.
    #[serde(default)]
    archive: Option<Content>,
}

/// The verdict on a result.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    pub(super) decision: String,
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) retry: Option<bool>,
}

/// A refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    /// The message for the program's user.
    pub(super) message: String,
    /// The field, if the error names one separately.
    #[serde(default)]
    pub(super) field: Option<String>,
}

/// An invalid response to a question.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// The line is not a JSON object with a text `id` and one response.
    #[error("the line is not a valid response")]
    Unreadable(#[from] serde_json::Error),
    /// A member is duplicated, so its value is ambiguous.
    #[error("the line contains `{0}` several times")]
    Repeated(String),
    /// The response has another id.
    #[error("the line has the id `{0}`, which is not the id of the question")]
    Another(String),
    /// The response has no `id`.
    #[error("the line has no `id`")]
    Nameless,
    /// The response contains no member that is allowed for the task.
    #[error("`{got}` is not a response to this task; expected one of: {}", expected.join(", "))]
    Misplaced {
        /// The member of the response.
        got: &'static str,
        /// The allowed members, besides `crashed` and `unsupported`.
        expected: &'static [&'static str],
    },
    /// The archive of a sent job is missing.
    #[error("`sent` needs an `archive`, in base64")]
    NoArchive,
}

impl Answer {
    /// Reads the response to the question `id`.
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
