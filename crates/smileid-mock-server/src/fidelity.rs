//! Fidelity: what the mock simulates and what it does not, and how well the platform's behaviour is known.

use schemars::JsonSchema;
use serde::Serialize;

use crate::generated::fidelity::FIDELITY;

/// Returns every row: endpoints, then behaviours, then absent features, each by name.
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

/// Fidelity of one endpoint, behaviour or absent feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Row {
    /// Kind of the row.
    pub kind: Kind,
    /// Name of the endpoint or behaviour. An endpoint has the name that rules and the journal use.
    pub name: &'static str,
    /// Description of what the mock does.
    pub says: &'static str,
    /// Evidence that the platform does the same; for an absent feature, evidence for the platform's behaviour.
    pub mark: Mark,
    /// Sources: labels of `docs/reference/sources.md`. For `ours`, the sources that the mock departs from.
    pub sources: &'static [&'static str],
}

/// Kind of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// An API endpoint, or a link in a response.
    Endpoint,
    /// A behaviour that endpoints share, or that goes beyond a response.
    Behaviour,
    /// Not simulated.
    Absent,
}

/// Evidence that the platform does what the mock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mark {
    /// Stated by Smile ID's own documentation.
    Documented,
    /// Seen in code, tests or traffic of others.
    Observed,
    /// Concluded from other facts.
    Inferred,
    /// Different on purpose, or beyond the platform.
    Ours,
}
