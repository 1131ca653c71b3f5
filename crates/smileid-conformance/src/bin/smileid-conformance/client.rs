//! Command `client`: a mock server that checks the requests of API clients against rules.

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
use smileid_conformance::{
    case::ApiVersion,
    client::{Judge, Rule},
};
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

/// Maximum number of requests that wait to be checked. Each may be an archive.
const QUEUE: usize = 16;

#[derive(Args)]
pub(crate) struct Client {
    /// Address to listen on for HTTP, or `off` [default: 127.0.0.1:8085, or a free port with a command]
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Address to listen on for HTTPS, or `off` [default: 127.0.0.1:8443, or a free port with a command]
    #[arg(long, value_name = "ADDR")]
    https: Option<String>,
    /// Folder of the local certificate authority, created at the first start [default: that of smileid-mock]
    #[arg(long, value_name = "DIR")]
    ca_dir: Option<PathBuf>,
    /// Partner id that clients use
    #[arg(long, value_name = "ID", default_value = DEFAULT_PARTNER_ID)]
    partner_id: String,
    /// API key that clients use. Never use a real key: the mock server prints it
    #[arg(long, value_name = "KEY", default_value = DEFAULT_API_KEY)]
    api_key: String,
    /// Time at which jobs get results: `immediate`, `after=2s` or `polls=3`
    #[arg(long, value_name = "HOW", default_value_t)]
    processing: Processing,
    /// Name of the client in the report
    #[arg(long, value_name = "NAME")]
    subject: Option<String>,
    /// Version of the API whose rules the JUnit report lists: `v1` or `v3`. Requests of both are judged
    #[arg(long, env = "SMILE_ID_API", value_name = "VERSION", default_value = "v1")]
    api: ApiVersion,
    #[command(flatten)]
    reports: Reports,
    /// Ignore the rule with this code; can be repeated
    #[arg(long, value_name = "RULE", value_parser = rule)]
    allow: Vec<&'static str>,
    /// Command to run with the mock server, and its arguments. The report is printed when the command ends
    ///
    /// Without a command, the judge prints its URLs as one line of JSON, and the report when it is interrupted.
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

fn rule(code: &str) -> Result<&'static str, String> {
    let advice = || "unknown rule: see docs/reference/client-rules.md".to_owned();
    Rule::from_code(code).map(|rule| rule.code).ok_or_else(advice)
}

impl Client {
    pub(crate) fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        let key = Credentials::new(&*self.partner_id, &*self.api_key)?;
        let (observer, judge) = judge(key.clone())?;
        let options = self.options(key, observer)?;
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        // When the server ends, the judge's input ends too.
        let failed = runtime.block_on(self.watch(options))?;
        drop(runtime);
        let judge = judge.join().map_err(|_| CannotRun("the judge panicked"))?;
        let mut report = judge.report().with_version(self.api).with_allowed(&self.allow);
        if let Some(subject) = &self.subject {
            report = report.with_subject(subject);
        }
        writeln!(io::stdout(), "{report}")?;
        if let Some(failed) = failed {
            return Err(failed.into());
        }
        if report.is_empty() {
            return Err(CannotRun("no request arrived, so nothing was judged").into());
        }
        self.reports.write(&report, || report.to_junit())?;
        Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Serves requests until the command ends or a signal stops the process. Returns the failure of the command, if any.
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
            io::Error::new(error.kind(), format!("failed to run the command {}: {error}", name()))
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
            address.map(Some).map_err(|_| {
                CannotRun("invalid --http or --https: expected an address such as 127.0.0.1:8085, or off")
            })
        }
    }
}

/// Function that passes an event of the mock server to the judge, which checks it.
type Task = Box<dyn FnOnce(&mut Judge) + Send>;

fn task(seen: Seen<'_>, key: &Credentials) -> Task {
    match seen {
        // Both times come from the system clock, because the mock's clocks may be moved.
        Seen::Request { request, answer, credentials, at, .. } => {
            let during = at.to_utc_millis()..now_utc_millis();
            let (request, answer) = (request.clone(), answer.cloned());
            // A request of an unknown partner most likely comes from the client under test.
            let key = credentials.unwrap_or(key).clone();
            Box::new(move |judge| judge.observe_partner(&key, &request, answer.as_ref(), during))
        }
        Seen::Reset { partner_id, .. } => {
            let partner_id = partner_id.cloned();
            Box::new(move |judge| judge.reset(partner_id.as_ref()))
        }
        Seen::ClockSet { .. } => Box::new(Judge::clock_set),
        _ => Box::new(|_| {}),
    }
}

/// Starts a judge on its own thread. The thread ends when the observer is dropped.
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
        // Sending fails only if the judge's thread has panicked, which joining the thread reports.
        let _ = show.send(task(seen, &key));
    });
    Ok((observer, thread))
}

/// Failure of the command under test. Requests that it would have sent later were not checked.
#[derive(Debug, thiserror::Error)]
#[error("the command {command} ended with {how}, so the report may be incomplete")]
struct Unfinished {
    command: String,
    how: String,
}
