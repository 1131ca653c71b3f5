//! Responses with the effects of a fault, for the code that owns the connection.

use std::{num::NonZeroU32, time::Duration};

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::model::observer::Witness;

/// Response to a request, and what a fault does to its delivery. For the code that owns the connection.
#[derive(Debug)]
#[non_exhaustive]
pub struct FaultedResponse {
    /// The response. [`BodyDelivery::Unsent`] does not send it; it is then what would have been sent, or an empty 503
    /// for a request that was not handled.
    pub response: Response<Bytes>,
    /// Delay before the response is sent.
    pub latency: Duration,
    /// Delivery to the client.
    pub transfer: BodyDelivery,
    /// Number of the fault that applied, if any.
    pub fault: Option<u64>,
    /// Witness that reports to the observer.
    pub(crate) witness: Option<Witness>,
}

impl FaultedResponse {
    /// Creates a response that is sent at once and whole.
    pub(crate) fn reply(response: Response<Bytes>) -> Self {
        Self { response, latency: Duration::ZERO, transfer: BodyDelivery::Whole, fault: None, witness: None }
    }

    /// Returns true if the connection ends before the client has received the whole response.
    pub(crate) fn is_cut(&self) -> bool {
        matches!(self.transfer, BodyDelivery::Cut { .. } | BodyDelivery::Unsent { .. })
    }

    /// Creates the placeholder for the response to a request that was not handled.
    pub(crate) fn unhandled() -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        Self::reply(response)
    }
}

/// Instructions for reading a request's body, derived from its head.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AtHead {
    /// Delay before the body is read.
    pub latency: Duration,
    /// Delivery of the body.
    pub transfer: BodyDelivery,
    /// Number of the fault that applied, if any.
    pub fault: Option<u64>,
}

impl AtHead {
    /// The body is read at once and whole.
    pub(crate) const WHOLE: Self =
        Self { latency: Duration::ZERO, transfer: BodyDelivery::Whole, fault: None };
}

/// Delivery of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyDelivery {
    /// Whole.
    Whole,
    /// Whole, but slowly.
    Slow {
        /// Rate of the transfer.
        bytes_per_second: NonZeroU32,
    },
    /// Partly.
    Cut {
        /// Number of bytes to transfer, if the body has more.
        after: usize,
        /// End of the connection after those bytes.
        how: ConnectionAbort,
    },
    /// Not at all: of a response, not even the head.
    Unsent {
        /// End of the connection instead.
        how: ConnectionAbort,
    },
}

/// Premature end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionAbort {
    /// Reset: TCP's RST.
    Reset,
    /// Closed in good order: TCP's FIN.
    Close,
    /// Nothing more is sent until the client leaves.
    Stall {
        /// Time after which the mock closes the connection; never, if none.
        time: Option<Duration>,
    },
    /// Bytes that are not HTTP are sent, then the connection ends.
    Garbage,
    /// A chunk without a length is sent, then the connection ends.
    MalformedChunk,
}
