//! Clock that a running mock server uses for one partner, and that a test can change.

use std::{sync::Arc, time::Duration};

use smileid_protocol::auth::PartnerId;

use super::MockServer;
use crate::{engine::Until, model::utc_millis::UtcMillis, shell::now};

/// Clock of one partner of a [`MockServer`], returned by [`MockServer::clock`] and [`MockServer::clock_of`].
///
/// After the partner was removed, the clock reads the time at which new partners start, and its other methods do
/// nothing.
#[derive(Clone, Copy, Debug)]
pub struct PartnerClock<'a> {
    pub(super) server: &'a MockServer,
    pub(super) partner_id: &'a PartnerId,
}

impl PartnerClock<'_> {
    /// Returns the current time on the clock.
    pub fn now(self) -> UtcMillis {
        let service = self.server.service();
        service.clock(self.partner_id).unwrap_or(service.settings().clock).now(now())
    }

    /// Stops the clock at its current time.
    pub fn freeze(self) {
        self.server.service().freeze(self.partner_id, now());
    }

    /// Lets the clock run from its current time.
    pub fn resume(self) {
        self.server.service().resume(self.partner_id, now());
    }

    /// Sets the clock to real time, and ends changes of the clock that are in progress.
    pub fn set_real(self) {
        self.server.service().set_real(self.partner_id);
    }

    /// Moves the clock forward by `duration`. Events that become due happen at their planned time.
    ///
    /// Callbacks that are due at the same time are sent concurrently. Time continues when all have a result. The wait
    /// for receivers that do not respond is a fraction of a second, and each later wait is half as long.
    pub async fn advance(self, duration: Duration) {
        if let Some(moment) = self.server.service().later(self.partner_id, duration, now()) {
            self.run_until(Until::Moment(moment)).await;
        }
    }

    /// Moves the clock forward until no planned event is left.
    pub async fn run_until_idle(self) {
        self.run_until(Until::Idle).await;
    }

    async fn run_until(self, until: Until) {
        let running = &self.server.running;
        let Some(clock_advance) = running.service.clock_advance(self.partner_id, until) else { return };
        let deliverer = Arc::clone(&running.deliverer);
        let moved = running.runtime.spawn(async move { deliverer.advance(clock_advance).await });
        let _ = moved.await; // fails if the server ends first
    }
}
