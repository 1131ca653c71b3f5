//! Routes that show and change the clock of a partner.

use std::time::Duration;

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::{auth::PartnerId, timestamp::Timestamp};

use super::{Call, Failure, Json, Nothing, Operation, Reply};
use crate::{
    engine::{ClockAdvance, Until},
    model::{clock::Clock, duration, observer::Seen, utc_millis::UtcMillis},
    service::Service,
};

/// Shows the clock of a partner.
pub(super) struct Show;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfOne {
    /// Id of the partner whose clock is shown.
    partner_id: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Shown {
    partner_id: String,
    /// True if the clock shows real time.
    is_real: bool,
    /// True if the clock is stopped.
    is_frozen: bool,
    /// Current time of the clock, in UTC.
    now: String,
    /// Current time of the clock, in milliseconds since 1970-01-01 in UTC.
    now_millis: i64,
    /// Time of the next planned event, such as a callback.
    next_event: Option<String>,
}

impl Shown {
    fn new(service: &Service, partner_id: &PartnerId, wall: UtcMillis) -> Result<Self, Failure> {
        let engine = service.engine();
        let state = &engine.state;
        let tenant = state.tenants.get(partner_id).ok_or_else(Failure::unknown_partner)?;
        let now = tenant.clock.now(wall);
        let text = |moment: UtcMillis| Timestamp::from_utc_millis(moment.to_utc_millis()).as_str().to_owned();
        Ok(Self {
            partner_id: partner_id.to_string(),
            is_real: tenant.clock == Clock::REAL,
            is_frozen: matches!(tenant.clock, Clock::Frozen { .. }),
            now: text(now),
            now_millis: now.to_utc_millis(),
            next_event: tenant.agenda.next().map(text),
        })
    }
}

impl Operation for Show {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/clock";
    const SUMMARY: &'static str = "Shows a partner's clock";
    type Params = OfOne;
    type Body = Nothing;
    type Reply = Json<Shown>;

    fn answer(call: Call<'_>, of: OfOne, _: Nothing) -> Result<Json<Shown>, Failure> {
        Shown::new(call.service, &known(call.service, of.partner_id)?, call.wall).map(Json)
    }
}

/// Changes the clock of a partner: stops it, moves it forward, or sets it to real time.
pub(super) struct Set;

/// Changes of a clock, made in the order of the members.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// Id of the partner whose clock is changed.
    partner_id: String,
    /// `true` sets the clock to real time, and ends changes that are still in progress.
    #[serde(default)]
    real: bool,
    /// `true` stops the clock, `false` lets it run.
    #[serde(default)]
    frozen: Option<bool>,
    /// Moves the clock forward by this duration, such as `26h`. Planned events, such as callbacks, happen at their own time and
    /// in order, before the response is sent.
    #[serde(default, with = "duration::optional")]
    #[schemars(with = "Option<String>")]
    advance: Option<Duration>,
    /// Moves the clock forward until no planned event, such as a callback, is left.
    #[serde(default)]
    until_idle: bool,
}

impl Operation for Set {
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/clock";
    const SUMMARY: &'static str =
        "Stops, resumes or moves a partner's clock, and sends the callbacks that become due";
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
        let shown = Shown::new(service, &partner_id, wall)?;
        let clock_advance = until.and_then(|until| service.clock_advance(&partner_id, until));
        Ok(Changed { shown, clock_advance })
    }
}

/// Clock before a change, and the part of the change that is still to be made.
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

/// Returns the clock after it was moved forward.
pub(super) fn after(
    service: &Service,
    clock_advance: &ClockAdvance,
    wall: UtcMillis,
) -> Result<Json<Shown>, Failure> {
    Shown::new(service, &clock_advance.partner_id, wall).map(Json)
}

fn known(service: &Service, partner_id: String) -> Result<PartnerId, Failure> {
    let partner_id = PartnerId::new(partner_id).map_err(|_| Failure::unknown_partner())?;
    if service.clock(&partner_id).is_none() {
        return Err(Failure::unknown_partner());
    }
    Ok(partner_id)
}
