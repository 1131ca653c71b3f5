//! Creates credentials and clients from flags and environment variables.

use std::{
    fs,
    io::{self, ErrorKind, Read as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde_json::Value;
use smileid::{
    Config, Credentials, Environment, ReqwestTransport, Wait,
    client::Client,
    protocol::{
        auth::InvalidCredential,
        codec::read_json as read_json_text,
        timestamp::{Timestamp, utc_millis},
    },
};
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID, MockServer, Options};
use tokio::{task::spawn_blocking, time::timeout_at};

use crate::{
    args::Args,
    failure::{Failure, Kind, chain},
    flags::redacted_path,
    trace::Traced,
};

/// Name of the environment whose mock server runs inside this process.
const MOCK: &str = "mock";

/// A client, and the mock server inside this process if the client uses one.
pub(crate) struct Session {
    pub(crate) client: Client,
    _server: Option<MockServer>,
}

impl Session {
    /// Connects to the selected environment. Calls end within the time limit of the command.
    pub(crate) async fn start(args: &Args) -> Result<Self, Failure> {
        let (config, server) = connect(args, credentials(args)).await?;
        Ok(Self { client: Client::new(config, transport(args)?), _server: server })
    }

    /// Connects without credentials, for requests that are not signed.
    pub(crate) async fn unsigned(args: &Args) -> Result<Self, Failure> {
        let placeholder = async { Credentials::new("none", "none").map_err(no_credentials) };
        let (config, server) = connect(args, placeholder).await?;
        Ok(Self { client: Client::new(config, transport(args)?), _server: server })
    }

    /// Returns values that must not be printed even if a server repeats them: the API key and the `personal` values of a request.
    pub(crate) fn secrets(&self, mut personal: Vec<String>) -> Vec<String> {
        personal.push(self.client.config().credentials.api_key().expose().to_owned());
        personal
    }
}

/// Returns the configuration of a client for the selected environment, and the mock server if it is inside this process.
pub(crate) async fn connect(
    args: &Args,
    credentials: impl Future<Output = Result<Credentials, Failure>>,
) -> Result<(Config, Option<MockServer>), Failure> {
    let bounded = |mut config: Config| {
        // The time already spent on reading files counts.
        if let Some(left) = args.left() {
            config.timeouts.operation = left;
            config.wait = Wait::up_to(left);
        }
        config
    };
    if !is_mock(args) {
        let environment = environment(args)?;
        return Ok((bounded(Config::new(credentials.await?, &environment)), None));
    }
    let cannot_start = |error| Failure::new(Kind::Other, format!("failed to start the mock server: {error}"));
    let mut options = Options::new().map_err(cannot_start)?;
    let credentials = credentials.await?;
    options.config.partners = vec![credentials.clone()];
    let server = MockServer::start_with(options).await.map_err(cannot_start)?;
    let environment = parsed(server.base_url())?;
    Ok((bounded(Config::new(credentials, &environment)), Some(server)))
}

/// HTTP transport for requests, which prints them with `--verbose`.
pub(crate) fn transport(args: &Args) -> Result<Traced<ReqwestTransport>, Failure> {
    let transport = ReqwestTransport::new().map_err(|error| Failure::new(Kind::Other, chain(&error)))?;
    Ok(Traced { transport, level: args.verbose })
}

/// Returns true if the selected environment is the mock server inside this process.
pub(crate) fn is_mock(args: &Args) -> bool {
    args.env.as_deref() == Some(MOCK)
}

/// Returns an error for an operation that needs a mock server which outlives this process.
pub(crate) fn not_in_mock(args: &Args, what: &str) -> Result<(), Failure> {
    if is_mock(args) {
        let advice = "that mock server ends with this command; start `smileid-mock` and use `--env http://127.0.0.1:8085`";
        return Err(Failure::invalid("env", format!("{what} is not possible with `--env mock`: {advice}")));
    }
    Ok(())
}

/// Returns the selected environment, if it is not the mock server inside this process.
pub(crate) fn environment(args: &Args) -> Result<Environment, Failure> {
    let wanted = args.env.as_deref().filter(|env| !env.is_empty()).ok_or_else(|| {
        let advice = "set --env or SMILE_ID_ENVIRONMENT to mock, sandbox, production or a URL";
        Failure::invalid("env", format!("no environment: {advice}"))
    })?;
    parsed(wanted)
}

fn parsed(environment: &str) -> Result<Environment, Failure> {
    environment.parse().map_err(|error| Failure::invalid("env", chain(&error)))
}

/// Returns the credentials in flags and environment variables. They are optional for the mock server inside this process.
pub(crate) async fn credentials(args: &Args) -> Result<Credentials, Failure> {
    let has_key = args.api_key_file.is_some() || std::env::var_os("SMILE_ID_API_KEY").is_some();
    if is_mock(args) && (partner_id(args).is_none() || !has_key) {
        return Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).map_err(no_credentials);
    }
    let partner_id = partner_id(args).ok_or_else(|| {
        Failure::invalid("partner_id", "no partner id: set --partner-id or SMILE_ID_PARTNER_ID")
    })?;
    let key = match &args.api_key_file {
        Some(file) => read_key(file, args).await?,
        // A variable filled from a file ends with a line break.
        None => std::env::var("SMILE_ID_API_KEY")
            .map(|key| key.trim_end().to_owned())
            .map_err(|_| Failure::invalid("api_key", "no API key: set SMILE_ID_API_KEY or --api-key-file"))?,
    };
    not_given_elsewhere(&key, args)?;
    Credentials::new(partner_id, key).map_err(no_credentials)
}

