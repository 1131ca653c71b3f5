//! Responses with the effects of a fault, for the code that owns the connection.

use std::{num::NonZeroU32, time::Duration};

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::model::observer::Witness;

/// Response to a request, and the way in which a fault changes its delivery. The code that owns the connection applies it.
#[derive(Debug)]
#[non_exhaustive]
pub struct FaultedResponse {
    /// The response. With [`BodyDelivery::Unsent`] it is not sent: it is then the response that the fault suppressed, or an empty
    /// 503 for a request that was not handled.
    pub response: Response<Bytes>,
    /// Delay before the response is sent.
    pub latency: Duration,
    /// How the response is delivered to the client.
    pub transfer: BodyDelivery,
    /// Number of the rule whose fault was applied, if any.
    pub fault: Option<u64>,
    /// Reports the response to the observer once it was sent.
    pub(crate) witness: Option<Witness>,
}

impl FaultedResponse {
    /// Creates a response that is sent at once and completely.
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

/// Instructions for reading the body of a request, derived from its headers.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AtHead {
    /// Delay before the body is read.
    pub latency: Duration,
    /// How the body is read.
    pub transfer: BodyDelivery,
    /// Number of the rule whose fault was applied, if any.
    pub fault: Option<u64>,
}

impl AtHead {
    /// Instructions to read the body normally.
    pub(crate) const WHOLE: Self =
        Self { latency: Duration::ZERO, transfer: BodyDelivery::Whole, fault: None };
}

/// Way in which a body is transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyDelivery {
    /// The whole body is transferred normally.
    Whole,
    /// The whole body is transferred slowly.
    Slow {
        /// Rate of the transfer.
        bytes_per_second: NonZeroU32,
    },
    /// Only a part of the body is transferred.
    Cut {
        /// Number of bytes to transfer, if the body is longer.
        after: usize,
        /// Way in which the connection ends after those bytes.
        how: ConnectionAbort,
    },
    /// The body is not transferred. Of a response, not even the status line is sent.
    Unsent {
        /// Way in which the connection ends instead.
        how: ConnectionAbort,
    },
}

/// Way in which a connection ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionAbort {
    /// The connection is reset (TCP RST).
    Reset,
    /// The connection is closed properly (TCP FIN).
    Close,
    /// Nothing more is sent until the client closes the connection.
    Stall {
        /// Time after which the mock server closes the connection; none for never.
        time: Option<Duration>,
    },
    /// Bytes that are not HTTP are sent, then the connection ends.
    Garbage,
    /// A chunk without a length is sent, then the connection ends.
    MalformedChunk,
}
