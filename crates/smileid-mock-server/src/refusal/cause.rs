//! Causes of refusals.

use smileid_protocol::{auth::RequestProof, codec::DecodeError, job::lint::Warning};

use super::unread::Unread;

/// Cause of a refusal, for the diagnosis in the journal.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The response and its error code explain the refusal completely.
    Told,
    /// A scenario requires the refusal.
    Scenario,
    /// The request cannot be decoded as the message of this endpoint.
    Unreadable(DecodeError),
    /// A required member is missing or empty.
    Missing { name: String },
    /// A member breaks a rule.
    Invalid { name: String, rule: String },
    /// The strict checks have warnings about the request, and the mock is strict.
    Strict(Vec<Warning>),
    /// The request is wrong in another way, described in words.
    Rule(&'static str),
    /// The signature is wrong, or the partner is unknown.
    Proof(RequestProof),
    /// The request names no partner of the mock.
    UnknownPartner,
    /// No endpoint has this path and method.
    NoRoute,
    /// The `Host` is invalid.
    BadHost,
    /// The body could not be read completely.
    Unread(Unread),
    /// A link is not valid.
    Link(LinkFault),
    /// The archive has another content type than its link was signed for.
    OtherContentType,
    /// The archive has no `Content-Length`.
    NoContentLength,
}

/// Reason for which a link is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkFault {
    /// It has expired.
    Expired,
    /// It was altered, or another mock created it.
    Altered,
    /// The job or image that it is for was removed.
    Gone,
}
