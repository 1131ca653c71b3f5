//! Signals: those that end the mock, and those that are passed on to a command.
//!
//! A command that was told to stop has ten seconds for it, and one once it was told again. Then it is killed.

use std::time::Duration;

#[cfg(not(unix))]
pub use elsewhere::{Signals, stop};
#[cfg(unix)]
pub use on_unix::{Signals, stop};

/// How long a command may take to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long when it was told again, and how long it may take to be gone once it is killed.
const AGAIN: Duration = Duration::from_secs(1);

#[cfg(unix)]
mod on_unix {
    use std::{
        io::{self, IsTerminal as _},
        os::unix::process::ExitStatusExt as _,
        process::ExitStatus,
    };

    use rustix::process::{Pid, Signal, getpgid, kill_process, kill_process_group};
    use tokio::{
        process::Child,
        signal::unix::{SignalKind, signal},
        sync::mpsc,
        time::{Instant, sleep_until, timeout},
    };

    use super::{AGAIN, GRACE};

    /// Comes when the process is told to stop, from the moment this is called.
    ///
    /// # Errors
    ///
    /// When signals cannot be caught.
    pub fn stop() -> io::Result<impl Future<Output = ()>> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }

    /// Signals that a command is to have in place of this process.
    #[derive(Debug)]
    pub struct Signals(mpsc::Receiver<Signal>);

    impl Signals {
        /// Catches them from now on.
        ///
        /// # Errors
        ///
        /// When signals cannot be caught.
        pub fn catch() -> io::Result<Self> {
            let (caught, signals) = mpsc::channel(16);
            for (kind, name) in [
                (SignalKind::hangup(), Signal::HUP),
                (SignalKind::interrupt(), Signal::INT),
                (SignalKind::quit(), Signal::QUIT),
                (SignalKind::terminate(), Signal::TERM),
                (SignalKind::user_defined1(), Signal::USR1),
                (SignalKind::user_defined2(), Signal::USR2),
            ] {
                let mut signal = signal(kind)?;
                let caught = caught.clone();
                tokio::spawn(async move {
                    while signal.recv().await.is_some() && caught.send(name).await.is_ok() {}
                });
            }
            Ok(Self(signals))
        }

        /// Passes them on to a child until it ends, which it does a while after one that tells it to stop.
        pub(in crate::exec) async fn pass_on_to(mut self, mut child: Child) -> io::Result<ExitStatus> {
            // What is typed at a terminal reaches the child without us; twice would be once too often.
            let typed = io::stdin().is_terminal();
            let mut told: Option<(Signal, Instant)> = None;
            loop {
                let end = told.map_or_else(Instant::now, |(_, end)| end);
                tokio::select! {
                    ended = child.wait() => return ended,
                    () = sleep_until(end), if told.is_some() => break,
                    Some(signal) = self.0.recv() => {
                        if !matches!(signal, Signal::USR1 | Signal::USR2) {
                            let grace = if told.is_some() { AGAIN } else { GRACE };
                            let end = Instant::now() + grace;
                            told = Some((signal, told.map_or(end, |(_, before)| before.min(end))));
                        }
                        let is_theirs = typed && matches!(signal, Signal::INT | Signal::QUIT);
                        let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
                        if let Some(pid) = pid.filter(|_| !is_theirs) {
                            // It may just have ended, which the next turn finds.
                            let _ = kill_process(pid, signal);
                        }
                    }
                }
            }
            // With what it has started, where it leads a group of its own.
            if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?))
                && getpgid(Some(pid)).is_ok_and(|group| group == pid)
            {
                let _ = kill_process_group(pid, Signal::KILL);
            }
            child.start_kill()?;
            let ended = timeout(AGAIN, child.wait()).await;
            match told {
                Some((signal, _)) => Ok(ExitStatus::from_raw(signal.as_raw())),
                None => ended.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())),
            }
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::{io, process::ExitStatus};

    use tokio::{
        process::Child,
        signal::ctrl_c,
        time::{sleep, timeout},
    };

    use super::{AGAIN, GRACE};

    /// Comes when the process is told to stop.
    ///
    /// # Errors
    ///
    /// None, here.
    pub fn stop() -> io::Result<impl Future<Output = ()>> {
        Ok(async {
            let _ = ctrl_c().await;
        })
    }

    /// What is typed at the console reaches a command without us.
    #[derive(Debug)]
    pub struct Signals;

    impl Signals {
        /// Catches nothing.
        ///
        /// # Errors
        ///
        /// None, here.
        pub fn catch() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits for a child, and outlives it when both are told to stop, which it does a while after that.
        pub(in crate::exec) async fn pass_on_to(self, mut child: Child) -> io::Result<ExitStatus> {
            tokio::select! {
                ended = child.wait() => return ended,
                _ = ctrl_c() => {}
            }
            let told_again = async {
                let _ = timeout(GRACE, ctrl_c()).await;
                sleep(AGAIN).await;
            };
            tokio::select! {
                ended = child.wait() => return ended,
                () = told_again => {}
            }
            child.start_kill()?;
            child.wait().await
        }
    }
}
