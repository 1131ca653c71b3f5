//! The body of a callback, which may be made to come slowly.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// In how many pieces a slow body comes.
const PIECES: usize = 10;

/// A body that comes at once, or in pieces over some time.
pub(super) struct Trickle {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Trickle {
    pub(super) fn new(body: Bytes, slow: Option<Duration>) -> Self {
        let pieces = if slow.is_some() { PIECES } else { 1 };
        let pause = slow.unwrap_or_default() / u32::try_from(pieces).unwrap_or(1);
        Self { piece: body.len().div_ceil(pieces).max(1), rest: body, pause, sleep: Box::pin(sleep(pause)) }
    }
}

impl Body for Trickle {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if !self.pause.is_zero() {
            std::task::ready!(self.sleep.as_mut().poll(context));
            let next = Instant::now() + self.pause;
            self.sleep.as_mut().reset(next);
        }
        let length = self.piece.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
