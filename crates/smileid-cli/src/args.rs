//! Command-line arguments of `smileid`.

mod examples;
mod flag;
mod format;
mod submit;

use std::{path::PathBuf, time::Duration};

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand};
use smileid::{protocol::auth::trust::Window, types::Product};
use tokio::time::Instant;

use self::examples::examples;
pub(crate) use self::{
    flag::flag_of,
    format::{Color, Format},
    submit::{ComparisonKind, Images, Submit},
};

/// Heading, in the help, of the options that all commands have.
const GLOBAL: &str = "Options of all commands";

/// Submit identity and face-recognition jobs to Smile ID, wait for results, and verify callbacks.
///
/// Independent of Smile ID, not affiliated with or endorsed by it.
#[derive(Parser)]
#[command(name = "smileid", version, max_term_width = 100, after_help = examples("smileid"))]
pub(crate) struct Args {
    /// API to use: `mock` (a mock server inside this process), `sandbox`, `production`, or the base URL of an API
    #[arg(long, global = true, help_heading = GLOBAL, env = "SMILE_ID_ENVIRONMENT", value_name = "ENV")]
    pub(crate) env: Option<String>,

    /// Version of the API: `v1` or `v3`
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL,
        env = "SMILE_ID_API",
        value_name = "VERSION",
        default_value = "v1",
        value_parser = api
    )]
    pub(crate) api: Api,

    /// Your partner id, with its leading zeros
    #[arg(long, global = true, help_heading = GLOBAL, env = "SMILE_ID_PARTNER_ID", value_name = "ID")]
    pub(crate) partner_id: Option<String>,

    /// File with the API key, or `-` for standard input [default: the environment variable SMILE_ID_API_KEY]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,

    /// Output format [default: text on a terminal, otherwise json]
    #[arg(long, global = true, help_heading = GLOBAL, value_enum)]
    pub(crate) format: Option<Format>,

    /// When to use colours in text output
    #[arg(long, global = true, help_heading = GLOBAL, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,

    /// Do not print progress
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) quiet: bool,

    /// Print each request, pause and retry, and more details of the result; twice: also headers, masked
    #[arg(long, short, global = true, help_heading = GLOBAL, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Exit with 8 if the person is rejected, or with 9 if the decision is neither approved nor rejected
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) exit_status: bool,

    #[command(subcommand)]
    pub(crate) command: Command,

    /// Time at which the command started.
    #[arg(skip = Instant::now())]
    begun: Instant,
}

impl Args {
    /// Format of the output.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_else(Format::detect)
    }

    /// Returns the time limit of the command, if it has one.
    pub(crate) fn limit(&self) -> Option<Duration> {
        match &self.command {
            Command::Submit(submit) => submit.wait,
            Command::Wait(wait) => Some(wait.timeout),
            Command::Status(StatusArgs { time, .. })
            | Command::Replay(Replay { time, .. })
            | Command::Token(Token { time, .. })
            | Command::Services(Services { time, .. })
            | Command::Verify(Verify { time, .. })
            | Command::Doctor(time) => Some(time.timeout),
            _ => None,
        }
    }

    /// Returns the time left until [`Self::limit`].
    pub(crate) fn left(&self) -> Option<Duration> {
        self.limit().map(|limit| limit.saturating_sub(self.begun.elapsed()))
    }

    /// Returns the time limit for reading files and standard input, and the time when it ends.
    pub(crate) fn reading(&self) -> (Duration, Instant) {
        const LONGEST: Duration = Duration::from_secs(86_400);
        let limit = self.limit().filter(|limit| !limit.is_zero()).unwrap_or(LONGEST_READ).min(LONGEST);
        (limit, self.begun + limit)
    }
}

/// Default time limit for reading files and standard input: as long as the default wait for a result.
const LONGEST_READ: Duration = Duration::from_secs(120);

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Submit a job of any type
    #[command(after_help = examples("submit"))]
    Submit(Box<Submit>),
    /// Show the status of a job
    #[command(after_help = examples("status"))]
    Status(StatusArgs),
    /// Wait for the result of a submitted job
    #[command(after_help = examples("wait"))]
    Wait(WaitArgs),
    /// Ask the API to send the callback of a V3 job again
    #[command(after_help = examples("replay"))]
    Replay(Replay),
    /// Create a web token, with which a browser can run one job
    #[command(after_help = examples("token"))]
    Token(Token),
    /// List the countries and ID types that the API supports; needs no API key
    #[command(after_help = examples("services"))]
    Services(Services),
    /// Sign a timestamp, and print both
    #[command(after_help = examples("sign"))]
    Sign(Sign),
    /// Verify the signature and age of a saved callback or status response, and explain its result
    #[command(after_help = examples("verify"))]
    Verify(Verify),
    /// Build or inspect the archive of an image job, without sending it
    #[command(subcommand, after_help = examples("package"))]
    Package(Package),
    /// Explain a result code, an error code, a V3 status or reason, or a saved message of the API
    #[command(after_help = examples("explain"))]
    Explain(Explain),
    /// Receive and verify callbacks, and print one line for each, until Ctrl-C
    #[command(after_help = examples("listen"))]
    Listen(Listen),
    /// Find problems with API key, environment, TLS and clock
    #[command(after_help = examples("doctor"))]
    Doctor(Time),
    /// Print a completion script for a shell
    #[command(after_help = examples("completions"))]
    Completions(Completions),
    /// Print the manual page of the program or of a command, in roff format
    #[command(after_help = examples("man"))]
    Man(Man),
}

