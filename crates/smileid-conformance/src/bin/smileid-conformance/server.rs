//! Commands `server` (runs the scenarios against a server) and `diff` (compares two reports).

use std::{
    error::Error,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use bytes::Bytes;
use clap::Args;
use regex_lite::Regex;
use smileid_conformance::{
    Broken, Case, Probe, Report, Suite,
    server::{Drift, ServerHarness as _, ServerTarget, play, skip},
};
use smileid_protocol::{
    origin::{Origin, is_loopback},
    types::EnvironmentRow,
};

use crate::{
    common::{CannotRun, Partner, Reports, Unreadable, Version},
    network::Network,
};

/// Default interval between requests to a server that is not on this machine.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(1);

/// Number of attempts to reach a server.
const ATTEMPTS: u32 = 3;

#[derive(Args)]
pub(crate) struct Server {
    /// Base URL of the API, without /v1 or /v3
    #[arg(long, value_name = "URL")]
    url: String,
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    reports: Reports,
    /// Run only the scenarios whose ids match this regular expression
    #[arg(long, value_name = "PATTERN")]
    only: Option<Regex>,
    #[command(flatten)]
    partner: Partner,
    /// Time between requests, in milliseconds [default: 0 on this machine, 1000 elsewhere]
    #[arg(long, value_name = "MILLISECONDS")]
    interval: Option<u64>,
    /// Time limit in seconds. Later scenarios are skipped, and the exit code is 1
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    limit: u64,
    /// Use the scenarios in this folder instead of the embedded ones
    #[arg(long, value_name = "FOLDER")]
    cases: Option<PathBuf>,
    /// URL at which the server reaches the callback receiver, such as a tunnel. Without it, remote servers send no callbacks
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// Address on which the callback receiver listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    receive_at: std::net::SocketAddr,
    /// Also run against production. The data is invented, but the requests are billed
    #[arg(long)]
    force_production: bool,
}

impl Server {
    pub(crate) fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        let origin: Origin = self.url.parse()?;
        let host: http::Uri = origin.to_string().parse()?;
        if is_production(&host) && !self.force_production {
            return Err(CannotRun(
                "this is production, where every scenario is charged: use --force-production to run anyway",
            )
            .into());
        }
        let suite = self.cases.as_deref().map_or_else(Suite::embedded, Suite::load)?;
        let is_local = host.host().is_some_and(is_loopback);
        let interval = match self.interval {
            Some(millis) => Duration::from_millis(millis),
            None if is_local => Duration::ZERO,
            None => DEFAULT_INTERVAL,
        };
        let receiver = (is_local || self.callback_url.is_some()).then_some(self.receive_at);
        let mut network = Network::new(interval, receiver, self.callback_url.clone())?;
        let mut target = ServerTarget::new(
            origin,
            self.partner.credentials()?.ok_or(CannotRun(
                "set SMILE_ID_PARTNER_ID and SMILE_ID_API_KEY; for a mock server: 085 and mock-api-key-0000",
            ))?,
            network.run_id()?,
        );
        target.is_mock = is_mock(&target, is_local, &mut network)?;

        let is_wanted = |case: &&Case| {
            case.scenario().is_some_and(|it| it.api == self.version.api)
                && self.only.as_ref().is_none_or(|pattern| pattern.is_match(case.id()))
        };
        let mut report = Report::new(Probe::Server, target.origin.to_string());
        let mut out = io::stdout().lock();
        let (begun, limit) = (Instant::now(), Duration::from_secs(self.limit));
        let mut is_cut = false;
        for case in suite.scenarios().filter(is_wanted) {
            let scenario = if begun.elapsed() < limit {
                play(case, &target, &mut network)
            } else {
                is_cut = true;
                skip(case, format!("the limit of {} seconds (--limit) was reached", self.limit))
            };
            write!(out, "{scenario}")?;
            report.push(scenario);
        }
        writeln!(out, "{}", report.summary())?;
        self.reports.write(&report, || report.to_junit())?;
        if report.is_empty() {
            return Err(CannotRun("no scenario was run").into());
        }
        Ok(if report.is_good() && !is_cut { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn is_production(uri: &http::Uri) -> bool {
    let production: Option<http::Uri> = EnvironmentRow::PRODUCTION.origin.parse().ok();
    let host = production.as_ref().and_then(http::Uri::host).unwrap_or_default();
    uri.host().is_some_and(|it| it.trim_end_matches('.').eq_ignore_ascii_case(host))
}

/// Checks that a server can be reached, and returns true if it has the control routes of the mock server.
///
/// Retries, since a server may close a connection once. Without any response the server cannot be judged.
fn is_mock(target: &ServerTarget, is_local: bool, network: &mut Network) -> Result<bool, Box<dyn Error>> {
    let path = if is_local { "/_mock/health" } else { "/v1/services" };
    let mut attempts = 0;
    loop {
        attempts += 1;
        let mut request = http::Request::new(Bytes::new());
        *request.uri_mut() = format!("{}{path}", target.origin).parse()?;
        match network.send(request) {
            Ok(response) => return Ok(is_local && response.body() == r#"{"status":"ok"}"#),
            Err(source) if attempts == ATTEMPTS => {
                return Err(NoResponse { server: target.origin.to_string(), source }.into());
            }
            Err(_) => {}
        }
    }
}

pub(crate) fn diff(old: &Path, new: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let read = |path: &Path| -> Result<Report, Unreadable> {
        let bytes = fs::read(path).map_err(|source| Unreadable::new(path, source))?;
        serde_json::from_slice(&bytes).map_err(|source| Unreadable::new(path, source))
    };
    let drift = Drift::between(&read(old)?, &read(new)?);
    writeln!(io::stdout(), "{drift}")?;
    Ok(if drift.changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Debug, thiserror::Error)]
#[error("{server} does not respond")]
struct NoResponse {
    server: String,
    source: Broken,
}
