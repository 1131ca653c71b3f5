//! Answers of a program.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use smileid_protocol::codec;

use crate::case::Content;

/// An answer: one member beside its `id`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// The signature of a message.
    Signature(String),
    /// The judgement of a signature.
    Accepted(bool),
    /// The messages that were sent.
    Sent(Sent),
    /// The verdict on a result.
    Verdict(Decided),
    /// It was refused, and nothing was sent.
    Refused(Refused),
    /// An error that is none of the program's own kinds.
    Crashed(String),
    /// The program has nothing that does this.
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
    /// The archive, where one was asked for.
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

/// The reason of a refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    /// The message for the program's user.
    pub(super) message: String,
    /// The field, where its error names one beside the message.
    #[serde(default)]
    pub(super) field: Option<String>,
}

/// A line is no answer to the question that was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// It is not a JSON object with a text `id` and one answer.
    #[error("the line is no answer")]
    Unreadable(#[from] serde_json::Error),
    /// A member is there several times, and nobody can say which of them is meant.
    #[error("the line has `{0}` several times")]
    Repeated(String),
    /// It answers something else.
    #[error("the line answers `{0}`, which was not asked")]
    Another(String),
    /// It has no `id`.
    #[error("the line has no `id`")]
    Nameless,
    /// The answer is to something else than was asked.
    #[error("`{got}` answers nothing of what was asked; the answers are: {}", expected.join(", "))]
    Misplaced {
        /// The member.
        got: &'static str,
        /// Those that there are, beside `crashed` and `unsupported`.
        expected: &'static [&'static str],
    },
    /// A job was sent whose archive was asked for.
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
