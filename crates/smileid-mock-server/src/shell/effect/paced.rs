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

/// How long one body may take.
pub(in crate::shell) const LONGEST: Duration = Duration::from_secs(300);
/// From one piece to the next.
const PAUSE: Duration = Duration::from_millis(100);

/// A body that is sent in pieces, with a pause before each but the first.
pub(in crate::shell) struct Paced {
    rest: Bytes,
    piece: usize,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    /// All at once.
    pub(in crate::shell) fn whole(body: Bytes) -> Self {
        Self { piece: body.len(), rest: body, pause: None }
    }

    /// So slowly, or as slowly as still takes no longer than [`LONGEST`].
    pub(in crate::shell) fn slow(body: Bytes, bytes_per_second: NonZeroU32) -> Self {
        let duration = at_rate(body.len(), bytes_per_second).min(LONGEST);
        let pieces = usize::try_from(duration.as_millis() / PAUSE.as_millis()).unwrap_or(usize::MAX);
        Self { piece: body.len().div_ceil(pieces.max(1)), rest: body, pause: None }
    }
}

/// How long so many bytes take.
pub(in crate::shell) fn at_rate(bytes: usize, bytes_per_second: NonZeroU32) -> Duration {
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
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let count = self.piece.min(self.rest.len());
        let piece = self.rest.split_to(count);
        if !self.rest.is_empty() {
            self.pause = Some(Box::pin(sleep(PAUSE)));
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
