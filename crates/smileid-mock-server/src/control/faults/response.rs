//! What becomes of a request, for whoever holds its connection.

use std::{num::NonZeroU32, time::Duration};

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::model::observer::Witness;

/// What becomes of a request, for whoever holds its connection: the reply, and what a fault does to it on its way.
#[derive(Debug)]
#[non_exhaustive]
pub struct FaultedResponse {
    /// The reply. Where [`BodyDelivery::Unsent`] keeps it back, what it would have been; a bare 503 for a request that was
    /// not handled.
    pub response: Response<Bytes>,
    /// How long it waits.
    pub latency: Duration,
    /// How it gets to the client.
    pub transfer: BodyDelivery,
    /// The number of the fault that is behind it, if one is.
    pub fault: Option<u64>,
    /// Who tells the observer.
    pub(crate) witness: Option<Witness>,
}

impl FaultedResponse {
    /// A reply, at once and whole.
    pub(crate) fn reply(response: Response<Bytes>) -> Self {
        Self { response, latency: Duration::ZERO, transfer: BodyDelivery::Whole, fault: None, witness: None }
    }

    /// What stands for the reply to a request that was not handled.
    pub(crate) fn unhandled() -> Self {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        Self::reply(response)
    }
}

/// How the body of a request is to be read, as far as the head can tell.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AtHead {
    /// How long it is not read.
    pub latency: Duration,
    /// How it gets here.
    pub transfer: BodyDelivery,
    /// The number of the fault that is behind it, if one is.
    pub fault: Option<u64>,
}

impl AtHead {
    /// At once and whole.
    pub(crate) const WHOLE: Self =
        Self { latency: Duration::ZERO, transfer: BodyDelivery::Whole, fault: None };
}

/// How a body gets across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyDelivery {
    /// Whole.
    Whole,
    /// Whole, but slowly.
    Slow {
        /// How slowly.
        bytes_per_second: NonZeroU32,
    },
    /// Not whole.
    Cut {
        /// How many bytes there are, as long as the body has more.
        after: usize,
        /// What comes then.
        how: ConnectionAbort,
    },
    /// Not at all: of a reply, not even a head.
    Unsent {
        /// What comes instead.
        how: ConnectionAbort,
    },
}

/// How a connection ends in the middle of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionAbort {
    /// It is reset: TCP's RST.
    Reset,
    /// It is closed in good order: TCP's FIN.
    Close,
    /// Nothing comes any more, until the client leaves.
    Stall {
        /// Until it is closed for it, where it does not leave.
        time: Option<Duration>,
    },
    /// Bytes come that are no HTTP, then the end.
    Garbage,
    /// A chunk without a length comes, then the end.
    MalformedChunk,
}
