//! Case format for recordings of programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Content, FindingExpected, Keys};

/// All recorded requests of a program. Each request and archive is a separate check.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedCase {
    /// Credentials of the sender.
    pub credentials: Keys,
    /// Requests with a JSON body.
    pub requests: Vec<RecordedRequest>,
    /// Uploaded archives.
    pub archives: Vec<RecordedArchive>,
    /// The codes of all client rules that the program breaks, in order.
    pub rules: Vec<String>,
}

/// Request that another program sent, as recorded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The name of the recording.
    pub recording: String,
    /// The HTTP method.
    pub method: String,
    /// Path after the base URL of the API.
    pub path: String,
    /// The headers that describe the body.
    pub headers: BTreeMap<String, String>,
    /// The body, as received.
    pub body: String,
    /// Intended differences between the recorded body and the body that our code writes for the same request.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// A recorded archive and its upload request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedArchive {
    /// The name of the recording.
    pub recording: String,
    /// The path and the query of the upload.
    pub path: String,
    /// The headers of the request that describe the body.
    pub headers: BTreeMap<String, String>,
    /// The bytes of the archive.
    pub archive: Content,
    /// All findings, in any order.
    pub findings: Vec<FindingExpected>,
    /// The text of its `info.json`.
    pub info: String,
    /// Intended differences between the recorded `info.json` and the one that our code writes for the same content.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// A member that our code intentionally writes differently from the recorded program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exception {
    /// The JSON pointer of the member (RFC 6901).
    pub at: String,
    /// The recorded value. Absent if there was none.
    #[serde(default, deserialize_with = "there")]
    pub recorded: Option<Value>,
    /// The written value. Absent if there is none.
    #[serde(default, deserialize_with = "there")]
    pub written: Option<Value>,
    /// Reason for the difference, in a sentence.
    pub why: String,
}

/// Reads an optional member and distinguishes null from an absent member.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
