//! Failures of checks.

use std::error::Error;

use serde_json::Value;

use crate::diff::Difference;

/// The code under test does not do what a case says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Something came out otherwise than expected.
    #[error("{what}: {difference}")]
    Different {
        /// The output that differs.
        what: String,
        /// The first difference.
        difference: Difference,
    },
    /// Something that must work did not.
    #[error("{what}")]
    Error {
        /// The operation.
        what: String,
        /// The cause.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A second implementation cannot read the output.
    #[error("{what} cannot be read: {problem}")]
    Unreadable {
        /// The output.
        what: String,
        /// The problem.
        problem: &'static str,
    },
    /// Something that must be refused was not.
    #[error("{what} must be refused, and was accepted")]
    Accepted {
        /// The accepted input.
        what: String,
    },
    /// Something that must be there is not.
    #[error("the answer has no `{pointer}`")]
    Missing {
        /// The JSON pointer of what must be there.
        pointer: String,
    },
    /// The case cannot be right: its parts do not fit together.
    #[error("the case contradicts itself: {what}")]
    Contradiction {
        /// The contradiction.
        what: String,
    },
    /// The code under test panicked.
    #[error("panicked: {message}")]
    Panicked {
        /// The panic message.
        message: String,
    },
}

impl Failure {
    /// All of it in one line: what failed, and why.
    pub fn report(&self) -> String {
        let mut text = self.to_string();
        let mut source = self.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        text
    }

    pub(crate) fn contradiction(what: impl Into<String>) -> Self {
        Self::Contradiction { what: what.into() }
    }
}

/// Compares what came out with what the case says.
pub(crate) fn same(what: &str, expected: &Value, got: &Value) -> Result<(), Failure> {
    match Difference::first(expected, got) {
        None => Ok(()),
        Some(difference) => Err(Failure::Different { what: what.to_owned(), difference }),
    }
}

/// [`same`], for small values that say little in part: a failure shows both whole.
pub(crate) fn same_whole(what: &str, expected: &Value, got: &Value) -> Result<(), Failure> {
    if expected == got {
        return Ok(());
    }
    let (expected, got) = (Some(expected.clone()), Some(got.clone()));
    Err(Failure::Different {
        what: what.to_owned(),
        difference: Difference { path: String::new(), expected, got },
    })
}

/// [`same`], for texts.
pub(crate) fn same_text(what: &str, expected: &str, got: &str) -> Result<(), Failure> {
    same(what, &Value::from(expected), &Value::from(got))
}

/// Says what was being done when an error came.
pub(crate) trait Doing<T> {
    fn doing(self, what: &str) -> Result<T, Failure>;
}

impl<T, E: Error + Send + Sync + 'static> Doing<T> for Result<T, E> {
    fn doing(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Error { what: what.to_owned(), source: error.into() })
    }
}
