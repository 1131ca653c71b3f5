//! Format of cases about rules for API clients.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Content, FormPart, Keys};

/// Requests that break rules, and similar requests that break none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientCase {
    /// Credentials of the client.
    pub credentials: Keys,
    /// Requests that break the rules in `expect`.
    pub breaks: Vec<ClientStep>,
    /// Codes of all rules that the requests in `breaks` break, sorted.
    pub expect: Vec<String>,
    /// Similar requests that break none of these rules.
    pub keeps: Vec<ClientStep>,
    /// Codes of other rules that the requests in `keeps` break.
    #[serde(default)]
    pub besides: Vec<String>,
}

/// A request and its response. In its JSON, `{timestamp}` and `{signature}` are replaced by current values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientStep {
    /// HTTP method of the request.
    #[serde(default = "post")]
    pub method: String,
    /// Path and query of the request.
    pub path: String,
    /// Headers of the request. If absent, those of a correct request.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// Body of the request, as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// Body of the request as text, instead of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// The body, as a form instead of `json`.
    #[serde(default)]
    pub parts: Option<Vec<FormPart>>,
    /// Body of the request as an archive, instead of `json`.
    #[serde(default)]
    pub archive: Option<ArchivePut>,
    /// Timestamp of the request, if it is not in the documented format.
    #[serde(default)]
    pub timestamp: Option<String>,
    /// Time since the previous request, in milliseconds.
    #[serde(default)]
    pub after: i64,
    /// Time between the request and its response, in milliseconds.
    #[serde(default)]
    pub takes: i64,
    /// Credentials of the sender, if it is another partner than that of the case.
    #[serde(default)]
    pub credentials: Option<Keys>,
    /// Response to the request. The default is an empty JSON object.
    #[serde(default)]
    pub answer: Option<ClientAnswer>,
    /// Number of times that the request is sent.
    #[serde(default = "once")]
    pub times: u32,
}

/// An archive whose entries are not compressed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ArchivePut {
    /// Content of `info.json` in the archive.
    pub info: Value,
    /// Image files in the archive, by name.
    pub files: BTreeMap<String, Content>,
}

/// A response to a request. Without a status, no response arrives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientAnswer {
    /// HTTP status of the response, or null if no complete response arrives.
    pub status: Option<u16>,
    /// Response headers: name and value.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Response body, as JSON.
    #[serde(default)]
    pub json: Value,
}

fn post() -> String {
    "POST".to_owned()
}

fn once() -> u32 {
    1
}
