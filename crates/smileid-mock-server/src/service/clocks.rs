//! Methods for the clocks of partners.

use std::time::Duration;

use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    engine::{Advance, ClockAdvance, Until},
    model::{clock::Clock, utc_millis::UtcMillis},
    state::tenant::Moves,
};

impl Service {
    /// Returns the clock of a partner.
    pub fn clock(&self, partner_id: &PartnerId) -> Option<Clock> {
        self.engine().state.tenants.get(partner_id).map(|tenant| tenant.clock)
    }

    /// Stops the clock of a partner at its current time. Returns true if the partner exists.
    pub fn freeze(&self, partner_id: &PartnerId, wall: UtcMillis) -> bool {
        self.engine().set_clock(partner_id, |clock| clock.frozen(wall))
    }

    /// Lets the clock of a partner run from its current time. Returns true if the partner exists.
    pub fn resume(&self, partner_id: &PartnerId, wall: UtcMillis) -> bool {
        self.engine().set_clock(partner_id, |clock| clock.running(wall))
    }

    /// Sets the clock of a partner to real time, and ends changes that are in progress. Returns true if the partner exists.
    pub fn set_real(&self, partner_id: &PartnerId) -> bool {
        let mut engine = self.engine();
        let turn = engine.state.turn();
        if let Some(tenant) = engine.state.tenants.get_mut(partner_id) {
            tenant.moves = Moves::since(turn);
        }
        engine.set_clock(partner_id, |_| Clock::REAL)
    }

    /// Returns the time on a partner's clock, plus `duration`.
    pub fn later(&self, partner_id: &PartnerId, duration: Duration, wall: UtcMillis) -> Option<UtcMillis> {
        self.clock(partner_id).map(|clock| clock.now(wall).after(duration))
    }

    /// Creates a change of a partner's clock, if the partner exists. [`Service::advance`] makes the change. It ends early if the
    /// partner is reset or removed.
    pub fn clock_advance(&self, partner_id: &PartnerId, until: Until) -> Option<ClockAdvance> {
        self.engine().clock_advance(partner_id, until)
    }

    /// Moves the clock of a partner forward, up to the next callback that is due.
    ///
    /// Each event happens at its own time and in order. A caller that repeats this and sends the returned callbacks
    /// sees what would have happened had that time passed. [`Service::take_callbacks`] returns none of the partner's
    /// callbacks until this returns that the move is done.
    pub fn advance(&self, clock_advance: &ClockAdvance, wall: UtcMillis) -> Advance {
        self.engine().advance(clock_advance, wall)
    }
}
