//! Errors in case files.

use std::{io, path::PathBuf};

use crate::failure::Failure;

/// An error in a case file. `Display` shows the file and the problem in one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseProblem {
    /// The case file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Path of the file or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The file is not a valid case.
    #[error("{file}:{}:{}: {source}", source.line(), source.column())]
    Malformed {
        /// Path of the invalid case file.
        file: String,
        /// Problem and its position in the file.
        source: serde_json::Error,
    },
    /// The id of the case differs from the path of its file.
    #[error("{file}: the id is `{id}`, but must be the path without `.json`")]
    Id {
        /// Path of the invalid case file.
        file: String,
        /// Value of `id` in the case.
        id: String,
    },
    /// A member must be one line of text, but is empty or has several lines.
    #[error("{file}: `{member}` must be one line of text")]
    Empty {
        /// Path of the invalid case file.
        file: String,
        /// Name of the wrong member.
        member: &'static str,
    },
    /// A member has no effect in this case, such as a `proof` without a request.
    #[error("{file}: `{member}` is not used")]
    UnreadMember {
        /// Path of the invalid case file.
        file: String,
        /// Name of the unused member.
        member: &'static str,
    },
    /// The case names a file that does not exist.
    #[error("{file}: the file `{attachment}` does not exist")]
    NoAttachment {
        /// Path of the invalid case file.
        file: String,
        /// Name of the missing file.
        attachment: String,
    },
    /// A step sends a request to an unknown endpoint.
    #[error("{file}: step {step} names the unknown endpoint `{endpoint}`")]
    UnknownEndpoint {
        /// Path of the invalid case file.
        file: String,
        /// Number of the invalid step, counted from 1.
        step: usize,
        /// Unknown name of the endpoint.
        endpoint: String,
    },
    /// A step uses a placeholder before an earlier step sets it.
    #[error("{file}: step {step} uses `{{{name}}}`, which no earlier step sets")]
    UnknownName {
        /// Path of the invalid case file.
        file: String,
        /// Number of the invalid step, counted from 1.
        step: usize,
        /// Name of the placeholder, between braces in the step.
        name: String,
    },
    /// A callback of the case cannot be created, or its expected state is impossible.
    #[error("{file}:{line}: {}", source.report())]
    Unplayable {
        /// Path of the invalid case file.
        file: String,
        /// Line of the error in the file; 1 if unknown.
        line: usize,
        /// Failure that occurred at this line.
        source: Box<Failure>,
    },
    /// Parts of the case contradict each other.
    #[error("{file}: {what}")]
    Contradiction {
        /// Path of the invalid case file.
        file: String,
        /// Description of the contradicting parts.
        what: String,
    },
    /// The file is not used: its folder or endpoint is unknown, it contains nothing to check, or no case names it.
    #[error("{file}: no case or check uses this file")]
    Unread {
        /// Path of the invalid case file.
        file: String,
    },
}
