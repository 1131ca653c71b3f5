//! How well a row of the tables is known.

/// How well a row of the tables is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// Smile ID's own documentation says so.
    Documented,
    /// Seen in the code or the tests of an SDK, or in an integration.
    SeenInCode,
    /// Concluded from the rest; nobody has said or shown it.
    Inferred,
}
