//! Command `callback`: grades a receiver of callbacks.

mod line;

use std::{
    error::Error,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use clap::Args;
use regex_lite::Regex;
use smileid_conformance::{
    Case, Item, Probe, Report, Suite,
    receiver::{Api, ReceiverTarget, grade, look_again},
};
use smileid_protocol::auth::Credentials;

use crate::{
    common::{CannotRun, Partner, Reports, Version, redacted},
    listen::listen,
};
use line::Line;

/// Number of cases that run at the same time. Some cases wait for seconds.
const AT_ONCE: usize = 8;

#[derive(Args)]
pub(crate) struct Callback {
    /// Callback URL of the receiver to grade
    #[arg(long, value_name = "URL")]
    url: http::Uri,
    /// URL at which the receiver reports its state [default: /state of the same host]
    #[arg(long, value_name = "URL", conflicts_with = "no_state")]
    state: Option<http::Uri>,
    /// Grade only the responses, for a receiver that does not report its state
    #[arg(long)]
    no_state: bool,
    #[command(flatten)]
    version: Version,
    /// Address to listen on as the API, to which the receiver can send status requests. Without it, cases that need the API are
    /// skipped
    #[arg(long, value_name = "ADDR")]
    api_address: Option<SocketAddr>,
    #[command(flatten)]
    partner: Partner,
    /// Name of the receiver in the report [default: its URL]
    #[arg(long, value_name = "NAME")]
    subject: Option<String>,
    /// Run only the cases whose ids match this regular expression
    #[arg(long, value_name = "PATTERN")]
    only: Option<Regex>,
    /// Use the cases in this folder instead of the embedded ones
    #[arg(long, value_name = "FOLDER")]
    cases: Option<PathBuf>,
    /// Time limit for a response of the receiver, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// Time until the reported state must show all accepted callbacks and not change any more, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 2000)]
    settle: u64,
    #[command(flatten)]
    reports: Reports,
}

impl Callback {
    pub(crate) fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        if [Some(&self.url), self.state.as_ref()].into_iter().flatten().any(|url| !is_web_address(url)) {
            return Err(CannotRun("--url and --state must begin with http:// or https://").into());
        }
        let suite = self.cases.as_deref().map_or_else(Suite::embedded, Suite::load)?;
        let is_wanted = |case: &&Case| self.only.as_ref().is_none_or(|pattern| pattern.is_match(case.id()));
        let cases: Vec<_> = suite.receiver_cases(self.version.api).filter(is_wanted).collect();
        let credentials = match self.partner.credentials()? {
            Some(credentials) => credentials,
            None => Credentials::new("085", "mock-api-key-0000")?,
        };
        let run = format!("{:08x}", getrandom::u32()?);
        let mut target = ReceiverTarget::new(self.url.clone(), credentials, run);
        target.has_state = !self.no_state;
        target.has_api = self.api_address.is_some();
        target.settle = Duration::from_millis(self.settle);

        let line = Line::new(
            self.state_url()?,
            Duration::from_secs(self.timeout),
            Api::new(cases.iter().copied(), &target)?,
        );
        if let Some(address) = self.api_address {
            let line = line.clone();
            let respond = move |request: &_| line.respond(request);
            listen(address, respond).map_err(|source| CannotListen { address, source })?;
        }
        line.reach(&self.url)?;
        let subject = self.subject.clone().unwrap_or_else(|| redacted(&self.url));
        let mut report = Report::new(Probe::Receiver, subject);
        for item in grade_all(&cases, &target, &line) {
            report.push(item);
        }
        writeln!(io::stdout(), "{report}")?;
        self.reports.write(&report, || report.to_junit())?;
        if report.is_empty() {
            return Err(CannotRun("nothing was graded: the receiver sent no response").into());
        }
        Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn state_url(&self) -> Result<Option<http::Uri>, http::Error> {
        if self.no_state || self.state.is_some() {
            return Ok(self.state.clone());
        }
        let mut parts = self.url.clone().into_parts();
        parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/state"));
        Ok(Some(http::Uri::from_parts(parts)?))
    }
}

fn is_web_address(url: &http::Uri) -> bool {
    matches!(url.scheme_str(), Some("http" | "https"))
}

/// Grades all cases. They are independent, so several run at the same time.
fn grade_all(cases: &[&Case], target: &ReceiverTarget, line: &Line) -> Vec<Item> {
    let next = AtomicUsize::new(0);
    let items = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let mut line = line.clone();
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let item = grade(case, target, &mut line);
                    items.lock().unwrap_or_else(PoisonError::into_inner).push(item);
                }
            });
        }
    });
    let mut items = items.into_inner().unwrap_or_else(PoisonError::into_inner);
    items.sort_by(|one, other| one.id.cmp(&other.id));
    look_again(cases, target, &mut line.clone(), &mut items);
    items
}

#[derive(Debug, thiserror::Error)]
#[error("the suite cannot listen on {address}: use a free port of this machine in --api-address")]
struct CannotListen {
    address: SocketAddr,
    source: io::Error,
}
