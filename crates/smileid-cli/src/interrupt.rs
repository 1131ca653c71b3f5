//! Handles the signals SIGINT (Ctrl-C) and SIGTERM.

use std::{io, process};

use crate::failure::{Failure, Kind};

/// Runs a command that prints only `interrupted` when a signal stops it.
pub(crate) async fn unless_interrupted<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    Signals::catch().or_interrupted(work).await
}

/// Signals that end the command.
///
/// After the drop, a signal ends the process immediately.
pub(crate) struct Signals(Option<Streams>);

impl Signals {
    /// Starts to catch signals. If that fails, signals end the process as usual.
    pub(crate) fn catch() -> Self {
        Self(Streams::new().ok())
    }

    /// Runs `work` until it ends or a signal arrives.
    pub(crate) async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Kind> {
        let Some(streams) = &mut self.0 else { return Ok(work.await) };
        tokio::select! {
            biased;
            done = work => Ok(done),
            kind = streams.next() => Err(kind),
        }
    }

    /// Runs `work`, or fails with `interrupted` if a signal arrives first.
    pub(crate) async fn or_interrupted<T>(
        &mut self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.unless(work).await.unwrap_or_else(|kind| Err(Failure::new(kind, "interrupted")))
    }
}

/// Tokio catches the signals for the rest of the process, so a task handles them after this value is dropped.
impl Drop for Signals {
    fn drop(&mut self) {
        if let Some(mut streams) = self.0.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { process::exit(i32::from(streams.next().await.exit_code())) });
        }
    }
}

#[cfg(unix)]
struct Streams {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Streams {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> Kind {
        tokio::select! {
            _ = self.interrupt.recv() => Kind::Interrupted,
            _ = self.terminate.recv() => Kind::Terminated,
        }
    }
}

#[cfg(not(unix))]
struct Streams;

#[cfg(not(unix))]
impl Streams {
    #[expect(clippy::unnecessary_wraps, reason = "catching signals fails elsewhere")]
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Kind {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Kind::Interrupted,
            Err(_) => std::future::pending().await,
        }
    }
}
