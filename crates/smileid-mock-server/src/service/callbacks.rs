//! The callbacks that are due, and what came of them.

use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    model::millis::UtcMillis,
    state::callbacks::{Delivery, Outgoing, Received},
};

impl Service {
    /// When the world's clock will say that something is to happen which nobody asks for, such as a callback.
    ///
    /// Whoever drives the core waits until then, or until the next request, and has [`Service::take_callbacks`].
    pub fn next_event(&self, wall: UtcMillis) -> Option<UtcMillis> {
        self.engine().next_event(wall)
    }

    /// The callbacks that are to be sent when the world's clock says `wall`. Each is under way from now on, until
    /// [`Service::callback_sent`] says what came of it.
    pub fn take_callbacks(&self, wall: UtcMillis) -> Vec<Outgoing> {
        self.take_some(usize::MAX, wall)
    }

    /// Takes up to `most` of them, from every partner in turn.
    pub(crate) fn take_some(&self, most: usize, wall: UtcMillis) -> Vec<Outgoing> {
        self.engine().take_callbacks(most, wall)
    }

    /// Whether somebody moves a partner's clock.
    #[cfg(feature = "server")]
    pub(crate) fn is_moved(&self, partner_id: &PartnerId) -> bool {
        self.engine().state.tenants.get(partner_id).is_some_and(|tenant| tenant.moves.any())
    }

    /// Whether a partner began anew, or was removed, after a callback was taken.
    #[cfg(feature = "server")]
    pub(crate) fn is_outrun(&self, callback: &Outgoing) -> bool {
        let engine = self.engine();
        let tenant = engine.state.tenants.get(&callback.partner_id);
        tenant.is_none_or(|tenant| tenant.generation != callback.generation)
    }

    /// Notes what came of a callback that was sent. Of one that a reset has outrun, nothing is noted.
    pub fn callback_sent(&self, callback: &Outgoing, received: Received, wall: UtcMillis) {
        self.engine().callback_sent(callback, received, wall);
    }

    /// A partner's callbacks, the oldest first, and what became of them.
    pub fn callbacks(&self, partner_id: &PartnerId) -> Vec<Delivery> {
        let engine = self.engine();
        let tenant = engine.state.tenants.get(partner_id);
        tenant.map(|tenant| tenant.deliveries.list().cloned().collect()).unwrap_or_default()
    }

    /// Sends a callback once more, at once, whatever became of it. Whether there is one of that number.
    pub fn resend_callback(&self, partner_id: &PartnerId, delivery: u64, wall: UtcMillis) -> bool {
        self.engine().resend_callback(partner_id, delivery, wall)
    }
}
