//! JSON format of faults.

use std::{borrow::Cow, num::NonZeroU32, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{CannedReply, ConnectionAbort, Effect, Fault, InvalidFault, Latency, Point, ReplyPoint};
use crate::model::duration;

/// Fault of a request: a delay, and at most one effect, as networks, proxies and overloaded servers cause them.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    /// Delay before the first byte of the response. For a fault of the request body, delay before the body is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<Latency>,
    /// Response that is sent instead of the API's.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<CannedReply>,
    /// Resets the connection: the client receives TCP RST.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<At<Point>>,
    /// Closes the connection properly, but too early: the client receives TCP FIN (with TLS, `close_notify` before it).
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<At<Point>>,
    /// Sends nothing more. The connection stays open until the client closes it or, with `for`, until that time has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    stall: Option<Stall>,
    /// Sends bytes that are not HTTP, then closes the connection. In the middle of a response, they replace the rest of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    garbage: Option<At<Point>>,
    /// Sends the response with `transfer-encoding: chunked` and, at this point, a chunk without a length, then closes the
    /// connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed_chunk: Option<At<ReplyPoint>>,
    /// Reads the body of the request at this rate, for at most five minutes, and sends the usual response.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_upload: Option<Rate>,
    /// Sends the body of the response at this rate, for at most five minutes. The headers are sent at once.
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
    /// Time, such as `2s`, before the connection is closed. If absent, it stays open until the client closes it. The rest is
    /// never sent.
    #[serde(default, rename = "for", with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    time: Option<Duration>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rate {
    /// Transfer rate in bytes per second, from 1.
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
