//! Cases of what a client must not do.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Content, Keys};

/// Requests that break rules, and requests next to them that break none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientCase {
    /// The client's credentials.
    pub credentials: Keys,
    /// Requests that break the rules of `expect`.
    pub breaks: Vec<ClientStep>,
    /// The codes of all rules that `breaks` breaks, sorted.
    pub expect: Vec<String>,
    /// Requests like those, that break no rule.
    pub keeps: Vec<ClientStep>,
    /// The codes of the rules that `keeps` breaks all the same, and that the case is not about.
    #[serde(default)]
    pub besides: Vec<String>,
}

/// A request, and its answer. In the texts of its JSON, `{timestamp}` and `{signature}` stand for those of the moment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientStep {
    /// The HTTP method.
    #[serde(default = "post")]
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// All headers, where they are not those that a right request has.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// The body as JSON.
    #[serde(default)]
    pub json: Option<Value>,
    /// The body as text, in place of `json`.
    #[serde(default)]
    pub body: Option<String>,
    /// The body as an archive, in place of `json`.
    #[serde(default)]
    pub archive: Option<ArchivePut>,
    /// How the moment is written, where it is not as documented.
    #[serde(default)]
    pub timestamp: Option<String>,
    /// How many milliseconds after the one before it comes.
    #[serde(default)]
    pub after: i64,
    /// How many milliseconds its answer takes.
    #[serde(default)]
    pub takes: i64,
    /// Those of the partner that sends it, where it is another than the case's.
    #[serde(default)]
    pub credentials: Option<Keys>,
    /// What it is answered with: an empty object, unless said otherwise.
    #[serde(default)]
    pub answer: Option<ClientAnswer>,
    /// How often it comes like this.
    #[serde(default = "once")]
    pub times: u32,
}

/// An archive of stored entries.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ArchivePut {
    /// `info.json`.
    pub info: Value,
    /// The files, by name.
    pub files: BTreeMap<String, Content>,
}

/// An answer; without a status, none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientAnswer {
    /// The HTTP status; null when no whole answer came.
    pub status: Option<u16>,
    /// The headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub json: Value,
}

fn post() -> String {
    "POST".to_owned()
}

fn once() -> u32 {
    1
}
