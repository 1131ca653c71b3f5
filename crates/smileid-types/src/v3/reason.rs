//! Table rows of the reasons.

use super::{Reason, Status};
use crate::{confidence::Confidence, generated::v3::REASONS, result_code::Fault};

impl Reason {
    /// Returns the table row of the reason. None if the table does not list it.
    pub fn row(&self) -> Option<&'static ReasonRow> {
        Self::rows().iter().find(|row| row.reason == *self)
    }

    /// Returns every known reason.
    pub const fn rows() -> &'static [ReasonRow] {
        REASONS
    }
}

/// Table row of a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReasonRow {
    /// The reason.
    pub reason: Reason,
    /// The statuses that a source shows it with.
    pub statuses: &'static [Status],
    /// Meaning of the reason, in a sentence.
    pub meaning: &'static str,
    /// Party that can correct it, if the check could not be made.
    pub fault: Option<Fault>,
    /// Labels of `data/sources.toml`.
    pub sources: &'static [&'static str],
    /// Confidence in the row.
    pub confidence: Confidence,
}
