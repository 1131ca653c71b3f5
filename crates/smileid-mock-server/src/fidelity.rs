//! Fidelity: the behaviours that the mock server simulates or lacks, with the evidence that the real API behaves the same.

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

/// Entry about one endpoint, behaviour or missing feature of the mock server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Row {
    /// Kind of the entry: endpoint, behaviour or missing feature.
    pub kind: Kind,
    /// Name of the endpoint or behaviour. Rules and the journal use the same names for endpoints.
    pub name: &'static str,
    /// Description of the behaviour of the mock server.
    pub says: &'static str,
    /// Evidence that the real API behaves the same. For a missing feature, evidence for the behaviour of the real API.
    pub mark: Mark,
    /// Sources, as labels in `docs/reference/sources.md`. For `ours`, the sources from which the mock server differs.
    pub sources: &'static [&'static str],
}

/// Kind of an entry: endpoint, behaviour or missing feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// The entry is about an API endpoint, or a presigned URL in a response.
    Endpoint,
    /// The entry is about a behaviour that several endpoints share, or that is not part of a response.
    Behaviour,
    /// The entry is about a feature that the mock server does not simulate.
    Absent,
}

/// Evidence that the real API behaves like the mock server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Mark {
    /// Smile ID's own documentation states the behaviour.
    Documented,
    /// The behaviour was observed in the code, tests or traffic of other projects.
    Observed,
    /// The behaviour was concluded from other facts.
    Inferred,
    /// The behaviour is the mock server's own: different on purpose, or a feature that the real API does not have.
    Ours,
}