/// Returns an error if the command line contains a known API key, whether or not the command needs the key.
///
/// Checks the keys of the variable and of the file, unless the file can be read only once.
pub(crate) async fn check_for_keys(args: &Args) -> Result<(), Failure> {
    let of_variable = std::env::var("SMILE_ID_API_KEY").unwrap_or_default();
    not_given_elsewhere(of_variable.trim(), args)?;
    match args.api_key_file.as_deref().filter(|_| has_known_key(args)) {
        // A command that needs the key reports why it cannot be read.
        Some(file) => read_key(file, args).await.map_or(Ok(()), |key| not_given_elsewhere(&key, args)),
        None => Ok(()),
    }
}

/// Returns true if the API key is known before the command starts: from the environment variable, or from a file that can be read
/// again.
pub(crate) fn has_known_key(args: &Args) -> bool {
    let is_file = |path: &PathBuf| !is_standard_input(path) && path.metadata().is_ok_and(|it| it.is_file());
    args.api_key_file.as_ref().is_none_or(is_file)
}

/// Returns an error if arguments or environment variables contain the API key.
///
/// Output would show it, and other users of the computer can read command lines.
fn not_given_elsewhere(key: &str, args: &Args) -> Result<(), Failure> {
    /// Minimum length of an API key to search for, because shorter keys match other text by chance.
    const SHORTEST: usize = 8;

    let holds_key = |argument: std::ffi::OsString| argument.to_string_lossy().contains(key);
    let is_known = key.len() >= SHORTEST;
    if is_known && std::env::args_os().skip(1).any(holds_key) {
        let message = "an argument contains the API key, which other users can see: set SMILE_ID_API_KEY or \
                                      --api-key-file instead";
        return Err(Failure::invalid("api_key", message));
    }
    let holds_key = |value: &Option<String>| value.as_ref().is_some_and(|value| value.contains(key));
    if is_known && (holds_key(&args.env) || holds_key(&args.partner_id)) {
        let message = "SMILE_ID_ENVIRONMENT or SMILE_ID_PARTNER_ID contains the API key, and output shows both: set \
                                      SMILE_ID_API_KEY or --api-key-file instead";
        return Err(Failure::invalid("api_key", message));
    }
    Ok(())
}

fn no_credentials(error: InvalidCredential) -> Failure {
    let field = match error {
        InvalidCredential::PartnerId | InvalidCredential::LongPartnerId => "partner_id",
        _ => "api_key",
    };
    Failure::invalid(field, error.to_string())
}

/// Returns an error if standard input would be read twice: for the file of `field`, and for the API key or one of `others`.
pub(crate) fn one_standard_input(
    args: &Args,
    field: &str,
    file: &Path,
    others: &[Option<&Path>],
) -> Result<(), Failure> {
    if is_standard_input(file) && args.api_key_file.as_deref().is_some_and(is_standard_input) {
        let message = format!("standard input cannot be both the {field} and the API key");
        return Err(Failure::invalid("api_key_file", message));
    }
    if is_standard_input(file) && others.iter().flatten().any(|other| is_standard_input(other)) {
        return Err(Failure::invalid(field, "only one file can be read from standard input"));
    }
    Ok(())
}

/// Returns the current time in milliseconds since 1970.
pub(crate) fn now_utc_millis() -> i64 {
    utc_millis(SystemTime::now())
}

