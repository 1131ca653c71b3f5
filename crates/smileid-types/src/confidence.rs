//! Level of certainty of a table entry.

/// Level of certainty of a table entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// Stated in Smile ID's own documentation.
    Documented,
    /// Seen in the code or the tests of an SDK, or in an integration.
    SeenInCode,
    /// Concluded from other facts; no source states or shows it.
    Inferred,
}
