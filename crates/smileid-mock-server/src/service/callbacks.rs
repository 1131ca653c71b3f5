//! Methods for callbacks: those that are due, their results, and sending again.

use smileid_protocol::auth::PartnerId;

use super::Service;
use crate::{
    model::utc_millis::UtcMillis,
    state::callbacks::{CallbackMessage, Delivery, Outgoing, Received},
};

impl Service {
    /// Returns the real time of the next planned event, such as a callback.
    ///
    /// The driver of the core waits until then, or until the next request, and calls [`Service::take_callbacks`].
    pub fn next_event(&self, wall: UtcMillis) -> Option<UtcMillis> {
        self.engine().next_event(wall)
    }

    /// Returns the callbacks that are due at the real time `wall`. Each counts as being sent until its result is passed to
    /// [`Service::callback_sent`].
    pub fn take_callbacks(&self, wall: UtcMillis) -> Vec<Outgoing> {
        self.take_some(usize::MAX, wall)
    }

    /// Returns up to `most` callbacks that are due, from each partner in turn.
    pub(crate) fn take_some(&self, most: usize, wall: UtcMillis) -> Vec<Outgoing> {
        self.engine().take_callbacks(most, wall)
    }

    /// Records the result of a callback that was sent. It is ignored if the partner was reset in the meantime.
    pub fn callback_sent(&self, callback: &Outgoing, received: Received, wall: UtcMillis) {
        self.engine().callback_sent(callback, received, wall);
    }

    /// Returns the callbacks of a partner with their states, the oldest first.
    pub fn callbacks(&self, partner_id: &PartnerId) -> Vec<Delivery> {
        let engine = self.engine();
        let tenant = engine.state.tenants.get(partner_id);
        tenant.map(|tenant| tenant.deliveries.list().cloned().collect()).unwrap_or_default()
    }

    /// Sends a callback with any content at once, without a job. Returns its number, or none if the partner does not exist.
    pub fn emit_callback(
        &self,
        partner_id: &PartnerId,
        callback: CallbackMessage,
        url: &str,
        wall: UtcMillis,
    ) -> Option<u64> {
        self.engine().emit_callback(partner_id, callback, url.to_owned(), wall)
    }

    /// Sends a callback again at once, whatever its state. Returns true if the callback exists.
    pub fn resend_callback(&self, partner_id: &PartnerId, delivery: u64, wall: UtcMillis) -> bool {
        self.engine().resend_callback(partner_id, delivery, wall)
    }
}
