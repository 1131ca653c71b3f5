//! Errors of encoding and decoding messages.

use super::JsonError;

/// Error of encoding a message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A member would occur twice in the message. Some readers use the last one, others the first.
    #[error(
        "`{name}` would be written twice, because the message has this field: remove it from the extra members"
    )]
    Reserved {
        /// Name of the repeated member.
        name: String,
    },
    /// A field that is part of the path is empty, `.` or `..`.
    #[error("`{name}` is a part of the path: use a text that is not empty, `.` or `..`")]
    NotASegment {
        /// Name of the field.
        name: String,
    },
    /// A member that is not text is in a query, where only text is possible.
    #[error("`{name}` is a part of the query: use a text")]
    NotText {
        /// Name of the query member.
        name: String,
    },
    /// A required field of the request is absent.
    #[error("`{name}` is missing: this call needs it")]
    Missing {
        /// Name of the missing field.
        name: &'static str,
    },
    /// An image is in a file, but the body was to be in memory.
    #[error("an image is in a file: send the request with a client, or read the file into memory first")]
    InFile,
    /// A part of a form cannot have this name.
    #[error("a part of a form must have a name, without control characters")]
    PartName,
    /// The message cannot be written as JSON.
    #[error("the message cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The request line or a header cannot be built.
    #[error("the HTTP message cannot be built")]
    Http(#[from] http::Error),
}

/// Error of decoding a message.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A member of the authentication data is missing: partner id, timestamp, signature or token.
    #[error("`{member}` is missing")]
    NoProof {
        /// Name of the missing member.
        member: &'static str,
    },
    /// A required member is missing.
    #[error("`{member}` is missing")]
    Missing {
        /// Name of the missing member.
        member: &'static str,
    },
    /// Only one of timestamp and signature is present.
    #[error("`{member}` is missing: timestamp and signature must both be present")]
    HalfAProof {
        /// Name of the missing member.
        member: &'static str,
    },
    /// The body is not JSON, or not a valid message.
    #[error("the body is not a valid message for this endpoint")]
    Json(#[from] JsonError),
    /// A member breaks a rule of the endpoint.
    #[error("`{member}` {problem}")]
    Invalid {
        /// The path of the member, such as `consent.granted_at`.
        member: String,
        /// Broken rule, as the end of a sentence that begins with the member.
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
    /// Returns the missing member of the message, or the missing part of the form, if that is the error.
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
