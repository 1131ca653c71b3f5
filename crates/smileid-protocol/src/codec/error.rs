//! Errors of encoding and decoding messages.

use super::JsonError;

/// Error from encoding a message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A member would occur twice in the message. Some JSON parsers use the last value, others the first.
    #[error(
        "`{name}` would be written twice, because the message has this field: remove it from the extra members"
    )]
    Reserved {
        /// Name of the repeated member.
        name: String,
    },
    /// A field that is sent in the path is empty, `.` or `..`.
    #[error("`{name}` is sent in the URL path: use a text that is not empty, `.` or `..`")]
    NotASegment {
        /// Name of the path field.
        name: String,
    },
    /// A member that is sent in the query is not text. Only text is possible in a query.
    #[error("`{name}` is sent in the query: use a text as its value")]
    NotText {
        /// Name of the query member.
        name: String,
    },
    /// A required field of the request is absent.
    #[error("`{name}` is missing: this request requires it")]
    Missing {
        /// Name of the missing field.
        name: &'static str,
    },
    /// An image is a file, but this function encodes only bodies in memory.
    #[error("an image is in a file: send the request with a client, or read the file into memory first")]
    InFile,
    /// A part of a multipart form has a name that is not allowed.
    #[error(
        "a part of the form has an invalid name: use a name that is not empty and has no control characters"
    )]
    PartName,
    /// The message cannot be written as JSON.
    #[error("the message cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The request line or a header cannot be built.
    #[error("the HTTP message cannot be built")]
    Http(#[from] http::Error),
}

/// Error from decoding a message.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Authentication data is missing from the message: partner id, timestamp, signature or token.
    #[error("`{member}` is missing")]
    NoProof {
        /// Name of the missing member or header.
        member: &'static str,
    },
    /// A required member is missing.
    #[error("`{member}` is missing")]
    Missing {
        /// Name of the missing member.
        member: &'static str,
    },
    /// The message has only one of timestamp and signature.
    #[error("`{member}` is missing: timestamp and signature must both be present")]
    HalfAProof {
        /// Name of the missing member.
        member: &'static str,
    },
    /// The body is not JSON, or not a valid message.
    #[error("the body is not a valid message for this endpoint")]
    Json(#[from] JsonError),
    /// A member of the message breaks a rule of the endpoint.
    #[error("`{member}` {problem}")]
    Invalid {
        /// Path of the member, such as `consent.granted_at`.
        member: String,
        /// Text about the broken rule, which continues a sentence that begins with the member.
        problem: String,
    },
    /// The body is not a multipart form.
    #[error("the body is not a valid multipart form: {problem}")]
    Form {
        /// Reason why the form cannot be read.
        problem: &'static str,
    },
}

impl DecodeError {
    /// Returns the name of the missing member or form part, if the error is about one.
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
