//! Errors in the JSON description of faults.

/// Error in the description of a [`Fault`](super::Fault). It names the wrong member, and says what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFault {
    /// The fault has two effects.
    #[error(
        "`{0}` and `{1}` are in the same fault, which can have only one effect: use a separate rule for each"
    )]
    TwoEffects(&'static str, &'static str),
    /// The effect needs a point within the response, but another point is given.
    #[error("the point of this fault must be within the response: use `half_reply` or `reply_bytes`")]
    NotInReply,
    /// The delay is too long.
    #[error("the latency is too long: use at most `5m`")]
    TooLong,
    /// The minimum of a range is greater than its maximum.
    #[error("`min` is longer than `max`: exchange the values")]
    EmptyRange,
    /// The median of a delay is greater than its maximum.
    #[error("`median` is longer than `max`: use a shorter `median` or a longer `max`")]
    MedianBeyondMax,
    /// The sigma of a log-normal distribution is invalid.
    #[error("`sigma` is out of range: use a number from 0 to 10, as in 0.5")]
    Sigma,
    /// The HTTP status is not that of a final response.
    #[error("`status` is out of range: use an HTTP status from 200 to 599")]
    Status,
    /// A body is given for an HTTP status whose responses have none.
    #[error("`body` has no effect: responses with status 204 and 304 have no body")]
    BodyOfNoBody,
    /// The name of a header is invalid.
    #[error("`headers` has `{0}`, which is not a valid header name")]
    HeaderName(String),
    /// The value of a header is invalid.
    #[error("`headers` has a value for `{0}` that is not valid in a header")]
    HeaderValue(String),
    /// The header is one that the server sets itself, such as `Content-Length`.
    #[error(
        "`headers` has `{0}`, which the server sets itself: to interrupt a response, use `close` or `malformed_chunk`"
    )]
    Framing(String),
}
