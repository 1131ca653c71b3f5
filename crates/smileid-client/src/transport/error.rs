//! Errors of a transport: no response came.

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize};

/// Error of a transport: no response came.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// Creates an error of this kind.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Adds the transport's own error as the source. It must not contain the URL.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection could be made, so nothing was sent",
            TransportErrorKind::Busy => {
                "too many requests of this client were in progress, so this one was not sent: try again later"
            }
            TransportErrorKind::Timeout => "no response came within the time limit",
            TransportErrorKind::Interrupted => {
                "the connection was interrupted before the whole response came"
            }
            TransportErrorKind::ReplyTooLarge => "the response is larger than `reply_limit` allows",
            TransportErrorKind::Body => "a file could not be read again while it was sent, or has changed",
            TransportErrorKind::Other => "the transport failed to send the request or to read the response",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Kind of a transport error. `Display` and serde write its name: `reply_too_large`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made: the request certainly did not arrive.
    Connect,
    /// The client had too many other requests in progress, and the time limit was reached before this one was sent. It certainly
    /// did not arrive.
    Busy,
    /// The time limit was reached: the request may have arrived.
    Timeout,
    /// The connection was interrupted: the request may have arrived.
    Interrupted,
    /// The response is larger than [`Outgoing::reply_limit`](crate::Outgoing::reply_limit).
    ReplyTooLarge,
    /// A file of the body could not be read again, or has changed since it was first read: no complete body arrived.
    Body,
    /// Another error: the request may have arrived.
    Other,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f) // serializes as the name of the variant
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
