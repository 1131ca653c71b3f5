//! Causes of refusals.

use smileid_protocol::{auth::RequestProof, codec::DecodeError, job::lint::Warning};

use super::unread::Unread;

/// Cause of a refusal, for the journal, as the responses say little about it.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The response or the table of codes explains the refusal.
    Told,
    /// A scenario asked for it.
    Scenario,
    /// The request cannot be decoded as the message of this endpoint.
    Unreadable(DecodeError),
    /// A required member is missing or empty.
    Missing { name: String },
    /// A member breaks a rule.
    Invalid { name: String, rule: String },
    /// The strict checks warn of the request, and the mock refuses what they warn of.
    Strict(Vec<Warning>),
    /// The request is wrong in another way, described in words.
    Rule(&'static str),
    /// The proof is not valid for a partner that the mock knows.
    Proof(RequestProof),
    /// The request names no partner of the mock.
    UnknownPartner,
    /// No endpoint has this path and method.
    NoRoute,
    /// The host cannot be used in a link.
    BadHost,
    /// The body was not read to its end.
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
    /// It was altered, or was not made by this mock.
    Altered,
    /// Its target is forgotten.
    Gone,
}
