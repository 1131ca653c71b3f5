//! Limits the memory of the responses that are being sent.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::upload::SMALL;
use crate::journal::Whole;

/// Memory limit for all large responses that are being sent, in bytes. The last response that fits may exceed it.
const ROOM: usize = 16 << 20;
/// Maximum number of reports that are created at the same time. Each needs a few times its size.
const REPORTS_AT_ONCE: usize = 1;

/// Memory budget for large responses. Each response uses its size until its client has received it.
pub(super) struct Replies {
    /// Free memory, in KiB.
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Replies {
    pub(super) fn new() -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM >> 10)), turns: Arc::new(Semaphore::new(REPORTS_AT_ONCE)) }
    }

    /// Returns a permit to create a report. None if memory is short.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        (self.room.available_permits() > 0).then_some(turn)
    }

    /// Reserves memory for a large response, until its body is dropped. None if there is no memory.
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

/// Body of a response, with its reserved memory.
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
