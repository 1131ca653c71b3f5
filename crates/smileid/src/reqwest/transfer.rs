//! What the two ends of a transfer, the call and the body that its connection sends, know of one another.

use std::{
    io,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use smileid_client::{TransportError, TransportErrorKind};
use tokio::time::{Instant, timeout_at};

/// The call's end. Dropping it ends the transfer.
#[derive(Debug)]
pub(super) struct Transfer {
    shared: Arc<Shared>,
    stall_timeout: Duration,
}

impl Transfer {
    /// Begins: something must move before `first` is over, and then again and again within `stall_timeout`.
    pub(super) fn begin(first: Duration, stall_timeout: Duration) -> Self {
        let state = State { deadline: later(first), is_over: false, broken: None };
        Self { shared: Arc::new(Shared { state: Mutex::new(state), stall_timeout }), stall_timeout }
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Something came in.
    pub(super) fn moved(&self) {
        self.shared.moved();
    }

    /// Does `work`, unless nothing moves for too long.
    pub(super) async fn watch<T>(
        &self,
        work: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        let mut work = pin!(work);
        loop {
            let deadline = self.shared.state().deadline;
            if let Ok(result) = timeout_at(deadline, work.as_mut()).await {
                return result;
            }
            if self.shared.state().deadline == deadline {
                let stalled = format!("nothing moved for {:?}", self.stall_timeout);
                return Err(TransportError::new(TransportErrorKind::Timeout).with_source(stalled));
            }
        }
    }

    /// What went wrong with the body, if that is what went wrong.
    pub(super) fn broken(&self) -> Option<io::Error> {
        self.shared.state().broken.take()
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
    }
}

/// What the body is told, and tells.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    stall_timeout: Duration,
}

#[derive(Debug)]
struct State {
    deadline: Instant,
    is_over: bool,
    broken: Option<io::Error>,
}

impl Shared {
    /// Something went out or came in.
    pub(super) fn moved(&self) {
        self.state().deadline = later(self.stall_timeout);
    }

    /// The body cannot be sent. What the connection is told in the error's place says nothing.
    pub(super) fn broke(&self, error: io::Error) -> io::Error {
        self.state().broken = Some(error);
        io::ErrorKind::Other.into()
    }

    /// Whether nobody waits any more: a server that answers early has the rest of the body spared.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later(duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(365 * 24 * 3600);
    Instant::now() + duration.min(FAR)
}
