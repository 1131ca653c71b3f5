//! Reasons why the body of a request could not be read completely.

/// Reason why the body of a request could not be read completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unread {
    /// It is larger than [`Service::body_limit`](crate::Service::body_limit).
    TooLarge,
    /// It paused for too long, or took too long as a whole.
    TooSlow,
    /// The memory for bodies was used by other requests for too long.
    NoRoom,
    /// It ended early, or its chunked encoding is invalid.
    Broken,
    /// It came in too many small pieces.
    TooManyPieces,
}
