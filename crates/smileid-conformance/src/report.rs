//! What came of the checks of a suite.

use serde::Serialize;

use crate::{check::Check, suite::Suite};

/// What came of the checks of a suite.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// How many checks passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// Each of them, by case.
    pub checks: Vec<CheckReport>,
}

/// What came of a check.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// The id of the case.
    pub case: String,
    /// What about the case was checked.
    pub check: String,
    /// Where the expected values come from.
    pub source: String,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

impl Report {
    /// Runs every check of a suite against this project's own code.
    pub fn of(suite: &Suite) -> Self {
        let checks: Vec<_> = suite.checks().iter().map(CheckReport::of).collect();
        let failed = checks.iter().filter(|check| check.failure.is_some()).count();
        Self { passed: checks.len() - failed, failed, checks }
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &CheckReport> {
        self.checks.iter().filter(|check| check.failure.is_some())
    }
}

impl CheckReport {
    fn of(check: &Check) -> Self {
        Self {
            case: check.case().id().to_owned(),
            check: check.group().to_owned(),
            source: check.case().source().to_owned(),
            failure: check.run().err().map(|failure| failure.report()),
        }
    }
}
