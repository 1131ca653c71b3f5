//! Errors in descriptions of faults.

/// Error in the description of a [`Fault`](super::Fault). Names the member, and says what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFault {
    /// Two effects in one fault.
    #[error("`{0}` and `{1}` are in one fault, which can have one effect: use one rule for each")]
    TwoEffects(&'static str, &'static str),
    /// A point that is not within a reply, for an effect that needs one.
    #[error("the point is not in the reply: use `half_reply` or `reply_bytes`, as only replies have chunks")]
    NotInReply,
    /// A latency above the maximum.
    #[error("the latency is above the limit: use at most `5m`")]
    TooLong,
    /// A range whose minimum is above its maximum.
    #[error("`min` is longer than `max`")]
    EmptyRange,
    /// A median above the maximum.
    #[error("`median` is longer than `max`")]
    MedianBeyondMax,
    /// An invalid sigma of a log-normal distribution.
    #[error("`sigma` is out of range: use a number from 0 to 10, as in 0.5")]
    Sigma,
    /// An invalid status of a final reply.
    #[error("`status` is out of range: use one from 200 to 599")]
    Status,
    /// A body for a status whose replies never have one.
    #[error("`body` has no effect: responses with status 204 and 304 have none")]
    BodyOfNoBody,
    /// An invalid header name.
    #[error("`headers` has an invalid name: `{0}`")]
    HeaderName(String),
    /// An invalid header value.
    #[error("`headers` has an invalid value for `{0}`")]
    HeaderValue(String),
    /// A header that the server sets itself, such as `Content-Length`.
    #[error(
        "`headers` has `{0}`, which the server sets itself: to break off a reply, use `close` or `malformed_chunk`"
    )]
    Framing(String),
}
