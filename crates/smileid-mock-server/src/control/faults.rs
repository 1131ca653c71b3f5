//! Faults of requests, such as delays, errors of proxies and interrupted connections.

mod applied;
mod canned;
mod invalid;
mod latency;
mod response;
mod written;

use std::{num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use canned::{Body, CannedReply, RetryAfter};
pub use invalid::InvalidFault;
pub use latency::Latency;
pub use response::{AtHead, BodyDelivery, ConnectionAbort, FaultedResponse};

use super::rules::RuleKind;
use crate::request::Route;

/// Fault of a request: a delay, and at most one effect, as networks, proxies and overloaded servers cause them.
///
/// In JSON it is an object with these optional members:
///
/// | member | effect |
/// |---|---|
/// | `latency` | delays the reply: `"200ms"`, `{"uniform": {"min": "50ms", "max": "2s"}}`, `{"log_normal": {"median": "200ms", "sigma": 0.5, "max": "10s"}}` |
/// | `reply` | sends this reply instead of the API's: `{"status": 503, "retry_after": "2s"}`, see [`CannedReply`] |
/// | `reset` | resets the connection: `{"at": "before_handling"}`, see [`Point`] |
/// | `close` | closes the connection, in good order but too early: `{"at": "half_reply"}` |
/// | `stall` | sends nothing more until the client leaves or, with `for`, until the mock closes the connection: `{"at": "after_handling", "for": "2s"}` |
/// | `garbage` | sends bytes that are not HTTP, then closes: `{"at": "after_handling"}` |
/// | `malformed_chunk` | sends the reply in chunks, one of them without a length: `{"at": "half_reply"}`, or `reply_bytes` |
/// | `slow_upload` | reads the request's body slowly: `{"bytes_per_second": 10000}` |
/// | `slow_reply` | sends the reply's body slowly: `{"bytes_per_second": 100}` |
///
/// Durations are whole numbers with `ms`, `s`, `m`, `h` or `d`. A latency is at most five minutes, and so is the time
/// that a slow transfer takes. A fault without members does nothing: as the newest rule, it exempts requests from the
/// older rules, except from those that apply to the upload.
///
/// Faults of the upload (`slow_upload`, and all at `upload_bytes`) are selected when only the head of a request is
/// known. Their rules can match the endpoint. They can match partner, user and job if the head names them, as the links
/// of archives and images, signed headers and queries do. All other faults are selected when the request is complete.
/// The mock's own routes have no faults.
///
/// ```
/// use smileid_mock_server::{Fault, Point, Rule, When};
///
/// let rule: Rule<Fault> = serde_json::from_str(
///     r#"{"when": {"endpoint": "upload"}, "times": 2, "then": {"reset": {"at": "after_handling"}}}"#,
/// )?;
/// assert_eq!(rule.then, Fault::reset(Point::AfterHandling));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "written::Written", into = "written::Written")]
pub struct Fault {
    latency: Option<Latency>,
    effect: Option<Effect>,
}

impl Fault {
    /// Creates a fault that delays the response.
    pub fn latency(latency: Latency) -> Self {
        Self { latency: Some(latency), effect: None }
    }

    /// Creates a fault that sends this response instead of the API's.
    pub fn reply(reply: CannedReply) -> Self {
        Effect::Reply(reply).into()
    }

    /// Creates a fault that resets the connection (TCP RST).
    pub fn reset(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Reset, at).into()
    }

    /// Creates a fault that closes the connection properly but too early (TCP FIN; with TLS, `close_notify` before it).
    pub fn close(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Close, at).into()
    }

    /// Creates a fault that sends nothing more until the client closes the connection.
    pub fn stall(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Stall { time: None }, at).into()
    }

    /// Creates a fault that sends nothing more for `time`, then closes the connection.
    pub fn stall_for(time: Duration, at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Stall { time: Some(time) }, at).into()
    }

    /// Creates a fault that sends bytes which are not HTTP, then closes the connection. In the middle of a response, they replace
    /// the rest of it.
    pub fn garbage(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Garbage, at).into()
    }

    /// Creates a fault that sends the response in chunks, one of them without a length, then closes the connection.
    pub fn malformed_chunk(at: ReplyPoint) -> Self {
        Effect::Cut(ConnectionAbort::MalformedChunk, at.into()).into()
    }

    /// Creates a fault that reads the body of the request slowly.
    pub fn slow_upload(bytes_per_second: NonZeroU32) -> Self {
        Effect::SlowUpload(bytes_per_second).into()
    }

    /// Creates a fault that sends the body of the response slowly.
    pub fn slow_reply(bytes_per_second: NonZeroU32) -> Self {
        Effect::SlowReply(bytes_per_second).into()
    }

    /// Adds a delay of the response.
    #[must_use]
    pub fn with_latency(mut self, latency: Latency) -> Self {
        self.latency = Some(latency);
        self
    }

    /// Returns true if the fault applies while the body of a request is read, before its content is known.
    fn affects_upload(&self) -> bool {
        matches!(self.effect, Some(Effect::SlowUpload(_) | Effect::Cut(_, Point::UploadBytes(_))))
    }
}

impl RuleKind for Fault {
    const NAME: &'static str = "fault";

    fn endpoints() -> Vec<&'static str> {
        Route::names()
    }
}

impl From<Effect> for Fault {
    fn from(effect: Effect) -> Self {
        Self { latency: None, effect: Some(effect) }
    }
}

/// Effect of a fault, in addition to its delay.
#[derive(Clone, Debug, PartialEq)]
enum Effect {
    Reply(CannedReply),
    Cut(ConnectionAbort, Point),
    SlowUpload(NonZeroU32),
    SlowReply(NonZeroU32),
}

/// Point of a request or response at which a fault applies.
///
/// In JSON `{"upload_bytes": 100}`, `"before_handling"`, `"after_handling"`, `{"reply_bytes": 100}`, `"half_reply"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Point {
    /// After this number of bytes of the request's body, or after the whole body if it is shorter; 0 is right after the headers.
    /// The request is not handled.
    UploadBytes(usize),
    /// After the request is complete. The request is not handled.
    BeforeHandling,
    /// Before the first byte of the response. The request is handled, but the client does not learn this.
    AfterHandling,
    /// After this number of bytes of the response's body. If the body is shorter, all but its last byte is sent. If it is empty,
    /// the headers are not sent completely, so that no client can accept the response.
    ReplyBytes(usize),
    /// After half of the response's body.
    HalfReply,
}

/// Point of a response at which a fault applies.
///
/// In JSON `{"reply_bytes": 100}`, `"half_reply"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum ReplyPoint {
    /// After this number of bytes of the response's body. If the body is shorter, all but its last byte is sent.
    #[serde(rename = "reply_bytes")]
    Bytes(usize),
    /// After half of the response's body.
    #[serde(rename = "half_reply")]
    Half,
}

impl From<ReplyPoint> for Point {
    fn from(point: ReplyPoint) -> Self {
        match point {
            ReplyPoint::Bytes(count) => Self::ReplyBytes(count),
            ReplyPoint::Half => Self::HalfReply,
        }
    }
}

impl TryFrom<Point> for ReplyPoint {
    type Error = InvalidFault;

    fn try_from(point: Point) -> Result<Self, InvalidFault> {
        match point {
            Point::ReplyBytes(count) => Ok(Self::Bytes(count)),
            Point::HalfReply => Ok(Self::Half),
            Point::UploadBytes(_) | Point::BeforeHandling | Point::AfterHandling => {
                Err(InvalidFault::NotInReply)
            }
        }
    }
}
