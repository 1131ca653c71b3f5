//! Command `cargo xtask bench`: measures the mock server, an axum server with two handlers for comparison, and the cost of
//! waiting for results.

mod waits;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    num::NonZero,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use waits::Waits;

use crate::{
    command::output,
    server::{Server, build, program},
};

/// Number of requests in one throughput measurement.
const REQUESTS: usize = 50_000;
const SECONDS: u64 = 10;
const WARM_UP: usize = 500;
/// Number of server starts that are measured. The median is reported.
const STARTS: usize = 9;

/// Runs all measurements, prints the figures, and writes them to `json` if given. The memory of the mock server is measured again
/// after `requests` requests.
pub(crate) fn run(root: &Path, requests: usize, json: Option<&Path>) -> Result<()> {
    let programs = build(
        root,
        "smileid-mock-server",
        &[
            "-p",
            "smileid",
            "--release",
            "--bin",
            "smileid-mock",
            "--example",
            "bench_axum",
            "--example",
            "bench_load",
            "--example",
            "bench_waits",
        ],
    )?;
    let load = Load(program(&programs, "bench_load")?.to_owned());
    let mut mock = Command::new(program(&programs, "smileid-mock")?);
    mock.args(["--http", "127.0.0.1:0", "--https", "off"]).current_dir(root);
    let mut axum = Command::new(program(&programs, "bench_axum")?);

    let mut slow = Command::new(program(&programs, "smileid-mock")?);
    slow.args(["--http", "127.0.0.1:0", "--https", "off", "--processing", "after=1h"]).current_dir(root);

    let figures = Figures {
        waits: waits::measure(&mut slow, program(&programs, "bench_waits")?)?,
        processors: thread::available_parallelism().map_or(0, NonZero::get),
        mock: cost(&mut mock, &load)?,
        axum: cost(&mut axum, &load)?,
        jobs: growth(&mut mock, &load, requests)?,
    };
    print!("{}", figures.table());
    if let Some(file) = json {
        let text = serde_json::to_string_pretty(&figures).context("writing the figures as JSON")?;
        fs::write(file, text + "\n").with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

/// Figures of all measurements.
#[derive(Serialize)]
struct Figures {
    processors: usize,
    mock: Cost,
    axum: Cost,
    jobs: Growth,
    waits: Waits,
}

/// Start time, memory use and throughput of one server.
#[derive(Serialize)]
struct Cost {
    /// Time from the start of the process to the last byte of its first response, in milliseconds.
    start_ms: f64,
    /// Memory use after the first response, in KiB.
    idle_kib: Option<u64>,
    services: Rate,
    job_status: Rate,
}

/// Memory use of the mock after many jobs, and after half of them.
#[derive(Serialize)]
struct Growth {
    half_kib: Option<u64>,
    kib: Option<u64>,
    rate: Rate,
}

/// Output of the load generator.
#[derive(Deserialize, Serialize)]
struct Rate {
    requests: usize,
    seconds: f64,
    per_second: u64,
    p50_us: u64,
    p99_us: u64,
    p999_us: u64,
}

fn cost(command: &mut Command, load: &Load) -> Result<Cost> {
    let mut starts = Vec::new();
    for _ in 1..STARTS {
        starts.push(start(command)?.1);
    }
    let (server, last) = start(command)?;
    starts.push(last);
    starts.sort_by(f64::total_cmp);
    let idle_kib = memory(&server);

    let rate = |what| {
        load.run(&server, what, WARM_UP)?;
        load.run_for(&server, what, REQUESTS, SECONDS)
    };
    let services = rate("services")?;
    // Creates one job for the status requests. The axum server has fixed responses, so its error here is ignored.
    let _ = load.run_over(&server, "jobs", 3, 1, SECONDS);
    Ok(Cost { start_ms: starts[STARTS / 2], idle_kib, services, job_status: rate("job-status")? })
}

fn growth(command: &mut Command, load: &Load, requests: usize) -> Result<Growth> {
    let (server, _) = start(command)?;
    load.run(&server, "jobs", requests / 2)?;
    let half_kib = memory(&server);
    drop(server);
    // A new server, because the load program uses the same ids each time.
    let (server, _) = start(command)?;
    let rate = load.run(&server, "jobs", requests)?;
    Ok(Growth { half_kib, kib: memory(&server), rate })
}

/// Starts a server and sends one request. Returns the time of both, in milliseconds.
fn start(command: &mut Command) -> Result<(Server, f64)> {
    let begin = Instant::now();
    let server = Server::start(command)?;
    let mut stream = TcpStream::connect(server.address()).context("connecting to the server")?;
    write!(stream, "GET /v1/services HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.address())
        .context("sending the request")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context("reading the server's response")?;
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "the server's first response is not 200");
    Ok((server, begin.elapsed().as_secs_f64() * 1000.0))
}

/// Returns the resident memory of a server; `None` without `/proc`.
fn memory(server: &Server) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Path of the load generator.
struct Load(PathBuf);

impl Load {
    fn run(&self, server: &Server, what: &str, requests: usize) -> Result<Rate> {
        self.run_for(server, what, requests, 3600)
    }

    fn run_for(&self, server: &Server, what: &str, requests: usize, seconds: u64) -> Result<Rate> {
        self.run_over(server, what, requests, 16, seconds)
    }

    fn run_over(
        &self,
        server: &Server,
        what: &str,
        requests: usize,
        connections: usize,
        seconds: u64,
    ) -> Result<Rate> {
        let mut command = Command::new(&self.0);
        command.args([what, "--url", &server.ready.http, "--requests", &requests.to_string()]);
        command.args(["--connections", &connections.to_string(), "--at-most", &seconds.to_string()]);
        serde_json::from_str(&output(&mut command)?).context("reading the output of the load program")
    }
}

impl Figures {
    fn table(&self) -> String {
        let mib = |kib: Option<u64>| {
            kib.map_or_else(|| "?".to_owned(), |kib| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024))
        };
        let rate =
            |rate: &Rate| format!("{:>6}/s  {:>5} µs  {:>6} µs", rate.per_second, rate.p50_us, rate.p99_us);
        let start = |cost: &Cost| format!("{:.1} ms", cost.start_ms);
        let jobs = &self.jobs.rate;
        let after = |requests: usize| format!("memory after {requests} requests");
        let (mock, axum) = (&self.mock, &self.axum);
        let rows = [
            (String::new(), "smileid-mock".to_owned(), "axum".to_owned()),
            ("start to first response".to_owned(), start(mock), start(axum)),
            ("memory, idle".to_owned(), mib(mock.idle_kib), mib(axum.idle_kib)),
            ("/v1/services, p50, p99".to_owned(), rate(&mock.services), rate(&axum.services)),
            ("/v1/job_status, p50, p99".to_owned(), rate(&mock.job_status), rate(&axum.job_status)),
            ("new jobs, p50, p99".to_owned(), rate(jobs), String::new()),
            (after(jobs.requests / 2), mib(self.jobs.half_kib), String::new()),
            (after(jobs.requests), mib(self.jobs.kib), String::new()),
        ];
        let rows = rows.iter().map(|(what, mock, axum)| format!("{what:<30}{mock:<36}{axum}"));
        let rows: Vec<_> = rows.map(|row| row.trim_end().to_owned() + "\n").collect();
        format!(
            "{} processors, shared with the load: 16 connections, {REQUESTS} requests or {SECONDS} s each\n\n{}\n{}",
            self.processors,
            rows.concat(),
            self.waits.table()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_every_figure() {
        let rate =
            |per_second| Rate { requests: 600, seconds: 1.5, per_second, p50_us: 7, p99_us: 9, p999_us: 11 };
        let cost =
            |start_ms| Cost { start_ms, idle_kib: Some(5632), services: rate(41), job_status: rate(42) };
        let jobs = Growth { half_kib: None, kib: Some(2048), rate: rate(43) };
        let waits = Waits::example();
        let table = Figures { processors: 2, mock: cost(12.34), axum: cost(5.0), jobs, waits }.table();
        for figure in [
            "2 processors",
            "12.3 ms",
            "5.0 ms",
            "5.5 MiB",
            "2.0 MiB",
            "41/s",
            "42/s",
            "43/s",
            "after 300",
            "701 B",
            "1024 B",
            "204 B",
            "7.05 s",
            "?",
        ] {
            assert!(table.contains(figure), "{figure}\n{table}");
        }
    }
}
