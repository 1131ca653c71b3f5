//! Causes of refused requests.

use smileid_protocol::{auth::RequestProof, codec::DecodeError, job::lint::Warning};

use super::unread::Unread;

/// Cause of a refused request, for the diagnosis in the journal.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The response with its error code explains the refusal completely.
    Told,
    /// A scenario requires the refusal.
    Scenario,
    /// The request cannot be decoded as a message for this endpoint.
    Unreadable(DecodeError),
    /// A required member of the request is missing or empty.
    Missing { name: String },
    /// A member of the request breaks a rule.
    Invalid { name: String, rule: String },
    /// The lint has warnings about the request, and the mock server is strict.
    Strict(Vec<Warning>),
    /// The request is wrong in another way, which the text describes.
    Rule(&'static str),
    /// The signature is wrong, or the partner is unknown.
    Proof(RequestProof),
    /// The request names no partner that the mock server knows.
    UnknownPartner,
    /// No endpoint has this path and HTTP method.
    NoRoute,
    /// The `Host` header is invalid.
    BadHost,
    /// The body of the request could not be read completely.
    Unread(Unread),
    /// The presigned URL is not valid.
    Link(LinkFault),
    /// The content type of the archive differs from the one for which the presigned URL was signed.
    OtherContentType,
    /// The upload of the archive has no `Content-Length`.
    NoContentLength,
}

/// Reason why a presigned URL is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkFault {
    /// The presigned URL has expired.
    Expired,
    /// The presigned URL was altered, or another mock server created it.
    Altered,
    /// The job or image of the presigned URL was removed.
    Gone,
}
