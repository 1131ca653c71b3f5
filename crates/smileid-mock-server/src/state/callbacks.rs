//! Callbacks and their deliveries.

mod deliveries;
mod message;

pub use deliveries::{Attempt, Delivery, DeliveryState, Received};
pub(crate) use deliveries::{Deliveries, Sending};
pub use message::CallbackMessage;

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::HeaderMap;
use smileid_protocol::auth::PartnerId;

use crate::model::utc_millis::UtcMillis;

/// Callback to send now, as a POST request with JSON.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outgoing {
    /// Id of the partner that receives the callback.
    pub partner_id: PartnerId,
    /// Number of the delivery, unique within the partner.
    pub delivery: u64,
    /// Callback URL, as the partner wrote it.
    pub url: String,
    /// Headers of the request that the body does not determine: none in version 1.
    pub headers: HeaderMap,
    /// Body of the request.
    pub body: Bytes,
    /// Time limit for the whole response of the receiver.
    pub patience: Duration,
    /// Time on the partner's clock, if it differs from real time.
    pub mock_clock: Option<UtcMillis>,
    /// Duration over which the body is sent slowly.
    pub slow: Option<Duration>,
    /// Generation of the partner, which changes with each reset. Delivery numbers start again after a reset.
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
