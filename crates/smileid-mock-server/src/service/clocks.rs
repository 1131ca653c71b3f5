//! The partners' clocks.

use std::time::Duration;

use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    engine::{Advance, ClockAdvance, Until},
    model::{clock::Clock, millis::UtcMillis},
    state::tenant::Moves,
};

impl Service {
    /// A partner's clock.
    pub fn clock(&self, partner_id: &PartnerId) -> Option<Clock> {
        self.engine().state.tenants.get(partner_id).map(|tenant| tenant.clock)
    }

    /// Has a partner's clock stand still at what time it is. Whether there is such a partner.
    pub fn freeze(&self, partner_id: &PartnerId, wall: UtcMillis) -> bool {
        self.engine().set_clock(partner_id, |clock| clock.frozen(wall))
    }

    /// Has a partner's clock run on from what time it is. Whether there is such a partner.
    pub fn resume(&self, partner_id: &PartnerId, wall: UtcMillis) -> bool {
        self.engine().set_clock(partner_id, |clock| clock.running(wall))
    }

    /// Has a partner's clock show the world's time again, and ends the moves under way. Whether there is such a partner.
    pub fn set_real(&self, partner_id: &PartnerId) -> bool {
        let mut engine = self.engine();
        let turn = engine.state.turn();
        if let Some(tenant) = engine.state.tenants.get_mut(partner_id) {
            tenant.moves = Moves::since(turn);
        }
        engine.set_clock(partner_id, |_| Clock::REAL)
    }

    /// When it will be `duration` later for a partner.
    pub fn later(&self, partner_id: &PartnerId, duration: Duration, wall: UtcMillis) -> Option<UtcMillis> {
        self.clock(partner_id).map(|clock| clock.now(wall).after(duration))
    }

    /// A move of a partner's clock, if there is such a partner. [`Service::advance`] makes it. It is over when the
    /// partner begins anew, or is removed.
    pub fn clock_advance(&self, partner_id: &PartnerId, until: Until) -> Option<ClockAdvance> {
        self.engine().clock_advance(partner_id, until)
    }

    /// Moves a partner's clock as far as an clock_advance says, up to the next callback that is to be sent on the way.
    ///
    /// Everything happens at its own time and in order, so whoever calls this again and again, and sends what it says,
    /// sees what would have happened had that time passed. Nothing of the partner is in [`Service::take_callbacks`]
    /// meanwhile, until this says that it is done.
    pub fn advance(&self, clock_advance: &ClockAdvance, wall: UtcMillis) -> Advance {
        self.engine().advance(clock_advance, wall)
    }
}
