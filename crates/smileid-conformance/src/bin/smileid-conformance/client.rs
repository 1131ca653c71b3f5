//! `client`: a mock server that judges whoever asks it.

use std::{
    error::Error,
    ffi::OsString,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    sync::mpsc::{self, SyncSender},
    thread::{self, JoinHandle},
};

use bytes::Bytes;
use clap::Args;
use smileid_conformance::client::{Judge, Rule};
use smileid_mock_server::{
    DEFAULT_API_KEY, DEFAULT_PARTNER_ID, Https, LocalCa, MockServer, Observer, Options, Processing, Seen,
    exec::{self, Settings, Signals},
};
use smileid_protocol::auth::{Credentials, PartnerId};
use tokio::runtime;

use crate::common::{CannotRun, Reports};

/// How many requests wait for the judge before the next is answered. Each may be an archive.
const QUEUE: usize = 16;

#[derive(Args)]
pub(crate) struct Client {
    /// Where to listen for HTTP, or `off`. [default: 127.0.0.1:8085, and a free port beside a command]
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Where to listen for HTTPS, or `off`. [default: 127.0.0.1:8443, and a free port beside a command]
    #[arg(long, value_name = "ADDR")]
    https: Option<String>,
    /// The folder of the local certificate authority, made at the first start. [default: the mock server's]
    #[arg(long, value_name = "DIR")]
    ca_dir: Option<PathBuf>,
    /// The partner's id.
    #[arg(long, value_name = "ID", default_value = DEFAULT_PARTNER_ID)]
    partner_id: String,
    /// The partner's API key. A mock's key is no secret; never give it a real one.
    #[arg(long, value_name = "KEY", default_value = DEFAULT_API_KEY)]
    api_key: String,
    /// When jobs are done, as the mock server has it: `immediate`, `after=2s`, `polls=3`.
    #[arg(long, value_name = "HOW", default_value_t)]
    processing: Processing,
    /// What the client is, for the report.
    #[arg(long, value_name = "NAME")]
    subject: Option<String>,
    #[command(flatten)]
    reports: Reports,
    /// A rule that the client may break, by its code; may be repeated.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    allow: Vec<&'static str>,
    /// A command and its arguments, to run beside the judge, which reports when it ends. Without one the judge says in
    /// a line of JSON where it is, and reports when it is interrupted.
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

fn rule(code: &str) -> Result<&'static str, String> {
    let advice = || "there is no such rule: docs/reference/client-rules.md lists them".to_owned();
    Rule::of(code).map(|rule| rule.code).ok_or_else(advice)
}

impl Client {
    pub(crate) fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        let key = Credentials::new(&*self.partner_id, &*self.api_key)?;
        let (observer, judge) = judge(key.clone())?;
        let options = self.options(key, observer)?;
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        // When this ends, the server is gone, and with it all that holds the judge up.
        let failed = runtime.block_on(self.watch(options))?;
        drop(runtime);
        let judge = judge.join().map_err(|_| CannotRun("the judge broke down"))?;
        let mut report = judge.report().allowing(&self.allow);
        if let Some(subject) = &self.subject {
            report = report.about(subject);
        }
        writeln!(io::stdout(), "{report}")?;
        self.reports.write(&report, || report.to_junit())?;
        if let Some(failed) = failed {
            return Err(failed.into());
        }
        if report.is_empty() {
            return Err(CannotRun("no request came, so nothing was judged").into());
        }
        Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Serves until the command ends, and says how when it did not end well; or until the process is told to stop.
    async fn watch(&self, options: Options) -> io::Result<Option<Unfinished>> {
        if self.command.is_empty() {
            let stop = exec::stop()?;
            let server = MockServer::start_with(options).await?;
            writeln!(io::stdout(), "{}", server.announcement())?;
            io::stdout().flush()?;
            stop.await;
            return Ok(None);
        }
        let signals = Signals::catch()?;
        let server = MockServer::start_with(options).await?;
        let settings = Settings::of(&server)?;
        let name = || self.command.first().map(|name| name.display().to_string()).unwrap_or_default();
        let ended = exec::run(self.command.clone(), &settings, signals).await;
        let ended = ended.map_err(|error| {
            io::Error::new(error.kind(), format!("the command {} cannot be run: {error}", name()))
        })?;
        Ok((!ended.success()).then(|| Unfinished { command: name(), how: ended.to_string() }))
    }

    fn options(&self, key: Credentials, observer: Observer) -> Result<Options, Box<dyn Error>> {
        let ports = if self.command.is_empty() { [8085, 8443] } else { [0, 0] };
        let [http, https] = ports.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let mut options = Options::new()?;
        options.http = bind(self.http.as_deref(), http)?;
        if let Some(address) = bind(self.https.as_deref(), https)? {
            let folder = self.ca_dir.clone().map_or_else(LocalCa::default_folder, Ok)?;
            let mut https = Https::new(folder);
            https.address = address;
            options.https = Some(https);
        }
        options.config.partners = vec![key];
        options.config.processing = self.processing;
        options.config.observer = Some(observer);
        Ok(options)
    }
}

fn bind(text: Option<&str>, usual: SocketAddr) -> Result<Option<SocketAddr>, CannotRun> {
    match text {
        None => Ok(Some(usual)),
        Some("off") => Ok(None),
        Some(text) => {
            let address = text.replace("localhost:", "127.0.0.1:").parse();
            address
                .map(Some)
                .map_err(|_| CannotRun("--http and --https take an address such as 127.0.0.1:8085, or off"))
        }
    }
}

/// What is kept for the judge of what the mock shows.
enum Kept {
    Request {
        request: http::Request<Bytes>,
        answer: Option<http::Response<Bytes>>,
        /// The partner's, and for strangers those that the client was given.
        key: Credentials,
        /// By the system's clock, as the mock's may be moved.
        at: i64,
    },
    Reset(Option<PartnerId>),
    ClockSet,
}

impl Kept {
    fn of(seen: Seen<'_>, key: &Credentials) -> Option<Self> {
        Some(match seen {
            Seen::Request { request, answer, credentials, at, .. } => Self::Request {
                request: request.clone(),
                answer: answer.cloned(),
                key: credentials.unwrap_or(key).clone(),
                at: at.utc(),
            },
            Seen::Reset { partner_id, .. } => Self::Reset(partner_id.cloned()),
            Seen::ClockSet { .. } => Self::ClockSet,
            _ => return None,
        })
    }
}

/// A judge on a thread of its own, which ends when nobody shows it anything any more.
fn judge(key: Credentials) -> io::Result<(Observer, JoinHandle<Judge>)> {
    let mut judge = Judge::new(key.clone());
    let (show, kept): (SyncSender<Kept>, _) = mpsc::sync_channel(QUEUE);
    let thread = thread::Builder::new().name("judge".to_owned()).spawn(move || {
        for kept in kept {
            match kept {
                Kept::Request { request, answer, key, at } => {
                    judge.observe_partner(&key, &request, answer.as_ref(), at);
                }
                Kept::Reset(partner) => judge.begin_anew(partner.as_ref()),
                Kept::ClockSet => judge.clock_set(),
            }
        }
        judge
    })?;
    let observer = Observer::new(move |seen| {
        // The judge outlives the server, unless it broke down, which is found out at the end.
        let _ = Kept::of(seen, &key).map(|kept| show.send(kept));
    });
    Ok((observer, thread))
}

/// The command ended, and not well: what it did not come to was not judged.
#[derive(Debug, thiserror::Error)]
#[error("the command {command} ended with {how}: what it did not come to was not judged")]
struct Unfinished {
    command: String,
    how: String,
}
