//! SIGINT and SIGTERM while a request is under way.

use std::process;

use crate::failure::Kind;

/// Does `work` unless a signal comes first, and then says which. A later signal ends the process at once.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Result<T, Kind> {
    let Ok(signals) = signals() else { return Ok(work.await) };
    let mut signals = Box::pin(signals);
    tokio::select! {
        biased;
        done = work => {
            tokio::spawn(async move { process::exit(i32::from(signals.await.exit_code())) });
            Ok(done)
        }
        kind = &mut signals => Err(kind),
    }
}

#[cfg(unix)]
fn signals() -> std::io::Result<impl Future<Output = Kind> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Kind::Interrupted,
            _ = terminate.recv() => Kind::Terminated,
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "catching signals fails elsewhere")]
fn signals() -> std::io::Result<impl Future<Output = Kind> + Send + 'static> {
    Ok(async {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Kind::Interrupted,
            Err(_) => std::future::pending().await,
        }
    })
}
