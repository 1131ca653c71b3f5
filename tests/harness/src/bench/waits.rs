//! Measures many concurrent waits on one client and, for comparison, tasks that only sleep.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{command::output, server::Server};

const FEW: usize = 1_000;
const MANY: usize = 10_000;
const SECONDS: usize = 30;

/// Measurements of tasks that wait for results.
#[derive(Serialize)]
pub(super) struct Waits {
    few: Tasks,
    many: Tasks,
    sleeps: Tasks,
}

/// Output of the waiting program for one number of tasks on one thread.
#[derive(Deserialize, Serialize)]
pub(super) struct Tasks {
    count: usize,
    failed: usize,
    seconds: u64,
    /// Size of each future, in bytes.
    future_bytes: usize,
    /// Additional memory use while most tasks wait, in KiB.
    memory_kib: u64,
    peak_kib: u64,
    open_files: usize,
    requests: u64,
    /// Number of times that a task was woken.
    polls: u64,
    cpu_seconds: f64,
}

/// Runs the measurements. `mock` starts a server that never completes jobs; `program` is the waiting program.
pub(super) fn measure(mock: &mut Command, program: &Path) -> Result<Waits> {
    let server = Server::start(mock)?;
    let run = |what: &str, count: usize| -> Result<Tasks> {
        let mut command = Command::new(program);
        command.args([what, &server.ready.http, &count.to_string(), &SECONDS.to_string()]);
        let tasks: Tasks = serde_json::from_str(&output(&mut command)?)
            .context("reading the output of the waiting program")?;
        ensure!(tasks.failed == 0, "{} of {count} waits failed", tasks.failed);
        Ok(tasks)
    };
    Ok(Waits { few: run("wait", FEW)?, many: run("wait", MANY)?, sleeps: run("sleep", MANY)? })
}

impl Waits {
    pub(super) fn table(&self) -> String {
        let row = |what: &str, tasks: &Tasks| {
            let each = |kib: u64| kib * 1024 / tasks.count as u64;
            format!(
                "{what:<12}{:>7}  {:>6} B  {:>6} B  {:>6} B  {:>5}  {:>7}  {:>7}  {:>6.2} s\n",
                tasks.count,
                tasks.future_bytes,
                each(tasks.memory_kib),
                each(tasks.peak_kib),
                tasks.open_files,
                tasks.requests,
                tasks.polls,
                tasks.cpu_seconds,
            )
        };
        let head = "             tasks    future    memory      peak  files  requests   polls  processor\n";
        let rows = [row("waits", &self.few), row("waits", &self.many), row("sleeps", &self.sleeps)];
        format!("{SECONDS} s each, on one thread; bytes are per task\n\n{head}{}", rows.concat())
    }
}

#[cfg(test)]
impl Waits {
    pub(super) fn example() -> Self {
        let tasks = |count| Tasks {
            count,
            failed: 0,
            seconds: 30,
            future_bytes: 701,
            memory_kib: 1000,
            peak_kib: 2000,
            open_files: 702,
            requests: 703,
            polls: 704,
            cpu_seconds: 7.05,
        };
        Self { few: tasks(1000), many: tasks(10_000), sleeps: tasks(10_000) }
    }
}
