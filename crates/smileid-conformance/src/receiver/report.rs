//! What a receiver is like.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    junit,
    server::{Outcome, ScenarioReport},
};

/// What came of the cases that were played to a receiver. `Display` is the report for people.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReceiverReport {
    /// The receiver.
    pub subject: String,
    /// How many cases it passed.
    pub passed: usize,
    /// How many it failed.
    pub failed: usize,
    /// Of how many nobody can say: its state could not be read.
    pub errors: usize,
    /// How many were not graded, or not to the end.
    pub not_graded: usize,
    /// Each case.
    pub items: Vec<ScenarioReport>,
}

impl ReceiverReport {
    /// Counts what came of the cases.
    pub fn new(subject: impl Into<String>, items: Vec<ScenarioReport>) -> Self {
        let [passed, failed, errors, not_graded] = Outcome::counts(&items);
        Self { subject: subject.into(), passed, failed, errors, not_graded, items }
    }

    /// Whether the receiver answered nothing at all, or nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.items.iter().flat_map(|item| &item.steps).all(|step| step.status.is_none())
    }

    /// Whether nothing failed and nothing came to an error.
    pub fn is_good(&self) -> bool {
        self.failed + self.errors == 0
    }

    /// The counts, in one line.
    pub fn summary(&self) -> String {
        let Self { subject, passed, failed, errors, not_graded, items } = self;
        let all = items.len();
        format!(
            "{subject}: {all} items: {passed} passed, {failed} failed, {errors} errors, {not_graded} not graded"
        )
    }

    /// The report in the XML that build servers read as JUnit's.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn to_junit(&self) -> Result<String, fmt::Error> {
        junit::of("smileid-conformance callback", self.items.iter().map(ScenarioReport::item))
    }
}

impl fmt::Display for ReceiverReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.iter().try_for_each(|item| write!(f, "{item}"))?;
        f.write_str(&self.summary())
    }
}