#[derive(ClapArgs)]
pub(crate) struct Time {
    /// Time limit of the command, such as `10s` or `1m`
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub(crate) timeout: Duration,
}

#[derive(ClapArgs)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) job: JobArgs,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(ClapArgs)]
pub(crate) struct JobArgs {
    /// V3: id that the API gave the job: `job_` and 26 characters
    #[arg(value_name = "JOB_ID")]
    pub(crate) v3: Option<String>,

    /// Version 1: id that you gave the user
    #[arg(long, value_name = "ID", required_unless_present = "v3")]
    pub(crate) user_id: Option<String>,

    /// Version 1: id that you gave the job
    #[arg(long, value_name = "ID", required_unless_present = "v3")]
    pub(crate) job_id: Option<String>,

    /// Print all results of the job, not only the last one
    #[arg(long)]
    pub(crate) history: bool,

    /// Print links to the images of the job
    #[arg(long)]
    pub(crate) image_links: bool,
}

#[derive(ClapArgs)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    pub(crate) job: JobArgs,

    /// Keep waiting while the API does not know the job, because it may know an accepted lookup late
    #[arg(long)]
    pub(crate) accepted: bool,

    /// Time limit of the command, such as `30s` or `5m`; `0` sends one request
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = duration)]
    pub(crate) timeout: Duration,
}

#[derive(ClapArgs)]
pub(crate) struct Replay {
    /// Id that the API gave the job: `job_` and 26 characters
    #[arg(value_name = "JOB_ID")]
    pub(crate) job_id: String,

    /// URL to which the callback is sent [default: the callback URL of the job]
    #[arg(long, value_name = "URL")]
    pub(crate) callback: Option<String>,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(ClapArgs)]
pub(crate) struct Sign {
    /// Timestamp to sign, exactly as given [default: the current time]
    #[arg(long, value_name = "TEXT")]
    pub(crate) timestamp: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Token {
    #[arg(long, value_name = "WORD", help = products())]
    pub(crate) product: Option<String>,

    /// Id that you give the user [default: a random id; none with `--api v3`]
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,

    /// Id that you give the job; can be used only once [default: a random id]
    #[arg(long, value_name = "ID")]
    pub(crate) job_id: Option<String>,

    /// Callback URL to which the API sends the result
    #[arg(long, env = "SMILE_ID_CALLBACK_URL", value_name = "URL")]
    pub(crate) callback: Option<String>,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(ClapArgs)]
pub(crate) struct Services {
    /// Language of the names in the list, such as `en`
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) locale: Option<String>,

    /// Country of the ID types, two capital letters [default: all]
    #[arg(long, value_name = "CC")]
    pub(crate) country: Option<String>,

    /// Version 1: product that takes the ID types, such as enhanced_kyc [default: any]
    #[arg(long, value_name = "WORD")]
    pub(crate) product: Option<String>,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(ClapArgs)]
pub(crate) struct Verify {
    /// File with a callback or a status response, exactly as received; `-` for standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["callback", "timestamp"])]
    pub(crate) file: Option<PathBuf>,

    /// File with the callback; the same as FILE
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub(crate) callback: Option<PathBuf>,

    /// Timestamp to verify, exactly as received
    #[arg(long, value_name = "TEXT", requires = "signature", conflicts_with_all = ["file", "callback"])]
    pub(crate) timestamp: Option<String>,

    /// Signature that was received with the timestamp
    #[arg(long, value_name = "BASE64", requires = "timestamp")]
    pub(crate) signature: Option<String>,

    /// V3: header of the callback, such as `Response-Signature: …`, or `@FILE` for a file with all headers; can be repeated
    #[arg(long = "header", value_name = "NAME: VALUE|@FILE", conflicts_with = "timestamp")]
    pub(crate) headers: Vec<String>,

