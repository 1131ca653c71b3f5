//! Command-line arguments of `smileid-mock`.

use std::{
    ffi::OsString,
    io::{self, IsTerminal as _},
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use http::Uri;
use smileid_mock_server::{
    AdminToken, Clock, Config, DEFAULT_API_KEY, DEFAULT_PARTNER_ID, Https, JOURNAL_BYTES, LocalCa, Options,
    Processing, Receivers, TIMESTAMP_WINDOW, TlsName, UnknownIdentityPolicy, UtcMillis, exec::Language,
};
use smileid_protocol::auth::Credentials;

use crate::{Failure, tell};

/// A local Smile ID for tests in any language. Independent of Smile ID, not affiliated with it.
///
/// Without a command, runs the server, which prints its addresses and credentials as JSON.
#[derive(Parser)]
#[command(name = "smileid-mock", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check that a mock server is ready: exit with 0 if it is, otherwise with 1.
    #[command(visible_alias = "healthcheck")]
    Ready(Ready),
    /// Print environment variables with which API clients find and trust a mock server, for `eval` in a shell.
    Env(Env),
    /// Print a line for each request to a mock server, with the reasons for refusals.
    Logs(Logs),
    /// Let a running mock server send a signed callback, without a job.
    Trigger(Trigger),
    /// Start a mock server on free ports, and run a command whose API clients find and trust it.
    Exec(Box<Exec>),
}

#[derive(Args)]
pub(crate) struct Ready {
    /// URL of the mock server.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8085", value_parser = mock_url)]
    pub(crate) url: MockUrl,
    /// Time to keep trying, such as `5s`.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    pub(crate) wait: Duration,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Args)]
pub(crate) struct Logs {
    /// URL of the mock server.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8085", value_parser = mock_url)]
    pub(crate) url: MockUrl,
    /// Print further requests as they come, until Ctrl-C.
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Output format: `text` or `json`.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: LogFormat,
    /// Admin token of the mock server; needed if the server listens beyond loopback.
    #[arg(long, value_name = "TOKEN", env = "SMILEID_MOCK_ADMIN_TOKEN", hide_env_values = true)]
    pub(crate) admin_token: Option<AdminToken>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Args)]
pub(crate) struct Trigger {
    #[command(subcommand)]
    pub(crate) what: Triggered,
}

#[derive(Subcommand)]
pub(crate) enum Triggered {
    /// Send a callback, and print its number.
    Callback(Callback),
}

#[derive(Args)]
pub(crate) struct Callback {
    /// URL to which the callback is sent.
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// Version of the API that determines the format of the callback.
    #[arg(long, value_name = "VERSION", default_value = "v1")]
    pub(crate) api: ApiVersion,
    /// JSON file with the members of the callback, or `-` for standard input [default: an approved job]
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,
    /// URL of the mock server.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8085", value_parser = mock_url)]
    pub(crate) url: MockUrl,
    /// Partner id, whose API key signs the callback.
    #[arg(long, value_name = "ID", default_value = DEFAULT_PARTNER_ID)]
    pub(crate) partner_id: String,
    /// Admin token of the mock server; needed if the server listens beyond loopback.
    #[arg(long, value_name = "TOKEN", env = "SMILEID_MOCK_ADMIN_TOKEN", hide_env_values = true)]
    pub(crate) admin_token: Option<AdminToken>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// Version of the API that determines the format of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ApiVersion {
    /// Versions 1 and 2: the signature is in the body
    V1,
    /// Version 3: signature and ids are in headers
    V3,
}

/// Format of the lines that are printed for requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Readable by people: time, number, method, path, status, ids, and the reasons for a refusal
    Text,
    /// Journal entries (requests with their responses) as JSON, masked
    Json,
}

#[derive(Args)]
pub(crate) struct Env {
    /// Programming language of the API client.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Language,
    /// URL of the mock server.
    #[arg(long, value_name = "URL", default_value = "https://127.0.0.1:8443", value_parser = mock_url)]
    pub(crate) url: MockUrl,
    #[command(flatten)]
    pub(crate) partner: Partner,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Args)]
