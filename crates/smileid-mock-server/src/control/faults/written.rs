//! JSON format of faults.

use std::{borrow::Cow, num::NonZeroU32, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{CannedReply, ConnectionAbort, Effect, Fault, InvalidFault, Latency, Point, ReplyPoint};
use crate::model::duration;

/// Fault of a request: a latency, and at most one effect, as networks, proxies and overloaded servers cause them.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    /// Delay before the first byte of the reply. For a fault of the upload, delay before the body is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<Latency>,
    /// Reply that is sent instead of the API's.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<CannedReply>,
    /// Resets the connection: the client gets TCP's RST.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<At<Point>>,
    /// Closes the connection in good order, but too early: the client gets TCP's FIN, under TLS after a `close_notify`.
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<At<Point>>,
    /// Sends nothing more: the client never gets the rest. The connection stays open until the client leaves or, with
    /// `for`, until that time is over; then it is closed in good order.
    #[serde(skip_serializing_if = "Option::is_none")]
    stall: Option<Stall>,
    /// Sends bytes that are not HTTP, in the middle of a reply instead of its rest, then closes the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    garbage: Option<At<Point>>,
    /// Sends the reply with `transfer-encoding: chunked`, at this point a chunk without a length, then closes the
    /// connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed_chunk: Option<At<ReplyPoint>>,
    /// Reads the request's body at this rate, for five minutes at the most, and sends the usual reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_upload: Option<Rate>,
    /// Sends the reply's whole body at this rate, for five minutes at the most; the head is sent at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_reply: Option<Rate>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "At{P}")]
struct At<P> {
    /// Point at which the fault applies.
    at: P,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stall {
    /// Point at which the fault applies.
    at: Point,
    /// Time, as in `2s`, before the connection is closed; if left out, it stays open until the client leaves. The rest
    /// is never sent.
    #[serde(default, rename = "for", with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    time: Option<Duration>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rate {
    /// Bytes per second, from 1.
    bytes_per_second: NonZeroU32,
}

impl JsonSchema for Fault {
    fn schema_name() -> Cow<'static, str> {
        "Fault".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

impl TryFrom<Written> for Fault {
    type Error = InvalidFault;

    fn try_from(written: Written) -> Result<Self, InvalidFault> {
        let cut = |how: ConnectionAbort, at: Option<At<Point>>| at.map(|it| Effect::Cut(how, it.at));
        let mut effects = [
            ("reply", written.reply.map(Effect::Reply)),
            ("reset", cut(ConnectionAbort::Reset, written.reset)),
            ("close", cut(ConnectionAbort::Close, written.close)),
            ("stall", written.stall.map(|it| Effect::Cut(ConnectionAbort::Stall { time: it.time }, it.at))),
            ("garbage", cut(ConnectionAbort::Garbage, written.garbage)),
            (
                "malformed_chunk",
                written.malformed_chunk.map(|it| Effect::Cut(ConnectionAbort::MalformedChunk, it.at.into())),
            ),
            ("slow_upload", written.slow_upload.map(|it| Effect::SlowUpload(it.bytes_per_second))),
            ("slow_reply", written.slow_reply.map(|it| Effect::SlowReply(it.bytes_per_second))),
        ]
        .into_iter()
        .filter_map(|(name, effect)| Some((name, effect?)));

        let first = effects.next();
        if let (Some((first, _)), Some((second, _))) = (&first, effects.next()) {
            return Err(InvalidFault::TwoEffects(first, second));
        }
        Ok(Self { latency: written.latency, effect: first.map(|(_, effect)| effect) })
    }
}

impl From<Fault> for Written {
    fn from(fault: Fault) -> Self {
        let mut written = Self { latency: fault.latency, ..Self::default() };
        match fault.effect {
            None => {}
            Some(Effect::Reply(reply)) => written.reply = Some(reply),
            Some(Effect::Cut(ConnectionAbort::Reset, at)) => written.reset = Some(At { at }),
            Some(Effect::Cut(ConnectionAbort::Close, at)) => written.close = Some(At { at }),
            Some(Effect::Cut(ConnectionAbort::Stall { time }, at)) => {
                written.stall = Some(Stall { at, time });
            }
            Some(Effect::Cut(ConnectionAbort::Garbage, at)) => written.garbage = Some(At { at }),
            Some(Effect::Cut(ConnectionAbort::MalformedChunk, at)) => {
                written.malformed_chunk = at.try_into().ok().map(|at| At { at });
            }
            Some(Effect::SlowUpload(rate)) => written.slow_upload = Some(Rate { bytes_per_second: rate }),
            Some(Effect::SlowReply(rate)) => written.slow_reply = Some(Rate { bytes_per_second: rate }),
        }
        written
    }
}
