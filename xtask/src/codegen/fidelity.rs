//! The table of the mock server's fidelity: its behaviour and the evidence for it.

use serde::{Deserialize, Serialize};

use super::tables::Row;

/// The folder of the table, from the root of the repository.
pub(crate) const DATA: &str = "crates/smileid-mock-server/data";

/// Its name.
pub(crate) const TABLE: &str = "fidelity";

/// A row: a behaviour of the mock server, or one that it lacks.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fidelity {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) mark: Mark,
    pub(crate) source: Vec<String>,
}

/// The kinds of rows, in the order of the table.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Endpoint,
    Behaviour,
    Absent,
}

/// The evidence that the platform behaves alike. Reading fails for a row without it, or with another word.
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
