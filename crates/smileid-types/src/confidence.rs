//! Confidence in a row of the tables.

/// Confidence in a row of the tables.
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
