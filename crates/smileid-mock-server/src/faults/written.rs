//! Faults in JSON.

use std::{borrow::Cow, num::NonZeroU32, time::Duration};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{CannedReply, Cut, Effect, Fault, InvalidFault, Latency, Point, ReplyPoint};
use crate::duration;

/// A [`Fault`] in JSON.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<Latency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<CannedReply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<At<Point>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<At<Point>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stall: Option<Stall>,
    #[serde(skip_serializing_if = "Option::is_none")]
    garbage: Option<At<Point>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed_chunk: Option<At<ReplyPoint>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_upload: Option<Rate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_reply: Option<Rate>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "At{P}")]
struct At<P> {
    at: P,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Stall {
    at: Point,
    #[serde(default, rename = "for", with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    time: Option<Duration>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rate {
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
        let cut = |how: Cut, at: Option<At<Point>>| at.map(|it| Effect::Cut(how, it.at));
        let mut effects = [
            ("reply", written.reply.map(Effect::Reply)),
            ("reset", cut(Cut::Reset, written.reset)),
            ("close", cut(Cut::Close, written.close)),
            ("stall", written.stall.map(|it| Effect::Cut(Cut::Stall { time: it.time }, it.at))),
            ("garbage", cut(Cut::Garbage, written.garbage)),
            (
                "malformed_chunk",
                written.malformed_chunk.map(|it| Effect::Cut(Cut::MalformedChunk, it.at.into())),
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
            Some(Effect::Cut(Cut::Reset, at)) => written.reset = Some(At { at }),
            Some(Effect::Cut(Cut::Close, at)) => written.close = Some(At { at }),
            Some(Effect::Cut(Cut::Stall { time }, at)) => written.stall = Some(Stall { at, time }),
            Some(Effect::Cut(Cut::Garbage, at)) => written.garbage = Some(At { at }),
            Some(Effect::Cut(Cut::MalformedChunk, at)) => {
                written.malformed_chunk = at.try_into().ok().map(|at| At { at });
            }
            Some(Effect::SlowUpload(rate)) => written.slow_upload = Some(Rate { bytes_per_second: rate }),
            Some(Effect::SlowReply(rate)) => written.slow_reply = Some(Rate { bytes_per_second: rate }),
        }
        written
    }
}
