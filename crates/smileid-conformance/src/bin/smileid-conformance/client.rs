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

use clap::Args;
use smileid_conformance::client::{Judge, Rule};
use smileid_mock_server::{
    DEFAULT_API_KEY, DEFAULT_PARTNER_ID, Https, LocalCa, MockServer, Observer, Options, Processing, Seen,
    exec::{self, Settings, Signals},
};
use smileid_protocol::auth::Credentials;
use tokio::runtime;

use crate::{
    common::{CannotRun, Reports},
    network::now_utc_millis,
};

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
        if let Some(failed) = failed {
            return Err(failed.into());
        }
        if report.is_empty() {
            return Err(CannotRun("no request came, so nothing was judged").into());
        }
        self.reports.write(&report, || report.to_junit())?;
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
        let settings = Settings::for_server(&server)?;
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

/// What the judge is to do about something that the mock shows.
type Task = Box<dyn FnOnce(&mut Judge) + Send>;

fn task(seen: Seen<'_>, key: &Credentials) -> Task {
    match seen {
        // Both are by the system's clock, as the mock's may be moved.
        Seen::Request { request, answer, credentials, at, .. } => {
            let during = at.to_utc_millis()..now_utc_millis();
            let (request, answer) = (request.clone(), answer.cloned());
            // A stranger most likely is who the client was told to be.
            let key = credentials.unwrap_or(key).clone();
            Box::new(move |judge| judge.observe_partner(&key, &request, answer.as_ref(), during))
        }
        Seen::Reset { partner_id, .. } => {
            let partner_id = partner_id.cloned();
            Box::new(move |judge| judge.begin_anew(partner_id.as_ref()))
        }
        Seen::ClockSet { .. } => Box::new(Judge::clock_set),
        _ => Box::new(|_| {}),
    }
}

/// A judge on a thread of its own, which ends when nobody shows it anything any more.
fn judge(key: Credentials) -> io::Result<(Observer, JoinHandle<Judge>)> {
    let mut judge = Judge::new(key.clone());
    let (show, tasks): (SyncSender<Task>, _) = mpsc::sync_channel(QUEUE);
    let thread = thread::Builder::new().name("judge".to_owned()).spawn(move || {
        for task in tasks {
            task(&mut judge);
        }
        judge
    })?;
    let observer = Observer::new(move |seen| {
        // The judge outlives the server, unless it broke down, which is found out at the end.
        let _ = show.send(task(seen, &key));
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
