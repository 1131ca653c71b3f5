//! Reasons why the body of a request could not be read completely.

/// Reason why the body of a request could not be read completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unread {
    /// The body is larger than [`Service::body_limit`](crate::Service::body_limit).
    TooLarge,
    /// The client paused for too long, or the whole body took too long.
    TooSlow,
    /// Other requests used the memory for bodies for too long.
    NoRoom,
    /// The body ended too early, or its chunked encoding is invalid.
    Broken,
    /// The body came in too many small pieces.
    TooManyPieces,
}
