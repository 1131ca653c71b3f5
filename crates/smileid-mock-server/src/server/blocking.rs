//! Blocking methods, for tests without async.

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

/// Without async. None of these methods needs a runtime.
impl MockServer {
    /// [`MockServer::start`], blocking the thread.
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

    /// [`MockServer::start_with`], blocking the thread.
    ///
    /// # Errors
    ///
    /// As for [`MockServer::start_with`].
    pub fn start_with_blocking(options: Options) -> io::Result<Self> {
        block_on(Self::start_with(options))
    }

    /// [`MockServer::advance`], blocking the thread.
    pub fn advance_blocking(&self, duration: Duration) {
        self.clock().advance_blocking(duration);
    }
}

/// Without async.
impl PartnerClock<'_> {
    /// [`PartnerClock::advance`], blocking the thread.
    pub fn advance_blocking(self, duration: Duration) {
        block_on(self.advance(duration));
    }

    /// [`PartnerClock::run_until_idle`], blocking the thread.
    pub fn run_until_idle_blocking(self) {
        block_on(self.run_until_idle());
    }
}

/// Runs a future on this thread. The server has a thread of its own, which wakes this one.
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
