//! Bodies that are sent slowly.

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

/// How long one body may take.
pub(super) const LONGEST: Duration = Duration::from_secs(300);
/// From one piece to the next of a body that keeps to a rate.
const PAUSE: Duration = Duration::from_millis(100);
/// In how many pieces a body comes that takes some time.
const PIECES: u32 = 10;

/// A body that is sent in pieces, with a pause from one to the next.
pub(super) struct Paced {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    /// The pause before the next piece.
    pausing: Option<Pin<Box<Sleep>>>,
    witness: Option<Witness>,
}

impl Paced {
    /// All at once.
    pub(super) fn whole(body: Bytes) -> Self {
        Self { piece: body.len(), rest: body, pause: Duration::ZERO, pausing: None, witness: None }
    }

    /// In so much time, beginning with a pause.
    pub(super) fn over(body: Bytes, time: Duration) -> Self {
        let pause = time / PIECES;
        let pausing = Some(Box::pin(sleep(pause)));
        Self { piece: body.len().div_ceil(PIECES as usize), rest: body, pause, pausing, witness: None }
    }

    /// So slowly, or as slowly as still takes no longer than [`LONGEST`].
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

    /// Before somebody who waits for its last byte. Of what has no body there is none.
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

/// How long so many bytes take.
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
