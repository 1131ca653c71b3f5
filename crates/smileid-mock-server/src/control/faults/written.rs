//! Faults in JSON.

use std::{borrow::Cow, num::NonZeroU32, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{CannedReply, ConnectionAbort, Effect, Fault, InvalidFault, Latency, Point, ReplyPoint};
use crate::model::duration;

/// What a network, a proxy or an overloaded API does to a request: a latency, and at most one effect.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    /// The reply waits so long before its first byte; of an upload that is struck, the reading of its body.
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<Latency>,
    /// This reply is sent instead of the API's.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<CannedReply>,
    /// The connection is reset: the client gets TCP's RST.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<At<Point>>,
    /// The connection is closed in good order, but too early: the client gets TCP's FIN, under TLS a `close_notify`
    /// before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<At<Point>>,
    /// Nothing comes any more. The client never gets the rest: the connection stays open until the client leaves or,
    /// with `for`, until so much time is over, when it is closed in good order.
    #[serde(skip_serializing_if = "Option::is_none")]
    stall: Option<Stall>,
    /// Bytes come that are no HTTP, in the middle of a reply instead of its rest, and then the connection is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    garbage: Option<At<Point>>,
    /// The reply comes with `transfer-encoding: chunked`, at this point a chunk without a length, and then the
    /// connection is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed_chunk: Option<At<ReplyPoint>>,
    /// The request's body is read at this rate, for five minutes at the most, and answered as ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_upload: Option<Rate>,
    /// The reply's body is sent whole at this rate, for five minutes at the most; its head comes at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_reply: Option<Rate>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "At{P}")]
struct At<P> {
    /// When.
    at: P,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stall {
    /// When.
    at: Point,
    /// How long, as in `2s`, before the connection is closed; until the client leaves, when it is left out. The rest is
    /// never sent.
    #[serde(default, rename = "for", with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    time: Option<Duration>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rate {
    /// How many bytes a second, from 1.
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
