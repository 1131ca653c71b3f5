//! Reasons for which the body of a request was not read to its end.

/// Why the body of a request was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unread {
    /// It is larger than [`Service::body_limit`](crate::Service::body_limit).
    TooLarge,
    /// Nothing more of it came for too long, or all of it took too long.
    TooSlow,
    /// Other bodies took all the room for too long.
    NoRoom,
    /// It ended early, or is not the chunks that it is said to be.
    Broken,
    /// It came in too many small pieces, each of which costs time.
    TooManyPieces,
}
