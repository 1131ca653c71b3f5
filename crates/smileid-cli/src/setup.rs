//! From flags and variables to credentials and a client.

use std::{
    fs,
    io::{self, ErrorKind, Read as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use smileid::{
    Client, Config, Credentials, Environment, ReqwestTransport, Wait,
    protocol::{auth::InvalidCredential, codec::read_json as read_json_text, timestamp::Timestamp},
};
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID, MockServer, Options};
use tokio::{task::spawn_blocking, time::timeout_at};

use crate::{
    args::Args,
    failure::{Failure, Kind, chain},
    flags::shown_path,
};

/// The name of the environment that lives in this process.
const MOCK: &str = "mock";

/// A client, and the server it talks to when that is in this process.
pub(crate) struct Session {
    pub(crate) client: Client,
    _server: Option<MockServer>,
}

impl Session {
    /// Connects to the environment asked for. No call takes longer than the command may.
    pub(crate) async fn start(args: &Args) -> Result<Self, Failure> {
        let (config, server) = connect(args, credentials(args)).await?;
        Ok(Self { client: client(config)?, _server: server })
    }

    /// The same for requests that nobody signs, so that no key is needed.
    pub(crate) async fn unsigned(args: &Args) -> Result<Self, Failure> {
        let nobody = async { Credentials::new("none", "none").map_err(no_credentials) };
        let (config, server) = connect(args, nobody).await?;
        Ok(Self { client: client(config)?, _server: server })
    }

    /// What must not be printed even when a server repeats it: the key, and what is `personal` about a request.
    pub(crate) fn secrets(&self, mut personal: Vec<String>) -> Vec<String> {
        personal.push(self.client.config().credentials.api_key().expose().to_owned());
        personal
    }
}

/// What a client of the environment asked for has to know, and the server when that is in this process.
pub(crate) async fn connect(
    args: &Args,
    credentials: impl Future<Output = Result<Credentials, Failure>>,
) -> Result<(Config, Option<MockServer>), Failure> {
    let bounded = |mut config: Config| {
        // What was spent on reading files is gone.
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
    let cannot_start = |error| Failure::new(Kind::Other, format!("the mock server cannot start: {error}"));
    let mut options = Options::new().map_err(cannot_start)?;
    let credentials = credentials.await?;
    options.config.partners = vec![credentials.clone()];
    let server = MockServer::start_with(options).await.map_err(cannot_start)?;
    let environment = parsed(server.base_url())?;
    Ok((bounded(Config::new(credentials, &environment)), Some(server)))
}

fn client(config: Config) -> Result<Client, Failure> {
    Client::new(config).map_err(|error| Failure::from(&error))
}

/// What requests are sent with.
pub(crate) fn transport() -> Result<ReqwestTransport, Failure> {
    ReqwestTransport::new().map_err(|error| Failure::new(Kind::Other, chain(&error)))
}

/// Whether the environment asked for is the one in this process.
pub(crate) fn is_mock(args: &Args) -> bool {
    args.env.as_deref() == Some(MOCK)
}

/// Refuses what an environment that ends with this process cannot do.
pub(crate) fn not_in_mock(args: &Args, what: &str) -> Result<(), Failure> {
    if is_mock(args) {
        let advice =
            "its state ends with this command; start `smileid-mock` and use `--env http://127.0.0.1:8085`";
        return Err(Failure::invalid("env", format!("{what} is not possible with `--env mock`: {advice}")));
    }
    Ok(())
}

/// The environment asked for, when it is not the one in this process.
pub(crate) fn environment(args: &Args) -> Result<Environment, Failure> {
    let wanted = args.env.as_deref().filter(|env| !env.is_empty()).ok_or_else(|| {
        let advice = "give --env or SMILE_ID_ENVIRONMENT: mock, sandbox, production or the address of an API";
        Failure::invalid("env", format!("no environment: {advice}"))
    })?;
    parsed(wanted)
}

fn parsed(environment: &str) -> Result<Environment, Failure> {
    environment.parse().map_err(|error| Failure::invalid("env", chain(&error)))
}

/// The credentials of flags and variables. Those of the environment in this process need not be given.
pub(crate) async fn credentials(args: &Args) -> Result<Credentials, Failure> {
    let has_key = args.api_key_file.is_some() || std::env::var_os("SMILE_ID_API_KEY").is_some();
    if is_mock(args) && (partner_id(args).is_none() || !has_key) {
        return Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).map_err(no_credentials);
    }
    let partner_id = partner_id(args).ok_or_else(|| {
        Failure::invalid("partner_id", "no partner id: give --partner-id or SMILE_ID_PARTNER_ID")
    })?;
    let key = match &args.api_key_file {
        Some(file) => read_key(file, args).await?,
        // A variable that is filled from a file ends with its line break.
        None => std::env::var("SMILE_ID_API_KEY").map(|key| key.trim_end().to_owned()).map_err(|_| {
            Failure::invalid("api_key", "no API key: set SMILE_ID_API_KEY or give --api-key-file")
        })?,
    };
    not_given_elsewhere(&key, args)?;
    Credentials::new(partner_id, key).map_err(no_credentials)
}

/// Refuses a command line that holds an API key that can be known before any work is done, whether or not the work needs it:
/// that of the variable, and that of the file, unless it can be read but once.
pub(crate) async fn check_for_keys(args: &Args) -> Result<(), Failure> {
    let of_variable = std::env::var("SMILE_ID_API_KEY").unwrap_or_default();
    not_given_elsewhere(of_variable.trim(), args)?;
    match args.api_key_file.as_deref().filter(|_| has_known_key(args)) {
        // Whoever needs the key says why it cannot be read.
        Some(file) => read_key(file, args).await.map_or(Ok(()), |key| not_given_elsewhere(&key, args)),
        None => Ok(()),
    }
}

/// Whether the API key is known from the beginning: it comes from the variable, or from a file that can be read again.
pub(crate) fn has_known_key(args: &Args) -> bool {
    let is_file = |path: &PathBuf| !is_standard_input(path) && path.metadata().is_ok_and(|it| it.is_file());
    args.api_key_file.as_ref().is_none_or(is_file)
}

/// Refuses arguments and variables that hold the API key in another's place: it would come back in output, and other users
/// of the computer can read a command line.
fn not_given_elsewhere(key: &str, args: &Args) -> Result<(), Failure> {
    /// Shorter texts stand in other words by chance.
    const SHORTEST: usize = 8;

    let holds_key = |argument: std::ffi::OsString| argument.to_string_lossy().contains(key);
    let is_known = key.len() >= SHORTEST;
    if is_known && std::env::args_os().skip(1).any(holds_key) {
        let message = "an argument holds the API key, which must not stand on a command line: it is read from \
                       SMILE_ID_API_KEY or --api-key-file";
        return Err(Failure::invalid("api_key", message));
    }
    let holds_key = |value: &Option<String>| value.as_ref().is_some_and(|value| value.contains(key));
    if is_known && (holds_key(&args.env) || holds_key(&args.partner_id)) {
        let message = "SMILE_ID_ENVIRONMENT or SMILE_ID_PARTNER_ID holds the API key, and is shown in output: the key is \
                       read from SMILE_ID_API_KEY or --api-key-file";
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

/// Refuses to read two things from standard input: the API key, or one of `others`, and what `field` names.
pub(crate) fn one_standard_input(
    args: &Args,
    field: &str,
    file: &Path,
    others: &[Option<&Path>],
) -> Result<(), Failure> {
    if is_standard_input(file) && args.api_key_file.as_deref().is_some_and(is_standard_input) {
        let message = format!("standard input can be the {field} or the API key, not both");
        return Err(Failure::invalid("api_key_file", message));
    }
    if is_standard_input(file) && others.iter().flatten().any(|other| is_standard_input(other)) {
        return Err(Failure::invalid(field, "standard input can be one of the files, not two"));
    }
    Ok(())
}

/// The time, in milliseconds since 1970.
pub(crate) fn now_utc_millis() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

/// The time that was given, exactly as it is, or else what it is now.
pub(crate) fn timestamp(given: Option<&str>) -> Result<Timestamp, Failure> {
    match given {
        Some(text) => Timestamp::new(text).map_err(|error| Failure::invalid("timestamp", error.to_string())),
        None => Ok(Timestamp::from_utc_millis(now_utc_millis())),
    }
}

/// A name for a `user` or a `job` that was given none.
pub(crate) fn made_up(what: &str) -> Result<String, Failure> {
    let number = getrandom::u64().map_err(|error| {
        Failure::invalid(&format!("{what}_id"), format!("no {what} id could be made up, give one: {error}"))
    })?;
    Ok(format!("{what}-{number:016x}"))
}

/// The API key in a file. No error shows the name of the file: it may be the key itself, given in its place.
async fn read_key(path: &Path, args: &Args) -> Result<String, Failure> {
    const LONGEST: u64 = 64 << 10;
    let bytes = read(path, LONGEST, args).await.map_err(|error| {
        let advice = "give the name of a file that holds the key, or `-` for standard input";
        let message = format!("the file of --api-key-file could not be read: {error}; {advice}");
        Failure::new(Kind::FileNotFound, message).about("api_key_file")
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::invalid("api_key_file", "the file of --api-key-file is not UTF-8 text"))?;
    Ok(text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned())
}

/// JSON of a file, or of standard input for `-`.
pub(crate) async fn read_json(path: &Path, field: &str, args: &Args) -> Result<Value, Failure> {
    read_json_text(&read_text(path, field, args).await?)
        .map_err(|error| Failure::invalid(field, format!("`{}` is not JSON: {error}", shown_path(path))))
}

/// What should be JSON, in a file or standard input for `-`, with no more values than can be held in memory.
pub(crate) async fn read_text(path: &Path, field: &str, args: &Args) -> Result<Vec<u8>, Failure> {
    let text = read_bytes(path, LONGEST_JSON, field, args).await?;
    // Each value but the first of an object or a list follows a comma, and readers bound the depth.
    if text.iter().filter(|byte| **byte == b',').nth(MOST_VALUES).is_some() {
        let message = format!("the file `{}` holds more than {MOST_VALUES} values", shown_path(path));
        return Err(Failure::invalid(field, message));
    }
    Ok(text)
}

/// A file of `limit` bytes at most, or standard input for `-`.
pub(crate) async fn read_bytes(
    path: &Path,
    limit: u64,
    field: &str,
    args: &Args,
) -> Result<Vec<u8>, Failure> {
    read(path, limit, args).await.map_err(|error| {
        let failure = |kind| {
            let message = format!("the file `{}` could not be read: {error}", shown_path(path));
            Failure::new(kind, message).about(field)
        };
        failure(if error.kind() == ErrorKind::FileTooLarge { Kind::InvalidInput } else { Kind::FileNotFound })
    })
}

/// At most `limit` bytes of a file, of a pipe or device, or of standard input for `-`, if they come while the command has
/// time. Whatever this command reads, it reads here.
pub(crate) async fn read(path: &Path, limit: u64, args: &Args) -> io::Result<Vec<u8>> {
    let source = path.to_owned();
    // On another thread, as nothing ends the reading of a pipe that has no writer.
    let reading = spawn_blocking(move || read_at_most(&source, limit));
    let (time, end) = args.reading();
    match timeout_at(end, reading).await {
        Ok(Ok(read)) => read,
        Ok(Err(stopped)) => Err(io::Error::other(stopped)),
        Err(_) => {
            let message = format!("it did not come to its end within {time:?}");
            Err(io::Error::new(ErrorKind::TimedOut, message))
        }
    }
}

fn read_at_most(path: &PathBuf, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let count = if is_standard_input(path) {
        io::stdin().take(limit + 1).read_to_end(&mut bytes)?
    } else {
        // The limit also ends what never ends by itself, such as a device.
        fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?
    };
    if count as u64 > limit {
        let message = format!("larger than {} KiB", limit >> 10);
        return Err(io::Error::new(ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Whether a path stands for standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Room for all images of a job in base64.
const LONGEST_JSON: u64 = 64 << 20;

/// A value takes up to a hundred bytes of memory beside its text. Jobs have dozens, and long histories some thousands.
const MOST_VALUES: usize = 100_000;

/// The partner id, unless it is empty, as variables that are not set often are.
fn partner_id(args: &Args) -> Option<String> {
    args.partner_id.clone().filter(|id| !id.is_empty())
}
