//! What the mock does and does not, and how well it is known that the platform does the same.

use schemars::JsonSchema;
use serde::Serialize;

use crate::generated::fidelity::FIDELITY;

/// Every row: endpoints, then behaviours, then what is absent, each by name.
///
/// ```
/// use smileid_mock_server::fidelity::{Kind, rows};
///
/// let absent = rows().iter().find(|row| row.name == "judgement of images").expect("a row");
/// assert_eq!(absent.kind, Kind::Absent);
/// ```
pub fn rows() -> &'static [Row] {
    FIDELITY
}

/// What the mock does of one thing, or that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Row {
    /// What it is about.
    pub kind: Kind,
    /// The thing; an endpoint has the name that rules and the journal have for it.
    pub name: &'static str,
    /// What the mock does.
    pub says: &'static str,
    /// How well it is known that the platform does the same; of what is absent, how well that is known.
    pub mark: Mark,
    /// From where: labels of `docs/reference/sources.md`. Of what is `ours`, what it departs from.
    pub sources: &'static [&'static str],
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// A call, or a link that an answer gave.
    Endpoint,
    /// What several calls have in common, or one does beyond its answer.
    Behaviour,
    /// What is not simulated.
    Absent,
}

/// How well it is known that the platform does what the mock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mark {
    /// Smile ID's own documentation says so.
    Documented,
    /// Seen in code, tests or traffic of others.
    Observed,
    /// Concluded from the rest.
    Inferred,
    /// Different on purpose, or beyond the platform.
    Ours,
}
