//! What time it is for a partner.

use std::time::Duration;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::{auth::PartnerId, timestamp::Timestamp};

use super::{Call, Failure, Json, Nothing, Operation, Reply};
use crate::{
    engine::{ClockAdvance, Until},
    model::{clock::Clock, duration, millis::UtcMillis, observer::Seen},
    service::Service,
};

/// What time it is for a partner.
pub(super) struct Show;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfOne {
    /// The partner.
    partner_id: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Shown {
    partner_id: String,
    /// Whether it shows the world's time.
    is_real: bool,
    /// Whether it stands still.
    is_frozen: bool,
    /// What time it is, in UTC.
    now: String,
    /// The same in milliseconds since 1970.
    now_millis: i64,
    /// When something will happen that nobody asks for, such as a callback.
    next_event: Option<String>,
}

impl Shown {
    fn of(service: &Service, partner_id: &PartnerId, wall: UtcMillis) -> Result<Self, Failure> {
        let engine = service.engine();
        let state = &engine.state;
        let tenant = state.tenants.get(partner_id).ok_or_else(Failure::unknown_partner)?;
        let now = tenant.clock.now(wall);
        let text = |moment: UtcMillis| Timestamp::from_utc_millis(moment.utc()).as_str().to_owned();
        Ok(Self {
            partner_id: partner_id.to_string(),
            is_real: tenant.clock == Clock::REAL,
            is_frozen: matches!(tenant.clock, Clock::Frozen { .. }),
            now: text(now),
            now_millis: now.utc(),
            next_event: tenant.agenda.next().map(text),
        })
    }
}

impl Operation for Show {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/clock";
    const SUMMARY: &'static str = "Shows what time it is for a partner";
    type Params = OfOne;
    type Body = Nothing;
    type Reply = Json<Shown>;

    fn answer(call: Call<'_>, of: OfOne, _: Nothing) -> Result<Json<Shown>, Failure> {
        Shown::of(call.service, &known(call.service, of.partner_id)?, call.wall).map(Json)
    }
}

/// Freezes, moves and resumes a partner's clock.
pub(super) struct Set;

/// Changes to the clock, made in this order.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// The partner.
    partner_id: String,
    /// `true` has it show the world's time again. Moves under way end.
    #[serde(default)]
    real: bool,
    /// `true` has it stand still, `false` has it run on.
    #[serde(default)]
    frozen: Option<bool>,
    /// Puts it so much ahead, as in `26h`. Everything that falls due on the way happens at its own time and in order,
    /// before this call is answered.
    #[serde(default, with = "duration::optional")]
    #[schemars(with = "Option<String>")]
    advance: Option<Duration>,
    /// Puts it ahead until nothing is left to happen.
    #[serde(default)]
    until_idle: bool,
}

impl Operation for Set {
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/clock";
    const SUMMARY: &'static str =
        "Freezes, resumes or moves a partner's clock, and sends the callbacks that fall due";
    type Params = Nothing;
    type Body = Change;
    type Reply = Changed;

    fn answer(call: Call<'_>, _: Nothing, change: Change) -> Result<Changed, Failure> {
        let Call { service, wall } = call;
        let partner_id = known(service, change.partner_id)?;
        if change.real {
            service.set_real(&partner_id);
        }
        match change.frozen {
            Some(true) => service.freeze(&partner_id, wall),
            Some(false) => service.resume(&partner_id, wall),
            None => true,
        };
        service.show(Seen::ClockSet { partner_id: &partner_id });
        let until = match change.advance {
            _ if change.until_idle => Some(Until::Idle),
            Some(duration) => service.later(&partner_id, duration, wall).map(Until::Moment),
            None => None,
        };
        let shown = Shown::of(service, &partner_id, wall)?;
        let clock_advance = until.and_then(|until| service.clock_advance(&partner_id, until));
        Ok(Changed { shown, clock_advance })
    }
}

/// What time it was before the clock is moved, and how far that is to be.
pub(super) struct Changed {
    shown: Shown,
    clock_advance: Option<ClockAdvance>,
}

impl Reply for Changed {
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Json::<Shown>::schema(generator)
    }

    fn clock_advance(&self) -> Option<ClockAdvance> {
        self.clock_advance.clone()
    }

    fn into_body(self) -> bytes::Bytes {
        Json(self.shown).into_body()
    }
}

/// What time it is now that an clock_advance is done.
pub(super) fn after(
    service: &Service,
    clock_advance: &ClockAdvance,
    wall: UtcMillis,
) -> Result<Json<Shown>, Failure> {
    Shown::of(service, &clock_advance.partner_id, wall).map(Json)
}

fn known(service: &Service, partner_id: String) -> Result<PartnerId, Failure> {
    let partner_id = PartnerId::new(partner_id).map_err(|_| Failure::unknown_partner())?;
    if service.clock(&partner_id).is_none() {
        return Err(Failure::unknown_partner());
    }
    Ok(partner_id)
}