/// Returns the given timestamp unchanged, or the current time.
pub(crate) fn timestamp(given: Option<&str>) -> Result<Timestamp, Failure> {
    match given {
        Some(text) => Timestamp::new(text).map_err(|error| Failure::invalid("timestamp", error.to_string())),
        None => Ok(Timestamp::from_utc_millis(now_utc_millis())),
    }
}

/// Returns a random id of a `user` or a `job`.
pub(crate) fn random_id(what: &str) -> Result<String, Failure> {
    let number = getrandom::u64().map_err(|error| {
        Failure::invalid(
            &format!("{what}_id"),
            format!("no random {what} id could be created, so set one with a flag: {error}"),
        )
    })?;
    Ok(format!("{what}-{number:016x}"))
}

/// Reads the API key from a file. Errors do not show the file name, because it may be the key itself.
async fn read_key(path: &Path, args: &Args) -> Result<String, Failure> {
    const LONGEST: u64 = 64 << 10;
    let bytes = read(path, LONGEST, args).await.map_err(|error| {
        let advice = "name a file that contains the key, or `-` for standard input";
        let message = format!("the file of --api-key-file could not be read: {error}; {advice}");
        Failure::new(Kind::FileNotFound, message).with_field("api_key_file")
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::invalid("api_key_file", "the file of --api-key-file is not UTF-8 text"))?;
    Ok(text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned())
}

/// Reads JSON from a file, or from standard input for `-`.
pub(crate) async fn read_json(path: &Path, field: &str, args: &Args) -> Result<Value, Failure> {
    read_json_text(&read_text(path, field, args).await?)
        .map_err(|error| Failure::invalid(field, format!("`{}` is not JSON: {error}", redacted_path(path))))
}

/// Reads a text that should be JSON, from a file or from standard input for `-`. Limits its number of values.
pub(crate) async fn read_text(path: &Path, field: &str, args: &Args) -> Result<Vec<u8>, Failure> {
    let text = read_bytes(path, LONGEST_JSON, field, args).await?;
    // Each value after the first in an object or array follows a comma. Readers limit the depth.
    if text.iter().filter(|byte| **byte == b',').nth(MOST_VALUES).is_some() {
        let message = format!("the file `{}` contains more than {MOST_VALUES} values", redacted_path(path));
        return Err(Failure::invalid(field, message));
    }
    Ok(text)
}

/// Reads a file of at most `limit` bytes, or standard input for `-`.
pub(crate) async fn read_bytes(
    path: &Path,
    limit: u64,
    field: &str,
    args: &Args,
) -> Result<Vec<u8>, Failure> {
    read(path, limit, args).await.map_err(|error| {
        let failure = |kind| {
            let message = format!("the file `{}` could not be read: {error}", redacted_path(path));
            Failure::new(kind, message).with_field(field)
        };
        failure(if error.kind() == ErrorKind::FileTooLarge { Kind::InvalidInput } else { Kind::FileNotFound })
    })
}

/// Reads at most `limit` bytes of a file, pipe or device, or of standard input for `-`, within the command's time
/// limit.
///
/// Every read of this command passes through here.
pub(crate) async fn read(path: &Path, limit: u64, args: &Args) -> io::Result<Vec<u8>> {
    let source = path.to_owned();
    // On another thread: a read from a pipe without a writer never ends.
    let reading = spawn_blocking(move || read_at_most(&source, limit));
    let (time, end) = args.reading();
    match timeout_at(end, reading).await {
        Ok(Ok(read)) => read,
        Ok(Err(stopped)) => Err(io::Error::other(stopped)),
        Err(_) => {
            let message = format!("standard input or the file did not end within {time:?}");
            Err(io::Error::new(ErrorKind::TimedOut, message))
        }
    }
}

fn read_at_most(path: &PathBuf, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let count = if is_standard_input(path) {
        io::stdin().take(limit + 1).read_to_end(&mut bytes)?
    } else {
        // The limit also ends the read of an endless device.
        fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?
    };
    if count as u64 > limit {
        let message = format!("larger than {} KiB", limit >> 10);
        return Err(io::Error::new(ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Returns true if a path stands for standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Maximum size of a JSON file. All images of a job in base64 fit.
const LONGEST_JSON: u64 = 64 << 20;

/// Maximum number of JSON values. A value takes up to 100 bytes of memory in addition to its text. Jobs have dozens, and long
/// histories some thousands.
const MOST_VALUES: usize = 100_000;

/// Returns the partner id, unless it is empty, because unset shell variables are often empty.
fn partner_id(args: &Args) -> Option<String> {
    args.partner_id.clone().filter(|id| !id.is_empty())
}
