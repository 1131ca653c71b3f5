//! Callbacks: what is sent to partners, when, how often, and what is done to it on the way.

mod deliveries;

pub use deliveries::{Attempt, Delivery, DeliveryState, Received};
pub(crate) use deliveries::{Deliveries, Sending};

use std::{fmt, time::Duration};

use bytes::Bytes;
use smileid_protocol::auth::PartnerId;

use crate::model::millis::UtcMillis;

/// A callback to be sent now, with one POST of JSON.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outgoing {
    /// Whose it is.
    pub partner_id: PartnerId,
    /// Which of the partner's callbacks it is.
    pub delivery: u64,
    /// Where to, as the partner wrote it.
    pub url: String,
    /// What.
    pub body: Bytes,
    /// What time it is for the partner, where that is not the world's time.
    pub mock_clock: Option<UtcMillis>,
    /// How long the body takes to trickle in.
    pub slow: Option<Duration>,
    /// How often the partner had begun anew: its numbers start again each time.
    pub(crate) generation: u64,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("partner_id", &self.partner_id)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}
