//! Confidence in a table row: documented, seen in code, or inferred.

/// Confidence in a table row: the kind of source that supports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// Smile ID's own documentation states the fact.
    Documented,
    /// The code or the tests of an SDK, or an integration, show the fact.
    SeenInCode,
    /// No source states or shows the fact. It was concluded from other facts.
    Inferred,
}
