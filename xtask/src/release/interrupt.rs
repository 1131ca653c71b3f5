//! Ctrl-C, which ends a rehearsal and leaves nothing of it.

use std::{
    io,
    process::{Child, Command, ExitStatus},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::workspace::line;

/// How often a running command is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Whether the process was told to stop.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on the process does not end when it is told to; [`Self::check`] says so in its place.
    pub(crate) fn catch() -> Result<Self> {
        let told = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, told.clone()).context("catching signals")?;
        }
        Ok(Self(told))
    }

    /// Fails once the process was told to stop.
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(!self.is_told(), "interrupted; everything is as it was");
        Ok(())
    }

    /// Runs a command to its end, or stops it, and all that it has started, when the process is told to stop.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        self.check()?;
        let line = line(command);
        let child = apart(command).spawn().with_context(|| format!("starting `{line}`"))?;
        let status = self.wait(child).with_context(|| format!("waiting for `{line}`"))?;
        self.check()?;
        if !status.success() {
            bail!("`{line}` failed ({status})");
        }
        Ok(())
    }

    fn wait(&self, mut child: Child) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if self.is_told() {
                stop(&child);
                return child.wait();
            }
            thread::sleep(LOOK);
        }
    }

    fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Has a command start in a group of its own, which Ctrl-C does not reach and which can be stopped as a whole.
#[cfg(unix)]
pub(crate) fn apart(command: &mut Command) -> &mut Command {
    std::os::unix::process::CommandExt::process_group(command, 0)
}

#[cfg(unix)]
fn stop(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};

    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may just have ended, which whoever waits for it finds.
        let _ = kill_process_group(group, Signal::TERM);
    }
}

/// Elsewhere Ctrl-C reaches the command without us.
#[cfg(not(unix))]
pub(crate) fn apart(command: &mut Command) -> &mut Command {
    command
}

#[cfg(not(unix))]
fn stop(_: &Child) {}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_command_is_stopped_with_all_that_it_has_started() {
        let interrupt = Interrupt(Arc::default());
        let told = interrupt.0.clone();
        // What it has started holds the other end for as long as it runs.
        let (mut reader, writer) = io::pipe().unwrap();
        let look = thread::spawn(move || {
            reader.read_exact(&mut [0]).unwrap();
            told.store(true, Ordering::Relaxed);
            reader.read(&mut [0]).unwrap()
        });
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & printf x; sleep 60"]).stdout(writer);
        let refusal = interrupt.run(&mut command).unwrap_err().to_string();
        assert!(refusal.contains("interrupted"), "{refusal}");
        drop(command); // which holds it too
        assert_eq!(look.join().unwrap(), 0, "nobody is left");
        assert!(interrupt.run(&mut Command::new("no such program")).is_err(), "nothing is started any more");
    }

    #[test]
    fn what_fails_is_said() {
        let interrupt = Interrupt(Arc::default());
        assert!(interrupt.run(&mut Command::new("true")).is_ok());
        let refusal = interrupt.run(&mut Command::new("false")).unwrap_err().to_string();
        assert!(refusal.contains("`false` failed"), "{refusal}");
    }
}
