//! Reads the fidelity table of the mock server: its behaviours and the evidence for each.

use serde::{Deserialize, Serialize};

use super::tables::Row;

/// Folder of the table in the repository.
pub(crate) const DATA: &str = "crates/smileid-mock-server/data";

/// Name of the table.
pub(crate) const TABLE: &str = "fidelity";

/// Table row: a behaviour of the mock server, or one that it does not simulate.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fidelity {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) mark: Mark,
    pub(crate) source: Vec<String>,
}

/// Kinds of rows, in the order of the table.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Endpoint,
    Behaviour,
    Absent,
}

/// Evidence that the real API behaves the same. Every row must have one of these words.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mark {
    Documented,
    Observed,
    Inferred,
    Ours,
}

impl Row for Fidelity {
    fn key(&self) -> String {
        format!("{} {}", self.kind as u8, self.name)
    }

    fn sources(&self) -> Vec<&str> {
        self.source.iter().map(String::as_str).collect()
    }
}
