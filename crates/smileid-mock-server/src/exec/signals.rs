//! Signals that stop the mock server, and signals that are passed on to a command.
//!
//! A command has ten seconds to stop after a signal, and one second after a repeated one. Then it is killed.

use std::time::Duration;

#[cfg(not(unix))]
pub use elsewhere::{Signals, stop};
#[cfg(unix)]
pub use on_unix::{Signals, stop};

/// Time limit for the command to end after a signal to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Time limit for the command to end after a second signal, and after it was killed.
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

    /// Completes when the process receives a signal to stop. Signals are caught from the time of the call.
    ///
    /// # Errors
    ///
    /// If signals cannot be caught.
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

    /// Signals to pass on to a command instead of ending this process.
    #[derive(Debug)]
    pub struct Signals(mpsc::Receiver<Signal>);

    impl Signals {
        /// Starts to catch signals.
        ///
        /// # Errors
        ///
        /// If signals cannot be caught.
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

        /// Passes signals on to a child process until it ends. Kills the child if it does not end in time after a
        /// signal to stop.
        pub(in crate::exec) async fn pass_on_to(mut self, mut child: Child) -> io::Result<ExitStatus> {
            // The terminal sends signals of the keyboard, such as Ctrl-C, to the child directly, so they are not passed
            // on.
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
                            // Sending fails if the child has just ended. The next iteration notices that.
                            let _ = kill_process(pid, signal);
                        }
                    }
                }
            }
            // If the child leads its own process group, its descendants are killed with it.
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

    /// Completes when the process receives a signal to stop.
    ///
    /// # Errors
    ///
    /// None on this system.
    pub fn stop() -> io::Result<impl Future<Output = ()>> {
        Ok(async {
            let _ = ctrl_c().await;
        })
    }

    /// Signals on this system. Commands receive the input of the console directly.
    #[derive(Debug)]
    pub struct Signals;

    impl Signals {
        /// Does nothing, because this system passes signals to the command itself.
        ///
        /// # Errors
        ///
        /// None on this system.
        pub fn catch() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits until a child process ends. After a signal to stop, which the child receives too, it has a time limit.
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