pub(crate) struct Exec {
    /// URL of a running mock server, instead of starting one.
    #[arg(long, value_name = "URL", value_parser = mock_url, conflicts_with = "Behaviour")]
    pub(crate) url: Option<MockUrl>,
    #[command(flatten)]
    pub(crate) reports: Reports,
    #[command(flatten)]
    pub(crate) server: Server,
    /// Command to run, with its arguments.
    #[arg(last = true, required = true, value_name = "CMD")]
    pub(crate) command: Vec<OsString>,
}

/// Report files about the requests of the command, masked like the journal. They are written when the command ends, whatever its
/// exit code, and only their owner can read them.
///
/// A file that cannot be written is reported on standard error; the exit code is then 1 if the command succeeded.
#[derive(Args)]
pub(crate) struct Reports {
    /// File for the journal as JSON: each request, its response, and the reason if it was refused.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// File for the journal as an HTTP archive (HAR), which browsers can open.
    #[arg(long, value_name = "FILE")]
    pub(crate) har: Option<PathBuf>,
    /// File for a JUnit report: one test per route, which fails if a request was refused or an archive was bad.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
}

/// Options of a mock server.
#[derive(Args)]
pub(crate) struct Server {
    #[command(flatten)]
    behaviour: Behaviour,
    #[command(flatten)]
    pub(crate) partner: Partner,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// Options that only apply when a mock server is started.
#[derive(Args)]
struct Behaviour {
    /// Address for HTTP, or `off`; port 0 is a free port [default: 127.0.0.1:8085; `exec`: port 0]
    #[arg(long, value_name = "ADDR", value_parser = bind)]
    http: Option<Bind>,
    /// Address for HTTPS, or `off`; port 0 is a free port [default: 127.0.0.1:8443; `exec`: port 0]
    #[arg(long, value_name = "ADDR", value_parser = bind)]
    https: Option<Bind>,
    /// Time at which jobs get results: `immediate`, `after=2s`, or `polls=3` (after three status requests).
    #[arg(long, value_name = "HOW", default_value_t)]
    processing: Processing,
    /// YAML or JSON file with scenarios and faults; read again when it changes.
    #[arg(long, value_name = "FILE")]
    scenarios: Option<PathBuf>,
    /// File with jobs, users and billing: loaded at the start, written while the mock runs and at its end.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Refuse requests and archives with warnings, and timestamps that are more than five minutes off.
    #[arg(long)]
    strict: bool,
    /// Result of V3 jobs for a person who is not a test identity: `block`, or `refuse` with HTTP status 400
    ///
    /// The official SDKs document `block`. The sandbox was observed to refuse such a job.
    #[arg(long, value_name = "HOW", default_value_t)]
    unknown_identity: UnknownIdentityPolicy,
    /// Callback URLs to which the mock server sends results: `loopback` (this machine only), `any`, or `off` (none) [default:
    /// loopback]
    ///
    /// If the server listens beyond loopback, the default is `off`.
    #[arg(long, value_name = "WHERE")]
    callbacks: Option<Receivers>,
    /// Clock of all partners: `real`, or stopped with `frozen=TIME`, such as `frozen=2026-01-31T12:00:00Z`
    ///
    /// Certificates always use the real time.
    #[arg(long, value_name = "TIME", default_value = "real", value_parser = clock)]
    clock: Clock,
    /// Seed for random values: the same requests at the same times get the same responses.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Maximum number of lookups of one ID number in three days [default: unlimited]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    id_number_limit: Option<u32>,
    /// Size limit of the journal of requests, in bytes.
    #[arg(long, value_name = "N", default_value_t = JOURNAL_BYTES)]
    journal_bytes: usize,
    /// Print a line for each request on standard error: `text`, `json` or `off` [default: `text` on a terminal, otherwise `off`]
    #[arg(long, value_name = "FORMAT", value_parser = log)]
    log: Option<Log>,
    /// Admin token that control requests (`/_mock`) must have; required if the server listens beyond loopback
    ///
    /// Other users of this machine can see a flag, so the environment variable is safer.
    #[arg(long, value_name = "TOKEN", env = "SMILEID_MOCK_ADMIN_TOKEN", hide_env_values = true)]
    admin_token: Option<AdminToken>,
}

#[derive(Args)]
pub(crate) struct Partner {
    /// Partner id that the mock server accepts.
    #[arg(long, value_name = "ID", default_value = DEFAULT_PARTNER_ID)]
    partner_id: String,
    /// API key of the partner. The key of a mock server is not secret.
    #[arg(long, value_name = "KEY", default_value = DEFAULT_API_KEY)]
    api_key: String,
}

#[derive(Args)]
pub(crate) struct Trust {
    /// Folder with the mock server's own certificate authority [default: smileid-mock in the data folder]
    ///
    /// The authority is created at the first start.
    #[arg(long, value_name = "DIR")]
    ca_dir: Option<PathBuf>,
    /// Additional host name for the mock server's HTTPS certificate; can be repeated.
    #[arg(long = "tls-name", value_name = "NAME")]
    tls_names: Vec<TlsName>,
}

/// Default ports of a mock server.
#[derive(Clone, Copy)]
pub(crate) enum Ports {
    /// The documented ports, 8085 and 8443.
    Usual,
    /// Free ports, chosen by the operating system.
    Free,
}

impl Server {
    /// Returns the admin token of the control routes, if they require one.
    pub(crate) fn admin_token(&self) -> Option<String> {
        self.behaviour.admin_token.as_ref().map(|token| token.expose().to_owned())
    }

