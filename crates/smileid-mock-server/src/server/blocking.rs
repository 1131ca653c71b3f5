//! Blocking methods of the mock server, for tests without async.

use std::{
    future::Future,
    io,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use super::{MockServer, Options, PartnerClock};

/// Blocking methods. None of them needs an async runtime.
impl MockServer {
    /// Does the same as [`MockServer::start`] but blocks the thread.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use smileid_mock_server::MockServer;
    ///
    /// let server = MockServer::start_blocking()?;
    /// let before = server.clock().now();
    /// server.advance_blocking(Duration::from_secs(3600));
    /// assert!(server.clock().now() >= before.after(Duration::from_secs(3600)));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`MockServer::start`].
    pub fn start_blocking() -> io::Result<Self> {
        block_on(Self::start())
    }

    /// Does the same as [`MockServer::start_with`] but blocks the thread.
    ///
    /// # Errors
    ///
    /// As for [`MockServer::start_with`].
    pub fn start_with_blocking(options: Options) -> io::Result<Self> {
        block_on(Self::start_with(options))
    }

    /// Does the same as [`MockServer::advance`] but blocks the thread.
    pub fn advance_blocking(&self, duration: Duration) {
        self.clock().advance_blocking(duration);
    }
}

/// Blocking methods of a partner's clock.
impl PartnerClock<'_> {
    /// Does the same as [`PartnerClock::advance`] but blocks the thread.
    pub fn advance_blocking(self, duration: Duration) {
        block_on(self.advance(duration));
    }

    /// Does the same as [`PartnerClock::run_until_idle`] but blocks the thread.
    pub fn run_until_idle_blocking(self) {
        block_on(self.run_until_idle());
    }
}

/// Runs a future on this thread. The server has its own thread, which wakes this one.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
