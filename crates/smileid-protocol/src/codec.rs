//! How messages look on the wire.

mod json;
mod json_error;
pub(crate) mod multipart;
pub(crate) mod path;
pub(crate) mod query;
mod text;

pub use json::Json;
pub use json_error::JsonError;
pub use multipart::{Form, Multipart, Part, form_parts};
pub use query::Query;
pub use text::{OtherFormat, json_text, read_json, utf8_text};

use bytes::Bytes;
use http::HeaderMap;

use crate::{auth::Unverified, endpoint::Endpoint, endpoint::ProofOf, origin::Origin};

/// Writes and reads the requests of endpoint `E`.
pub trait Codec<E: Endpoint> {
    /// The client's half.
    ///
    /// # Errors
    ///
    /// When the message cannot be written.
    fn encode(request: &E, origin: &Origin, proof: &ProofOf<E>) -> Result<http::Request<Bytes>, EncodeError>;

    /// The server's half.
    ///
    /// # Errors
    ///
    /// When the message is malformed.
    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError>;
}

pub(crate) use json::{JSON, read_object, read_value, write_object};

/// Adds the headers of a proof.
fn with_headers(mut builder: http::request::Builder, headers: &HeaderMap) -> http::request::Builder {
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder
}

/// A message could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A member is there twice; a reader would take the last and another reader the first.
    #[error(
        "`{name}` would be written twice: it is a field of the message itself, leave it out of the extra ones"
    )]
    Reserved {
        /// The member.
        name: String,
    },
    /// A field that is a part of the path cannot be one.
    #[error("`{name}` is a part of the path and must be a text other than `.` and `..`, and not empty")]
    NotASegment {
        /// The field.
        name: String,
    },
    /// A member that is no text stands where texts alone can travel: in a query.
    #[error("`{name}` travels in the query and must be a text")]
    NotText {
        /// The member.
        name: String,
    },
    /// A field that the call needs is not filled in.
    #[error("`{name}` is missing: this call needs it")]
    Missing {
        /// The field.
        name: &'static str,
    },
    /// A part of a form cannot have this name.
    #[error("a part of a form must have a name, without control characters")]
    PartName,
    /// The message does not become JSON.
    #[error("the message cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The request line or a header cannot be built.
    #[error("the HTTP message cannot be built")]
    Http(#[from] http::Error),
}

/// A message could not be read.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A member of the proof is not there.
    #[error("`{member}` is missing")]
    NoProof {
        /// The member.
        member: &'static str,
    },
    /// A member without which the message says nothing is not there.
    #[error("`{member}` is missing")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// A member of the proof is not there although the rest of it is.
    #[error("the rest of the proof is there, but `{member}` is missing")]
    HalfAProof {
        /// The member.
        member: &'static str,
    },
    /// The body is not the message.
    #[error("the body is not the message expected here")]
    Json(#[from] JsonError),
    /// The body is not a form of several parts.
    #[error("the body is not the form expected here: {problem}")]
    Form {
        /// What is wrong.
        problem: &'static str,
    },
}

impl DecodeError {
    /// The member of the message, or the part of the form, that should be there and is not, when that is what is wrong.
    pub fn missing_field(&self) -> Option<&str> {
        match self {
            Self::Missing { member } => Some(member),
            Self::Json(error) => error.missing_field(),
            _ => None,
        }
    }

    pub(crate) fn in_member(member: &'static str, error: &serde_json::Error) -> Self {
        Self::Json(JsonError::new(error).in_member(member))
    }
}
