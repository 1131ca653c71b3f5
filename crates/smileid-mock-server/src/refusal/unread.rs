//! Reasons for which the body of a request was not read to its end.

/// Reason for which the body of a request was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unread {
    /// It is larger than [`Service::body_limit`](crate::Service::body_limit).
    TooLarge,
    /// It paused for too long, or took too long as a whole.
    TooSlow,
    /// Other bodies used all the memory for too long.
    NoRoom,
    /// It ended early, or its chunked encoding is invalid.
    Broken,
    /// It came in too many small pieces, each of which costs time.
    TooManyPieces,
}