    /// Maximum age of the message, such as `5m` or `8760h`; `off` for no limit
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = max_age)]
    pub(crate) max_age: Window,

    /// Request the job status to confirm the result; exit with 6 if it contradicts the message
    #[arg(long, conflicts_with = "timestamp")]
    pub(crate) confirm: bool,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(Subcommand)]
pub(crate) enum Package {
    /// Write the signed archive of an image job, and list its contents
    #[command(after_help = examples("package build"))]
    Build(PackageBuild),
    /// List the contents of an archive and the mistakes in it
    ///
    /// The exit code is 0 even for an unusable archive, unless --strict is given: read `usable` and the findings.
    #[command(after_help = examples("package inspect"))]
    Inspect(PackageInspect),
}

#[derive(ClapArgs)]
pub(crate) struct PackageBuild {
    /// JSON file with the job, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) job: PathBuf,

    /// Archive file to write
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// File with the API's response to the upload request, which the archive will contain; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) reply: Option<PathBuf>,

    /// Timestamp of the upload request, which is signed again [default: the current time]
    #[arg(long, value_name = "TEXT")]
    pub(crate) timestamp: Option<String>,

    /// Callback URL to which the API sends the result
    #[arg(long, env = "SMILE_ID_CALLBACK_URL", value_name = "URL")]
    pub(crate) callback: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct PackageInspect {
    /// Archive file to inspect, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) archive: PathBuf,

    /// Exit with 2 if the archive cannot be used
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Explain {
    /// Code to explain: a result code such as 0810, an error code such as 2204, a V3 status or reason such as spoof_detected, or
    /// a file with a message of the API
    #[arg(value_name = "CODE|FILE")]
    pub(crate) code: String,

    /// Job type for which the result code is explained: a number, or a name such as biometric_kyc
    #[arg(long, value_name = "NUMBER|NAME")]
    pub(crate) job_type: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Listen {
    /// Address to listen on; port 0 is a free port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8090")]
    pub(crate) address: std::net::SocketAddr,

    /// Path of the callback URL
    #[arg(long, value_name = "PATH", default_value = "/")]
    pub(crate) path: String,

    /// Maximum age of a callback, such as `5m` or `24h`
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(crate) max_age: Duration,

    /// Print the whole content of each callback, which may include an ID number and photos
    #[arg(long)]
    pub(crate) full: bool,

    /// Request the job status to confirm each callback, before the response is sent and the line is printed
    #[arg(long)]
    pub(crate) confirm: bool,

    /// URL to which each verified callback is forwarded unchanged; https, or http on this machine; can be repeated
    #[arg(long, value_name = "URL", value_parser = forward_url)]
    pub(crate) forward_to: Vec<http::Uri>,
}

#[derive(ClapArgs)]
pub(crate) struct Completions {
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(ClapArgs)]
pub(crate) struct Man {
    /// Command whose manual page is printed, such as `submit` or `package build` [default: the page of the program]
    #[arg(value_name = "COMMAND", num_args = 0..=2)]
    pub(crate) command: Vec<String>,
}

/// Returns the help text of `--product`, with the names of the products.
fn products() -> String {
    let mut words: Vec<_> = Product::rows().iter().flat_map(|row| row.token_keywords).copied().collect();
    words.sort_unstable();
    format!("Product that the browser can run: {}", words.join(", "))
}

/// Version of the API to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    V1,
    V3,
}

/// Parses a version of the API. An empty text means none, because an unset shell variable is often empty.
fn api(text: &str) -> Result<Api, String> {
    match text {
        "v1" | "" => Ok(Api::V1),
        "v3" => Ok(Api::V3),
        _ => Err("expected v1 or v3".to_owned()),
    }
}

/// Parses a duration: `30s`, `5m`, `1h30m`, or a number of seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let advice = || "a duration such as 30s, 5m or 1h30m".to_owned();
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let duration: jiff::SignedDuration = text.parse().map_err(|_| advice())?;
    Duration::try_from(duration).map_err(|_| advice())
}

/// Parses the URL of a receiver. Callbacks have personal data, so they leave this machine only with https.
fn forward_url(text: &str) -> Result<http::Uri, String> {
    let wrong = || "expected an https URL, or an http URL of this machine".to_owned();
    let url: http::Uri = text.parse().map_err(|_| wrong())?;
    let host = url.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
    let is_allowed = match url.scheme_str() {
        Some("https") => true,
        Some("http") => smileid::protocol::origin::is_loopback(host),
        _ => false,
    };
    if is_allowed { Ok(url) } else { Err(wrong()) }
}

/// Parses the maximum age of a message.
fn max_age(text: &str) -> Result<Window, String> {
    if text == "off" { Ok(Window::UNLIMITED) } else { duration(text).map(Window::new) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn durations() {
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        for wrong in ["", "soon", "-5s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
