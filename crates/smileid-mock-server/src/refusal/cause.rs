//! Why requests are refused.

use smileid_protocol::{auth::Seal, codec::DecodeError, job::strict::Warning};

use super::unread::Unread;

/// Why a request is refused: what the journal is told, as the answers say little of it.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The answer says it, or the table of codes.
    Told,
    /// Somebody asked for it.
    Scenario,
    /// The request is not the message of this endpoint.
    Unreadable(DecodeError),
    /// A member that must be there is missing or empty.
    Missing { name: String },
    /// A member is not what it must be.
    Invalid { name: String, rule: String },
    /// The strict checks warn of it, and the mock refuses what they warn of.
    Strict(Vec<Warning>),
    /// Something else about it is wrong, in words.
    Rule(&'static str),
    /// The proof is not one of a partner who is known here.
    Proof(Seal),
    /// No partner of the mock is named.
    UnknownPartner,
    /// No endpoint has this path and method.
    NoRoute,
    /// The host cannot stand in a link.
    BadHost,
    /// The body was not read to its end.
    Unread(Unread),
    /// A link leads nowhere.
    Link(LinkFault),
    /// The archive comes with another content type than its link was signed for.
    OtherContentType,
    /// The archive comes without its length.
    NoContentLength,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkFault {
    /// Its time is over.
    Expired,
    /// It was altered, or is none that this mock made.
    PatchedResult,
    /// What it led to is forgotten.
    Gone,
}
