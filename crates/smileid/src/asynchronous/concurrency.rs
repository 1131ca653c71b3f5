//! Limits the number of requests in progress.

use std::{sync::Arc, time::Duration};

use smileid_client::{TransportError, TransportErrorKind};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};

/// Limit of the requests in progress. Other requests wait in the order in which they came. Each request takes a connection, and a
/// process can only open a limited number. Clones share the limit.
#[derive(Clone, Debug)]
pub(super) struct ConcurrencyLimit(Arc<Semaphore>);

impl ConcurrencyLimit {
    /// Default limit of the requests in progress: about half of the 1024 files that most systems let a process open.
    pub(super) const DEFAULT: usize = 500;

    pub(super) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// Waits up to `time` for permission to send. The permission ends when it is dropped. Also returns the time left.
    pub(super) async fn next(
        &self,
        time: Duration,
    ) -> Result<(SemaphorePermit<'_>, Duration), TransportError> {
        let start = Instant::now();
        match timeout(time, self.0.acquire()).await {
            Ok(Ok(turn)) => Ok((turn, time.saturating_sub(start.elapsed()))),
            _ => Err(TransportError::new(TransportErrorKind::Busy)),
        }
    }
}
