//! Cases of everything that a program was recorded sending.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Content, FindingExpected, Keys};

/// Everything that a program was recorded sending. Each recording is a check of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedCase {
    /// Who speaks.
    pub credentials: Keys,
    /// The requests with a body of JSON.
    pub requests: Vec<RecordedRequest>,
    /// The archives that were put.
    pub archives: Vec<RecordedArchive>,
    /// The codes of all rules for clients that it breaks, sorted.
    pub rules: Vec<String>,
}

/// A request that was recorded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Which recording.
    pub recording: String,
    /// The HTTP method.
    pub method: String,
    /// The path after the address of the API.
    pub path: String,
    /// Its headers, those that say what the body is.
    pub headers: BTreeMap<String, String>,
    /// The body, as it came.
    pub body: String,
    /// What is written otherwise than it was read.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// An archive that was recorded, and the request that put it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedArchive {
    /// Which recording.
    pub recording: String,
    /// Where it was put: path and query.
    pub path: String,
    /// The headers of the request that say what the body is.
    pub headers: BTreeMap<String, String>,
    /// Its bytes.
    pub archive: Content,
    /// Everything that is found in it, in any order.
    pub findings: Vec<FindingExpected>,
    /// The text of its `info.json`.
    pub info: String,
    /// What is written otherwise than it was read.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// A place where what is written is not what was recorded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exception {
    /// Where: a JSON pointer (RFC 6901).
    pub at: String,
    /// What was recorded. Absent when nothing was.
    #[serde(default, deserialize_with = "there")]
    pub recorded: Option<Value>,
    /// What is written. Absent when nothing is.
    #[serde(default, deserialize_with = "there")]
    pub written: Option<Value>,
    /// Why.
    pub why: String,
}

/// A null is a value.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