    /// Returns the format of the lines about requests, if lines are printed.
    pub(crate) fn log(&self) -> Option<LogFormat> {
        let usual = || io::stderr().is_terminal().then_some(LogFormat::Text);
        self.behaviour.log.map_or_else(usual, |log| log.0)
    }

    /// Returns the options of the server.
    pub(crate) fn options(self, ports: Ports) -> Result<Options, Failure> {
        let Self { behaviour, partner, trust } = self;
        let usual = match ports {
            Ports::Usual => [8085, 8443],
            Ports::Free => [0, 0],
        };
        let [http, https] = usual.map(|port| Bind(Some((Ipv4Addr::LOCALHOST, port).into())));
        let addresses = [behaviour.http.unwrap_or(http).0, behaviour.https.unwrap_or(https).0];
        if addresses == [None, None] {
            return Err(Failure::Usage("--http, --https: both are off; give at least one an address".into()));
        }
        let is_open = addresses.iter().flatten().any(|address| !address.ip().is_loopback());
        if is_open && behaviour.admin_token.is_none() {
            let message = "--http, --https: an address beyond loopback needs an admin token: set SMILEID_MOCK_ADMIN_TOKEN";
            return Err(Failure::Usage(message.into()));
        }
        if is_open && behaviour.callbacks.is_none() {
            tell(
                "callbacks are off, because the mock listens beyond loopback: allow them with `--callbacks loopback` or \
                 `--callbacks any`",
            );
        }
        let mut options = Options::new()?;
        let [http, https] = addresses;
        options.http = http;
        if let Some(address) = https {
            let mut https = Https::new(trust.folder()?);
            https.address = address;
            https.names = trust.tls_names;
            options.https = Some(https);
        } else {
            options.receivers_ca = trust.known_folder();
        }
        options.receivers = behaviour.callbacks;
        options.config.partners = vec![partner.credentials()?];
        options.config.processing = behaviour.processing;
        options.config.clock = behaviour.clock;
        options.config.id_number_limit = behaviour.id_number_limit;
        options.config.journal_bytes = behaviour.journal_bytes;
        options.config.admin_token = behaviour.admin_token;
        options.config.timestamp_window = behaviour.strict.then_some(TIMESTAMP_WINDOW);
        options.config.strict = behaviour.strict;
        options.config.unknown_identity = behaviour.unknown_identity;
        options.scenarios = behaviour.scenarios;
        options.state = behaviour.state;
        if let Some(seed) = behaviour.seed {
            options.config.secret = Config::secret_of(seed);
        }
        Ok(options)
    }
}

impl Partner {
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        Credentials::new(&*self.partner_id, &*self.api_key).map_err(|error| Failure::Usage(error.to_string()))
    }
}

impl Trust {
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        let advice = |error| {
            Failure::Other(format!("{error}; choose a folder with `--ca-dir DIR`, or use `--https off`"))
        };
        self.ca_dir.clone().map_or_else(LocalCa::default_folder, Ok).map_err(advice)
    }

    /// Returns the folder in the flag, or the default folder if it has a certificate authority from an earlier start.
    fn known_folder(&self) -> Option<PathBuf> {
        let usual = || LocalCa::default_folder().ok().filter(|folder| LocalCa::is_in(folder));
        self.ca_dir.clone().or_else(usual)
    }

    /// Opens the certificate authority, or creates it if there is none.
    pub(crate) fn open(&self) -> Result<LocalCa, Failure> {
        Ok(LocalCa::open(self.folder()?, &self.tls_names)?)
    }
}

