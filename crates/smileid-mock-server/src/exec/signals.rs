//! Signals: those that end the mock, and those that are passed on to a command.

#[cfg(not(unix))]
pub use elsewhere::{Signals, stop};
#[cfg(unix)]
pub use on_unix::{Signals, stop};

#[cfg(unix)]
mod on_unix {
    use std::{
        io::{self, IsTerminal as _},
        process::ExitStatus,
    };

    use rustix::process::{Pid, Signal, kill_process};
    use tokio::{
        process::Child,
        signal::unix::{SignalKind, signal},
        sync::mpsc,
    };

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

        /// Passes them on to a child until it ends.
        pub(in crate::exec) async fn pass_on_to(mut self, mut child: Child) -> io::Result<ExitStatus> {
            // What is typed at a terminal reaches the child without us; twice would be once too often.
            let typed = io::stdin().is_terminal();
            loop {
                tokio::select! {
                    ended = child.wait() => return ended,
                    Some(signal) = self.0.recv() => {
                        let is_theirs = typed && matches!(signal, Signal::INT | Signal::QUIT);
                        let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
                        if let Some(pid) = pid.filter(|_| !is_theirs) {
                            // It may just have ended, which the next turn finds.
                            let _ = kill_process(pid, signal);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::{io, process::ExitStatus};

    use tokio::{process::Child, signal::ctrl_c};

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

        /// Waits for a child, and outlives it when both are told to stop.
        pub(in crate::exec) async fn pass_on_to(self, mut child: Child) -> io::Result<ExitStatus> {
            loop {
                tokio::select! {
                    ended = child.wait() => return ended,
                    _ = ctrl_c() => {}
                }
            }
        }
    }
}
