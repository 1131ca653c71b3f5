//! Failures of checks: the difference between a case and the code under test.

use std::error::Error;

use serde_json::Value;

use crate::diff::Difference;

/// A difference between a case and the code under test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A value differs from the expected one.
    #[error("{what}: {difference}")]
    Different {
        /// Name of the value that differs.
        what: String,
        /// First difference between the values.
        difference: Difference,
    },
    /// An operation failed that must succeed.
    #[error("{what}")]
    Error {
        /// Operation that failed, in words.
        what: String,
        /// Error of the code under test.
        source: Box<dyn Error + Send + Sync>,
    },
    /// An independent implementation cannot read the output of the code under test.
    #[error("{what} cannot be read: {problem}")]
    Unreadable {
        /// Name of the unreadable output, such as a request or an archive.
        what: String,
        /// Reason why it cannot be read.
        problem: &'static str,
    },
    /// Invalid input was accepted.
    #[error("{what} was accepted, but must be refused")]
    Accepted {
        /// Name of the accepted input.
        what: String,
    },
    /// A required member is missing.
    #[error("the response has no `{pointer}`")]
    Missing {
        /// The JSON pointer of the member.
        pointer: String,
    },
    /// Parts of the case contradict each other.
    #[error("invalid case: {what}")]
    Contradiction {
        /// Description of the contradicting parts.
        what: String,
    },
    /// The code under test panicked.
    #[error("panicked: {message}")]
    Panicked {
        /// Message of the panic.
        message: String,
    },
}

impl Failure {
    /// Returns the message and all its causes, in one line.
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

/// Compares an actual value with an expected one.
pub(crate) fn same(what: &str, expected: &Value, got: &Value) -> Result<(), Failure> {
    match Difference::first(expected, got) {
        None => Ok(()),
        Some(difference) => Err(Failure::Different { what: what.to_owned(), difference }),
    }
}

/// Compares small values. If they differ, the failure shows both completely.
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

/// Compares texts.
pub(crate) fn same_text(what: &str, expected: &str, got: &str) -> Result<(), Failure> {
    same(what, &Value::from(expected), &Value::from(got))
}

/// Trait that adds the name of the failed operation to an error.
pub(crate) trait Doing<T> {
    fn doing(self, what: &str) -> Result<T, Failure>;
}

impl<T, E: Error + Send + Sync + 'static> Doing<T> for Result<T, E> {
    fn doing(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Error { what: what.to_owned(), source: error.into() })
    }
}
