//! State that a call shares with its request body while the body is sent.

use std::{
    io,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use smileid_client::{TransportError, TransportErrorKind};
use tokio::time::{Instant, timeout_at};

/// The call's handle of a transfer. Dropping it ends the transfer.
#[derive(Debug)]
pub(super) struct Transfer {
    shared: Arc<Shared>,
    stall_timeout: Duration,
}

impl Transfer {
    /// Starts a transfer: data must move before `first` has passed, and then again within each `stall_timeout`.
    pub(super) fn begin(first: Duration, stall_timeout: Duration) -> Self {
        let state = State { deadline: later(first), is_over: false, broken: None };
        Self { shared: Arc::new(Shared { state: Mutex::new(state), stall_timeout }), stall_timeout }
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Records that data was received.
    pub(super) fn moved(&self) {
        self.shared.moved();
    }

    /// Runs `work`, unless the transfer stalls.
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

    /// Returns the error of the body, if it caused the failure.
    pub(super) fn broken(&self) -> Option<io::Error> {
        self.shared.state().broken.take()
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
    }
}

/// State of the transfer that the body reads and updates.
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
    /// Records that data was sent or received.
    pub(super) fn moved(&self) {
        self.state().deadline = later(self.stall_timeout);
    }

    /// Stores the error of the body, and returns a plain error for the connection.
    pub(super) fn broke(&self, error: io::Error) -> io::Error {
        self.state().broken = Some(error);
        io::ErrorKind::Other.into()
    }

    /// Returns true if the call has ended, for example because the server responded early. The rest of the body is then not sent.
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
