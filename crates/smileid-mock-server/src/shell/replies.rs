//! The replies that are on their way, within a limit of all together.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::upload::SMALL;
use crate::journal::Whole;

/// How many bytes of large replies may be on their way to all clients together. The reply that reaches the limit may
/// be larger than what is left.
const ROOM: usize = 16 << 20;
/// How many reports are made at once. Each takes a few times its size.
const REPORTS_AT_ONCE: usize = 1;

/// Room for large replies. Each takes its size until its client has taken it.
pub(super) struct Replies {
    /// In KiB.
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Replies {
    pub(super) fn new() -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM >> 10)), turns: Arc::new(Semaphore::new(REPORTS_AT_ONCE)) }
    }

    /// A turn to make a report. None when there is no room for it.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        (self.room.available_permits() > 0).then_some(turn)
    }

    /// Takes room for a reply if it is large, until its body is dropped. None when there is none.
    pub(super) fn hold(&self, reply: Response<Bytes>) -> Option<Response<Bytes>> {
        let is_kept_anyway = reply.extensions().get::<Whole>().is_some();
        if reply.body().len() <= SMALL || is_kept_anyway {
            return Some(reply);
        }
        let wanted = (reply.body().len() >> 10).min(self.room.available_permits());
        let wanted = u32::try_from(wanted).ok().filter(|wanted| *wanted > 0)?;
        let room = Arc::clone(&self.room).try_acquire_many_owned(wanted).ok()?;
        Some(reply.map(|body| Bytes::from_owner(Held { body, _room: room })))
    }
}

/// A body and the room it takes.
struct Held {
    body: Bytes,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(bytes: usize) -> Response<Bytes> {
        Response::new(Bytes::from(vec![0; bytes]))
    }

    #[tokio::test]
    async fn large_replies_take_room_until_they_are_dropped() {
        let replies = Replies::new();
        let first = replies.hold(reply(ROOM - (1 << 20))).unwrap();
        let last = replies.hold(reply(3 << 20)).expect("what is left is not nothing");
        assert!(replies.hold(reply(SMALL + 1)).is_none());
        assert!(replies.turn().await.is_none(), "a report would find no room");
        assert!(replies.hold(reply(SMALL)).is_some(), "what is small takes none");
        let mut catalogue = reply(SMALL + 1);
        catalogue.extensions_mut().insert(Whole);
        assert!(replies.hold(catalogue).is_some(), "all replies share its memory");

        let rest = last.into_body().slice(1 << 20..);
        assert!(replies.hold(reply(SMALL + 1)).is_none(), "a part of it is on its way");
        drop(rest);
        let turn = replies.turn().await.unwrap();
        assert!(replies.hold(reply(1 << 20)).is_some());
        drop((first, turn));
        assert!(replies.hold(reply(2 * ROOM)).is_some(), "one alone may be larger than all the room");
    }
}
