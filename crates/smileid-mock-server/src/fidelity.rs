//! Fidelity: what the mock simulates, what it does not, and the evidence that the platform behaves the same.

use schemars::JsonSchema;
use serde::Serialize;

use crate::generated::fidelity::FIDELITY;

/// Returns all entries: endpoints, behaviours and absent features, each group sorted by name.
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

/// Entry about the fidelity of one endpoint, behaviour or absent feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Row {
    /// Kind of the entry: endpoint, behaviour or absent feature.
    pub kind: Kind,
    /// Name of the endpoint or behaviour. An endpoint has the name that rules and the journal use.
    pub name: &'static str,
    /// Description of what the mock does.
    pub says: &'static str,
    /// Evidence that the platform does the same; for an absent feature, evidence for the platform's behaviour.
    pub mark: Mark,
    /// Sources, as labels of `docs/reference/sources.md`. For `ours`, the sources from which the mock differs.
    pub sources: &'static [&'static str],
}

/// Kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// An API endpoint, or a link in a response.
    Endpoint,
    /// A behaviour that several endpoints share, or that is not part of a response.
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
    /// Observed in the code, tests or traffic of other projects.
    Observed,
    /// Concluded from other facts.
    Inferred,
    /// Own behaviour of the mock: different on purpose, or a feature that the platform does not have.
    Ours,
}
