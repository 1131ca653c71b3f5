//! The bodies of requests, read within limits: of each, and of all together.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::paced::{LONGEST, at_rate};
use crate::{
    faults::{Cut, Transfer},
    service::Unread,
};

/// How long a body may pause.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much of a body may be there without room being kept for it: what most messages need.
pub(super) const SMALL: usize = 64 << 10;
/// How much of a body is asked for in advance, whatever its announced length.
const ADVANCE: usize = 1 << 20;
/// How much room there is for larger bodies, all requests of a port together.
const ROOM: usize = 256 << 20;

/// Room for bodies, in KiB.
pub(super) struct Room(Arc<Semaphore>);

/// A body, and the room it takes until it is handled.
pub(super) struct Upload {
    pub(super) body: Bytes,
    pub(super) room: Option<OwnedSemaphorePermit>,
}

/// Why there is no body.
#[derive(Debug)]
pub(super) enum Missing {
    Unread(Unread),
    Cut(Cut),
}

impl From<Unread> for Missing {
    fn from(why: Unread) -> Self {
        Self::Unread(why)
    }
}

impl Room {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(ROOM >> 10)))
    }

    /// Waits until there is room for a body of so many bytes.
    async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let kibibytes = bytes.min(ROOM).div_ceil(1 << 10);
        Arc::clone(&self.0).acquire_many_owned(u32::try_from(kibibytes).ok()?).await.ok()
    }

    /// Reads a body of up to `limit` bytes. One that is announced to be larger is not read at all.
    pub(super) async fn read(
        &self,
        headers: &HeaderMap,
        mut body: Incoming,
        limit: usize,
        transfer: Transfer,
    ) -> Result<Upload, Missing> {
        let announced = announced(headers);
        if announced.is_some_and(|length| length > limit) {
            return Err(Unread::TooLarge.into());
        }
        let mut room = None;
        let mut collected = BytesMut::with_capacity(announced.unwrap_or(0).min(SMALL));
        let mut pace = Pace { slept: Duration::ZERO };
        loop {
            if let Transfer::Cut { after, how } = transfer
                && collected.len() >= after
            {
                return Err(Missing::Cut(how));
            }
            let Some(frame) = timeout(PATIENCE, body.frame()).await.map_err(|_| Unread::TooSlow)? else {
                break;
            };
            let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
            let length = collected.len() + data.len();
            if length > limit {
                return Err(Unread::TooLarge.into());
            }
            if length > SMALL && room.is_none() {
                // Room for all of it at once: if each took some and waited for more, none might ever have enough.
                room = self.take(announced.unwrap_or(limit)).await;
                collected.reserve(announced.unwrap_or(0).min(ADVANCE));
            }
            collected.extend_from_slice(&data);
            if let Transfer::Slow { bytes_per_second } = transfer {
                pace.keep(data.len(), bytes_per_second).await;
            }
        }
        match transfer {
            Transfer::Cut { how, .. } | Transfer::Unsent { how } => Err(Missing::Cut(how)),
            Transfer::Whole | Transfer::Slow { .. } => Ok(Upload { body: collected.freeze(), room }),
        }
    }
}

/// How long a body is to be, where the head says so.
fn announced(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok()?;
    Some(usize::try_from(length).unwrap_or(usize::MAX))
}

/// Keeps to a rate, for as long as a body may take.
struct Pace {
    slept: Duration,
}

impl Pace {
    async fn keep(&mut self, bytes: usize, bytes_per_second: NonZeroU32) {
        let wait = at_rate(bytes, bytes_per_second).min(LONGEST.saturating_sub(self.slept));
        self.slept += wait;
        sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_no_room_waits_for_it() {
        let room = Room::new();
        let at_once = Duration::ZERO;
        let most = room.take(ROOM - 1024).await;
        let little = timeout(at_once, room.take(1)).await.expect("there is a kibibyte left");
        assert!(timeout(at_once, room.take(1)).await.is_err());
        drop(most);
        assert!(timeout(at_once, room.take(usize::MAX)).await.is_err(), "all of it is not free");
        drop(little);
        assert!(timeout(at_once, room.take(usize::MAX)).await.is_ok(), "nobody needs more than there is");
    }
}
