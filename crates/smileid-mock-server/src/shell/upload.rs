//! Reads the bodies of requests, with a size limit for each body and a memory limit for all bodies together.

use std::{num::NonZeroU32, pin::pin, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header::CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout_at},
};

use super::{
    crowd::{Crowd, Heard},
    paced::{LONGEST, at_rate},
};
use crate::{
    control::faults::{BodyDelivery, ConnectionAbort},
    refusal::Unread,
};

/// Maximum pause within a body.
const PATIENCE: Duration = Duration::from_secs(60);
/// Maximum pause within a body while other connections wait to be accepted.
const WHEN_CROWDED: Duration = Duration::from_secs(5);
/// Time limit for a whole body, without delays by faults and waits for memory.
const WHOLE: Duration = Duration::from_secs(300);
/// Maximum time for which a body waits for memory.
const FOR_ROOM: Duration = Duration::from_secs(30);
/// Time limit for a body that uses the memory reserve, because other bodies wait for it.
const IN_RESERVE: Duration = Duration::from_secs(30);
/// Size of most requests, in bytes. Larger bodies are handled off the event loop.
pub(super) const SMALL: usize = 64 << 10;
/// Size up to which a body needs no reserved memory, in bytes.
const FREE: usize = 4 << 10;
/// Maximum number of pieces of a body, in addition to one for each KiB. Each piece costs some microseconds, however
/// small it is.
const PIECES: usize = 32 << 10;
/// Memory for the bodies of all requests in total, in bytes.
const ROOM: usize = 48 << 20;

/// Memory budget for request bodies. Each body uses as much memory as has arrived of it.
///
/// If no memory is left, one body at a time may use the reserve, which is as large as the largest allowed body. So at
/// least one body can always be read completely, and then frees its memory.
pub(super) struct Room {
    /// Free memory, in KiB.
    shared: Arc<Semaphore>,
    reserve: Arc<Semaphore>,
}

/// Memory that is reserved for a body.
#[derive(Default)]
pub(super) struct Taken {
    shared: Option<OwnedSemaphorePermit>,
    reserve: Option<OwnedSemaphorePermit>,
}

/// Body of a request, with its reserved memory until the request is handled.
pub(super) struct Upload {
    pub(super) body: Bytes,
    pub(super) room: Taken,
}

/// Reason why a body could not be read.
#[derive(Debug)]
pub(super) enum Missing {
    Unread(Unread),
    Cut(ConnectionAbort),
}

impl From<Unread> for Missing {
    fn from(why: Unread) -> Self {
        Self::Unread(why)
    }
}

impl Room {
    pub(super) fn new() -> Self {
        Self { shared: Arc::new(Semaphore::new(ROOM >> 10)), reserve: Arc::new(Semaphore::new(1)) }
    }

    /// Reserves memory for the `bytes` of a body that have arrived. Returns false after too long a wait.
    async fn take(&self, taken: &mut Taken, bytes: usize) -> bool {
        let before = taken.shared.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = bytes.saturating_sub(FREE).div_ceil(1 << 10).saturating_sub(before);
        let (false, Ok(more)) = (more == 0 || taken.reserve.is_some(), u32::try_from(more)) else {
            return true;
        };
        let shared = if let Ok(shared) = Arc::clone(&self.shared).try_acquire_many_owned(more) {
            shared
        } else {
            tokio::select! {
                biased;
                Ok(shared) = Arc::clone(&self.shared).acquire_many_owned(more) => shared,
                Ok(reserve) = Arc::clone(&self.reserve).acquire_owned() => {
                    taken.reserve = Some(reserve);
                    return true;
                }
                () = sleep(FOR_ROOM) => return false,
            }
        };
        match &mut taken.shared {
            Some(before) => before.merge(shared),
            none => *none = Some(shared),
        }
        true
    }

    /// Reads a body of up to `limit` bytes. If its `Content-Length` is larger, the body is not read.
    pub(super) async fn read(
        &self,
        headers: &HeaderMap,
        mut body: Incoming,
        limit: usize,
        transfer: BodyDelivery,
        crowd: &Crowd,
    ) -> Result<Upload, Missing> {
        let announced = announced(headers);
        if announced.is_some_and(|length| length > limit) {
            return Err(Unread::TooLarge.into());
        }
        let mut room = Taken::default();
        let mut collected = BytesMut::new();
        let mut pace = Pace { slept: Duration::ZERO };
        let mut end = Instant::now() + WHOLE;
        let heard = Heard::now();
        let mut displaced = pin!(crowd.displaces(&heard, WHEN_CROWDED));
        let mut pieces = 0;
        loop {
            if let BodyDelivery::Cut { after, how } = transfer
                && collected.len() >= after
            {
                return Err(Missing::Cut(how));
            }
            let until = end.min(Instant::now() + PATIENCE);
            let next = tokio::select! {
                biased;
                next = timeout_at(until, body.frame()) => next.map_err(|_| Unread::TooSlow)?,
                () = displaced.as_mut() => return Err(Unread::TooSlow.into()),
            };
            let Some(frame) = next else { break };
            heard.again();
            pieces += 1;
            let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
            let length = collected.len() + data.len();
            if pieces > PIECES + (length >> 10) {
                return Err(Unread::TooManyPieces.into());
            }
            if length > limit {
                return Err(Unread::TooLarge.into());
            }
            let began = Instant::now();
            let had_reserve = room.reserve.is_some();
            if !self.take(&mut room, length).await {
                return Err(Unread::NoRoom.into());
            }
            collected.extend_from_slice(&data);
            if let BodyDelivery::Slow { bytes_per_second } = transfer {
                pace.keep(data.len(), bytes_per_second).await;
            }
            end += began.elapsed(); // the client is not responsible for this delay
            heard.again();
            if room.reserve.is_some() && !had_reserve {
                end = end.min(Instant::now() + IN_RESERVE);
            }
        }
        match transfer {
            BodyDelivery::Cut { how, .. } | BodyDelivery::Unsent { how } => Err(Missing::Cut(how)),
            BodyDelivery::Whole | BodyDelivery::Slow { .. } => Ok(Upload { body: collected.freeze(), room }),
        }
    }
}

/// Returns the length of a body in the `Content-Length` header, if there is one.
fn announced(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok()?;
    Some(usize::try_from(length).unwrap_or(usize::MAX))
}

/// Limits the rate at which a body is read, up to the maximum duration of a body.
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

    #[tokio::test(start_paused = true)]
    async fn room_is_taken_for_what_arrived_and_one_body_can_always_go_on() {
        let room = Room::new();
        let mut slow: [Taken; 6] = Default::default();
        for taken in &mut slow {
            assert!(room.take(taken, 64 << 10).await);
        }
        let mut large = Taken::default();
        assert!(room.take(&mut large, 47 << 20).await, "little arrived of the others");
        assert!(large.reserve.is_none());

        assert!(room.take(&mut large, 50 << 20).await);
        assert!(large.reserve.is_some());
        let mut second = Taken::default();
        assert!(!room.take(&mut second, 3 << 20).await, "who finds no room is told so in the end");
        assert!(room.take(&mut second, FREE).await, "what is small needs none");
        drop(large);
        assert!(room.take(&mut second, 3 << 20).await);
        assert!(second.reserve.is_none());
    }
}
