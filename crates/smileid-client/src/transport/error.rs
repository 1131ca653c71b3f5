//! Why no answer came.

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize};

/// No answer came.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// No answer came.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// What the transport says of it. It must not name the address.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// How it failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection could be made, so nothing was sent",
            TransportErrorKind::Busy => "too many requests of this client were under way, so it was not sent",
            TransportErrorKind::Timeout => "no answer came in time",
            TransportErrorKind::Interrupted => "the connection broke off before the whole answer came",
            TransportErrorKind::ReplyTooLarge => "the answer is larger than allowed",
            TransportErrorKind::Body => "a file could not be read again while it was sent, or has changed",
            TransportErrorKind::Other => "the request could not be sent",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// How it came that no answer came. `Display` and serde write its name: `reply_too_large`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: the request certainly did not arrive.
    Connect,
    /// Too many other requests of the client were under way, and time ran out before it was this one's turn: it certainly
    /// did not arrive.
    Busy,
    /// Time ran out: the request may have arrived.
    Timeout,
    /// The connection broke off: the request may have arrived.
    Interrupted,
    /// The answer was larger than [`Outgoing::reply_limit`](crate::Outgoing::reply_limit).
    ReplyTooLarge,
    /// A file of the body could not be read again, or is not the one that was read before: the body did not arrive whole.
    Body,
    /// Anything else: the request may have arrived.
    Other,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f) // which writes the name of a variant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_that_were_kept_can_be_read() {
        for (kind, name) in [
            (TransportErrorKind::Connect, "connect"),
            (TransportErrorKind::Busy, "busy"),
            (TransportErrorKind::Timeout, "timeout"),
            (TransportErrorKind::Interrupted, "interrupted"),
            (TransportErrorKind::ReplyTooLarge, "reply_too_large"),
            (TransportErrorKind::Body, "body"),
            (TransportErrorKind::Other, "other"),
        ] {
            assert_eq!(kind.to_string(), name);
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
            assert_eq!(serde_json::from_value::<TransportErrorKind>(name.into()).unwrap(), kind);
        }
    }
}
