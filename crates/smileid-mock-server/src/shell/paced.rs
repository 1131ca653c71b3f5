//! HTTP bodies that are sent slowly, in pieces.

use std::{
    convert::Infallible,
    num::NonZeroU32,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::model::observer::Witness;

/// Maximum duration of sending one body.
pub(super) const LONGEST: Duration = Duration::from_secs(300);
/// Pause between the pieces of a body that is sent at a rate.
const PAUSE: Duration = Duration::from_millis(100);
/// Number of pieces of a body that is sent over a duration.
const PIECES: u32 = 10;

/// Body that is sent in pieces, with pauses between them.
pub(super) struct Paced {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    /// Pause before the next piece of the body.
    pausing: Option<Pin<Box<Sleep>>>,
    witness: Option<Witness>,
}

impl Paced {
    /// Creates a body that is sent at once.
    pub(super) fn whole(body: Bytes) -> Self {
        Self { piece: body.len(), rest: body, pause: Duration::ZERO, pausing: None, witness: None }
    }

    /// Creates a body that is sent over `time`, beginning with a pause.
    pub(super) fn over(body: Bytes, time: Duration) -> Self {
        let pause = time / PIECES;
        let pausing = Some(Box::pin(sleep(pause)));
        Self { piece: body.len().div_ceil(PIECES as usize), rest: body, pause, pausing, witness: None }
    }

    /// Creates a body that is sent at this rate, or faster if it would take longer than [`LONGEST`].
    pub(super) fn slow(body: Bytes, bytes_per_second: NonZeroU32) -> Self {
        let duration = at_rate(body.len(), bytes_per_second).min(LONGEST);
        let pieces = usize::try_from(duration.as_millis() / PAUSE.as_millis()).unwrap_or(usize::MAX);
        Self {
            piece: body.len().div_ceil(pieces.max(1)),
            rest: body,
            pause: PAUSE,
            pausing: None,
            witness: None,
        }
    }

    /// Adds a witness, which reports to the observer after the last byte. Without a body, it reports at once.
    pub(super) fn before(self, witness: Option<Witness>) -> Self {
        match witness {
            Some(witness) if witness.has_no_body() => {
                witness.sent();
                self
            }
            witness => Self { witness, ..self },
        }
    }
}

/// Returns the time that `bytes` bytes take at this rate.
pub(super) fn at_rate(bytes: usize, bytes_per_second: NonZeroU32) -> Duration {
    let millis = (bytes as u64).saturating_mul(1000) / u64::from(bytes_per_second.get());
    Duration::from_millis(millis)
}

impl Body for Paced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(pausing) = &mut self.pausing {
            ready!(pausing.as_mut().poll(context));
            self.pausing = None;
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let count = self.piece.min(self.rest.len());
        let piece = self.rest.split_to(count);
        if !self.rest.is_empty() {
            self.pausing = Some(Box::pin(sleep(self.pause)));
        } else if let Some(witness) = self.witness.take() {
            witness.sent();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
