//! Errors in the files of cases.

use std::{io, path::PathBuf};

use crate::failure::Failure;

/// An error in the file of a case. `Display` gives the file and the problem in one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseProblem {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// It is not the JSON of a case.
    #[error("{file}:{}:{}: {source}", source.line(), source.column())]
    Malformed {
        /// The file.
        file: String,
        /// The problem and its place.
        source: serde_json::Error,
    },
    /// Its `id` is not its path.
    #[error("{file}: the id is `{id}`, and must be the path without `.json`")]
    Id {
        /// The file.
        file: String,
        /// The id.
        id: String,
    },
    /// A member must be one line and is empty, or more than one.
    #[error("{file}: `{member}` must be one line of text")]
    Empty {
        /// The file.
        file: String,
        /// The member.
        member: &'static str,
    },
    /// A member that nothing reads: `proof`, which is the request's, without a request.
    #[error("{file}: nothing reads `{member}`")]
    UnreadMember {
        /// The file.
        file: String,
        /// The member.
        member: &'static str,
    },
    /// It names a file that is not there.
    #[error("{file}: there is no `{attachment}`")]
    NoAttachment {
        /// The file.
        file: String,
        /// The file that it names.
        attachment: String,
    },
    /// A step asks an endpoint that the protocol crate does not know.
    #[error("{file}: step {step} asks `{endpoint}`, which is no endpoint")]
    UnknownEndpoint {
        /// The file.
        file: String,
        /// The number of the step, from 1.
        step: usize,
        /// The endpoint.
        endpoint: String,
    },
    /// A text of a step holds a name whose value nobody knows by then.
    #[error("{file}: step {step} uses `{{{name}}}`, which no step before it keeps")]
    UnknownName {
        /// The file.
        file: String,
        /// The number of the step, from 1.
        step: usize,
        /// The name.
        name: String,
    },
    /// A callback cannot be made, or an expected state cannot be reached.
    #[error("{file}:{line}: {}", source.report())]
    Unplayable {
        /// The file.
        file: String,
        /// The line of what is wrong, or 1.
        line: usize,
        /// The problem.
        source: Box<Failure>,
    },
    /// Its parts do not fit together.
    #[error("{file}: {what}")]
    Contradiction {
        /// The file.
        file: String,
        /// The contradiction.
        what: String,
    },
    /// It is in no folder that is read, its endpoint is none of the protocol crate's, it holds nothing to check, or
    /// no case names it.
    #[error("{file}: nothing checks this file")]
    Unread {
        /// The file.
        file: String,
    },
}
