//! Format of cases with recorded requests of a program.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Content, FindingExpected, Keys};

/// All recorded requests of a program. Each request and archive is checked separately.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedCase {
    /// Credentials of the partner that sends the request.
    pub credentials: Keys,
    /// Recorded requests with a JSON body.
    pub requests: Vec<RecordedRequest>,
    /// Recorded uploads of archives.
    pub archives: Vec<RecordedArchive>,
    /// Codes of all rules for clients that the program breaks, in order.
    pub rules: Vec<String>,
}

/// Request that another program sent, as recorded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Name of the recording.
    pub recording: String,
    /// HTTP method of the request.
    pub method: String,
    /// Path of the request, after the base URL of the API.
    pub path: String,
    /// Headers of the request that describe the body.
    pub headers: BTreeMap<String, String>,
    /// Body of the request, as received.
    pub body: String,
    /// Intended differences between the recorded body and the body that this project writes for the same request.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// A recorded archive and its upload request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedArchive {
    /// Name of the recording.
    pub recording: String,
    /// Path and query of the upload.
    pub path: String,
    /// Headers of the upload that describe the body.
    pub headers: BTreeMap<String, String>,
    /// Bytes of the archive.
    pub archive: Content,
    /// All findings about the archive, in any order.
    pub findings: Vec<FindingExpected>,
    /// Text of `info.json` in the archive.
    pub info: String,
    /// Intended differences between the recorded `info.json` and the one that this project writes for the same content.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// A member that this project intentionally writes differently from the recorded program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exception {
    /// JSON pointer of the member (RFC 6901).
    pub at: String,
    /// Recorded value of the member. Absent if there was none.
    #[serde(default, deserialize_with = "there")]
    pub recorded: Option<Value>,
    /// Value that this project writes. Absent if it writes none.
    #[serde(default, deserialize_with = "there")]
    pub written: Option<Value>,
    /// Reason for the difference, in a sentence.
    pub why: String,
}

/// Reads an optional member, and distinguishes null from an absent member.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
