//! Faults: what a network and what stands before an API do to requests.

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

/// What a network, a proxy or an overloaded API does to a request: a latency, and at most one effect.
///
/// In JSON it is an object of the members that are wanted:
///
/// | member | what happens |
/// |---|---|
/// | `latency` | the reply waits: `"200ms"`, `{"uniform": {"min": "50ms", "max": "2s"}}`, `{"log_normal": {"median": "200ms", "sigma": 0.5, "max": "10s"}}` |
/// | `reply` | this reply instead of the API's: `{"status": 503, "retry_after": "2s"}`, see [`CannedReply`] |
/// | `reset` | the connection is reset: `{"at": "before_handling"}`, see [`Point`] |
/// | `close` | the connection is closed, in good order but too early: `{"at": "half_reply"}` |
/// | `stall` | nothing comes any more, until the client leaves or, with `for`, the connection is closed: `{"at": "after_handling", "for": "2s"}` |
/// | `garbage` | bytes come that are no HTTP, then the end: `{"at": "after_handling"}` |
/// | `malformed_chunk` | the reply comes in chunks, of which one has no length: `{"at": "half_reply"}`, or `reply_bytes` |
/// | `slow_upload` | the request's body is read slowly: `{"bytes_per_second": 10000}` |
/// | `slow_reply` | the reply's body is sent slowly: `{"bytes_per_second": 100}` |
///
/// Durations are whole numbers with `ms`, `s`, `m` or `h`. Of the latency, and of what slowness costs, five minutes are
/// the most. A fault without any member does nothing: as the newest rule, it spares requests the older ones, but for
/// those that strike the upload.
///
/// Those that strike the upload (`slow_upload`, and all at `upload_bytes`) are looked for when only the head of a
/// request is known: rules for them can go by the endpoint; and by partner, user and job where the head names them, as
/// the links of archives and images, signed headers and queries do. All others are looked for when the whole request is
/// there. The mock's own routes have no faults.
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
    /// The reply waits.
    pub fn latency(latency: Latency) -> Self {
        Self { latency: Some(latency), effect: None }
    }

    /// This reply instead of the API's.
    pub fn reply(reply: CannedReply) -> Self {
        Effect::Reply(reply).into()
    }

    /// The connection is reset: TCP's RST.
    pub fn reset(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Reset, at).into()
    }

    /// The connection is closed, in good order but too early: TCP's FIN, under TLS with a `close_notify` before it.
    pub fn close(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Close, at).into()
    }

    /// Nothing comes any more, until the client leaves.
    pub fn stall(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Stall { time: None }, at).into()
    }

    /// Nothing comes for so long, and then the connection is closed.
    pub fn stall_for(time: Duration, at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Stall { time: Some(time) }, at).into()
    }

    /// Bytes come that are no HTTP, and then the end; in the middle of a reply, instead of its rest.
    pub fn garbage(at: Point) -> Self {
        Effect::Cut(ConnectionAbort::Garbage, at).into()
    }

    /// The reply comes in chunks, of which one has no length, and then the end.
    pub fn malformed_chunk(at: ReplyPoint) -> Self {
        Effect::Cut(ConnectionAbort::MalformedChunk, at.into()).into()
    }

    /// The request's body is read slowly.
    pub fn slow_upload(bytes_per_second: NonZeroU32) -> Self {
        Effect::SlowUpload(bytes_per_second).into()
    }

    /// The reply's body is sent slowly.
    pub fn slow_reply(bytes_per_second: NonZeroU32) -> Self {
        Effect::SlowReply(bytes_per_second).into()
    }

    /// The same, after a latency.
    #[must_use]
    pub fn with_latency(mut self, latency: Latency) -> Self {
        self.latency = Some(latency);
        self
    }

    /// Whether it strikes while a request's body is read, before anybody knows what that says.
    fn strikes_upload(&self) -> bool {
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

/// What happens beside a latency.
#[derive(Clone, Debug, PartialEq)]
enum Effect {
    Reply(CannedReply),
    Cut(ConnectionAbort, Point),
    SlowUpload(NonZeroU32),
    SlowReply(NonZeroU32),
}

/// When it is that a fault strikes.
///
/// In JSON `{"upload_bytes": 100}`, `"before_handling"`, `"after_handling"`, `{"reply_bytes": 100}`, `"half_reply"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Point {
    /// When so many bytes of the request's body have been read, or all of a shorter one; 0 is right after the head.
    /// Nothing is done.
    UploadBytes(usize),
    /// When the whole request is there. Nothing is done.
    BeforeHandling,
    /// Before the first byte of the reply. Whatever was asked is done, and the client does not know.
    AfterHandling,
    /// When so many bytes of the reply's body are sent. Of a shorter one, all but the last byte; of an empty one, not
    /// even the whole head: no client can take it for the reply.
    ReplyBytes(usize),
    /// When half of the reply's body is sent.
    HalfReply,
}

/// Where in a reply a fault strikes.
///
/// In JSON `{"reply_bytes": 100}`, `"half_reply"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub enum ReplyPoint {
    /// When so many bytes of the reply's body are sent. Of a shorter one, all but the last byte.
    #[serde(rename = "reply_bytes")]
    Bytes(usize),
    /// When half of the reply's body is sent.
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