/// Address to listen on, or none for `off`.
#[derive(Clone, Copy)]
struct Bind(Option<SocketAddr>);

fn bind(text: &str) -> Result<Bind, String> {
    if text == "off" {
        return Ok(Bind(None));
    }
    let port = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    let address = port.map_or_else(|| text.parse(), |port| Ok((Ipv4Addr::LOCALHOST, port).into()));
    address
        .map(|address| Bind(Some(address)))
        .map_err(|_| "expected an address and a port, such as 127.0.0.1:8085".into())
}

/// URL of a mock server: scheme, host and port.
#[derive(Clone)]
pub(crate) struct MockUrl {
    /// The URL without a slash at the end.
    pub(crate) origin: String,
    pub(crate) is_https: bool,
    /// The host without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// Parses the URL of a mock server, with or without the path `/v1`.
pub(crate) fn mock_url(text: &str) -> Result<MockUrl, String> {
    let read = || {
        let uri: Uri = text.parse().ok()?;
        let is_https = match uri.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let authority = uri.authority().filter(|it| !it.as_str().contains('@'))?;
        let is_origin = matches!(uri.path().trim_end_matches('/'), "" | "/v1") && uri.query().is_none();
        let host = authority.host();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let port = authority.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let scheme = if is_https { "https" } else { "http" };
        is_origin.then(|| MockUrl {
            origin: format!("{scheme}://{authority}"),
            is_https,
            host: bare.unwrap_or(host).to_owned(),
            port,
        })
    };
    read().ok_or_else(|| "expected the URL of a mock, such as https://127.0.0.1:8443".to_owned())
}

/// Format of the lines about requests, or none for `off`.
#[derive(Clone, Copy)]
struct Log(Option<LogFormat>);

fn log(text: &str) -> Result<Log, String> {
    if text == "off" {
        return Ok(Log(None));
    }
    let format = LogFormat::from_str(text, false);
    format.map(|format| Log(Some(format))).map_err(|_| "expected text, json or off".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let read = || text.parse::<jiff::SignedDuration>().ok()?.try_into().ok();
    read().ok_or_else(|| "expected a duration, such as 5s, 500ms or 1m".to_owned())
}

fn clock(text: &str) -> Result<Clock, String> {
    if text == "real" {
        return Ok(Clock::REAL);
    }
    let moment = text.strip_prefix("frozen=").and_then(|moment| moment.parse::<jiff::Timestamp>().ok());
    let advice =
        || "expected `real`, or `frozen=` with a time and its zone, such as `frozen=2026-01-31T12:00:00Z`";
    let millis = moment.ok_or_else(advice)?.as_millisecond();
    Ok(Clock::Frozen { at: UtcMillis::from_utc_millis(millis) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;

        Arguments::command().debug_assert();
    }

    #[test]
    fn an_address_of_a_mock_is_an_origin() {
        let url = mock_url("https://localhost:8443/v1").ok().unwrap();
        assert_eq!((url.origin.as_str(), url.is_https), ("https://localhost:8443", true));
        let url = mock_url("http://[::1]/").ok().unwrap();
        assert_eq!((url.origin.as_str(), url.host.as_str(), url.port), ("http://[::1]", "::1", 80));
        for text in
            ["", "localhost:8443", "ftp://localhost", "https://", "https://a/b", "https://a?b", "https://a@b"]
        {
            assert!(mock_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn clocks_are_real_or_stand() {
        assert_eq!(clock("real"), Ok(Clock::REAL));
        let at = UtcMillis::from_utc_millis(1_769_860_800_000);
        assert_eq!(clock("frozen=2026-01-31T12:00:00Z"), Ok(Clock::Frozen { at }));
        assert_eq!(clock("frozen=2026-01-31T14:00:00+02:00"), Ok(Clock::Frozen { at }));
        for text in ["", "frozen", "frozen=", "frozen=2026-01-31", "frozen=2026-01-31T12:00:00", "frozen=now"]
        {
            assert!(clock(text).is_err_and(|advice| advice.contains("frozen=2026")), "{text}");
        }
    }
}
