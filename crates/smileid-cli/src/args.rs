//! The command line.

mod flag;
mod format;
mod submit;

use std::{path::PathBuf, time::Duration};

use clap::{Args as ClapArgs, Parser, Subcommand};
use smileid::{protocol::auth::trust::Window, types::Product};
use tokio::time::Instant;

pub(crate) use self::{
    flag::flag_of,
    format::{Color, Format},
    submit::{Images, Submit},
};

/// Submit identity and face-recognition jobs to Smile ID, wait for results, receive and check what the API sends.
///
/// Independent of Smile ID, not affiliated with or endorsed by it.
#[derive(Parser)]
#[command(name = "smileid", version, max_term_width = 100)]
pub(crate) struct Args {
    /// `mock` (a Smile ID inside this process), `sandbox`, `production`, or the address of an API
    #[arg(long, global = true, env = "SMILE_ID_ENVIRONMENT", value_name = "ENV")]
    pub(crate) env: Option<String>,

    /// The partner id, leading zeros included
    #[arg(long, global = true, env = "SMILE_ID_PARTNER_ID", value_name = "ID")]
    pub(crate) partner_id: Option<String>,

    /// Read the API key from this file, or from standard input for `-`; else SMILE_ID_API_KEY is used
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,

    /// How to print; text on a terminal and json elsewhere, unless told
    #[arg(long, global = true, value_enum)]
    pub(crate) format: Option<Format>,

    /// When to colour text
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,

    /// Print no progress
    #[arg(long, global = true)]
    pub(crate) quiet: bool,

    /// Print more details
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,

    /// Exit with 8 when the decision is rejected, and with 9 when it is anything else than approved
    #[arg(long, global = true)]
    pub(crate) exit_status: bool,

    #[command(subcommand)]
    pub(crate) command: Command,

    /// When the command began.
    #[arg(skip = Instant::now())]
    begun: Instant,
}

impl Args {
    /// How long the command may take in all, where it has such a limit.
    pub(crate) fn limit(&self) -> Option<Duration> {
        match &self.command {
            Command::Submit(submit) => submit.wait,
            Command::Wait(wait) => Some(wait.timeout),
            Command::Status(StatusArgs { time, .. })
            | Command::Token(Token { time, .. })
            | Command::Services(Services { time, .. })
            | Command::Verify(Verify { time, .. })
            | Command::Doctor(time) => Some(time.timeout),
            _ => None,
        }
    }

    /// What is left of that.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.limit().map(|limit| limit.saturating_sub(self.begun.elapsed()))
    }

    /// How long files and standard input may take to come, and when that is over.
    pub(crate) fn reading(&self) -> (Duration, Instant) {
        const LONGEST: Duration = Duration::from_secs(86_400);
        let limit = self.limit().filter(|limit| !limit.is_zero()).unwrap_or(LONGEST_READ).min(LONGEST);
        (limit, self.begun + limit)
    }
}

/// How long files and standard input may take to come when the command has no other limit: the time of a wait.
const LONGEST_READ: Duration = Duration::from_secs(120);

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Submit a job of any type
    Submit(Box<Submit>),
    /// Ask how a job stands
    Status(StatusArgs),
    /// Wait for the result of a job that was submitted earlier, by anyone
    Wait(WaitArgs),
    /// Ask for a web token, with which a browser may run one job
    Token(Token),
    /// List the countries and ID types that the API knows; needs no key
    Services(Services),
    /// Sign: print a timestamp and its signature
    Sign(Sign),
    /// Verify the signature and age of a callback or a status reply, and show what its result means
    Verify(Verify),
    /// Build the archive of a job, or look into one; nothing is sent
    #[command(subcommand)]
    Package(Package),
    /// Explain a result code, an error code or a saved message, and what to do
    Explain(Explain),
    /// Receive callbacks, verify each, and print what it claims, one a line; Ctrl-C ends it
    Listen(Listen),
    /// Look for what keeps requests from being accepted: key, environment, TLS, clock
    Doctor(Time),
}

#[derive(ClapArgs)]
pub(crate) struct Time {
    /// How long the command may take at most: `10s`, `1m`
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
    /// Your name for the person
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: String,

    /// Your name for the job
    #[arg(long, value_name = "ID")]
    pub(crate) job_id: String,

    /// Every result of the job
    #[arg(long)]
    pub(crate) history: bool,

    /// Links to the images
    #[arg(long)]
    pub(crate) image_links: bool,
}

#[derive(ClapArgs)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    pub(crate) job: JobArgs,

    /// Go on while the API does not know the job: it has accepted it, as a lookup that it looks up later
    #[arg(long)]
    pub(crate) accepted: bool,

    /// How long the command may take at most: `30s`, `5m`; `0` asks once
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = duration)]
    pub(crate) timeout: Duration,
}

#[derive(ClapArgs)]
pub(crate) struct Sign {
    /// Sign this timestamp, exactly as it is, instead of the time it is now
    #[arg(long, value_name = "TEXT")]
    pub(crate) timestamp: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Token {
    #[arg(long, value_name = "WORD", help = products())]
    pub(crate) product: String,

    /// Your name for the person; made up when absent
    #[arg(long, value_name = "ID")]
    pub(crate) user_id: Option<String>,

    /// Your name for the job, used once; made up when absent
    #[arg(long, value_name = "ID")]
    pub(crate) job_id: Option<String>,

    /// Where the API sends the result
    #[arg(long, env = "SMILE_ID_CALLBACK_URL", value_name = "URL")]
    pub(crate) callback: Option<String>,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(ClapArgs)]
pub(crate) struct Services {
    /// The language of the names: `en`
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) locale: Option<String>,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(ClapArgs)]
pub(crate) struct Verify {
    /// The message, exactly as it came: a callback or a status reply in a file, or `-` for standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["callback", "timestamp"])]
    pub(crate) file: Option<PathBuf>,

    /// The same as FILE
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub(crate) callback: Option<PathBuf>,

    /// A timestamp, exactly as it came
    #[arg(long, value_name = "TEXT", requires = "signature", conflicts_with_all = ["file", "callback"])]
    pub(crate) timestamp: Option<String>,

    /// The signature that came with it
    #[arg(long, value_name = "BASE64", requires = "timestamp")]
    pub(crate) signature: Option<String>,

    /// Greatest age of the message: `5m`, `8760h`, or `off`
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = max_age)]
    pub(crate) max_age: Window,

    /// Ask the API whether the message is true; a contradiction ends with 6
    #[arg(long, conflicts_with = "timestamp")]
    pub(crate) confirm: bool,

    #[command(flatten)]
    pub(crate) time: Time,
}

#[derive(Subcommand)]
pub(crate) enum Package {
    /// Write the archive of a job, with the signature of the key, and say what it holds
    Build(PackageBuild),
    /// Say what an archive holds and everything that is wrong with it
    ///
    /// Whatever is found, the exit code is 0, unless --strict is given: read `usable`, and the findings.
    Inspect(PackageInspect),
}

#[derive(ClapArgs)]
pub(crate) struct PackageBuild {
    /// Read the job from this JSON file, or from standard input for `-`
    #[arg(long, value_name = "FILE")]
    pub(crate) job: PathBuf,

    /// Where to write the archive
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// The API's reply to the request that announced the job, which the archive repeats; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) reply: Option<PathBuf>,

    /// Sign this timestamp, that of the request, instead of the time it is now
    #[arg(long, value_name = "TEXT")]
    pub(crate) timestamp: Option<String>,

    /// Where the API sends the result
    #[arg(long, env = "SMILE_ID_CALLBACK_URL", value_name = "URL")]
    pub(crate) callback: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct PackageInspect {
    /// The archive, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) archive: PathBuf,

    /// Exit with 2 when the archive cannot be used
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Explain {
    /// A ResultCode such as 0810, the `code` of a refusal such as 2204, or a file with a message of the API
    #[arg(value_name = "CODE|FILE")]
    pub(crate) code: String,

    /// What a result code means for this type of job: a number, or a name such as biometric_kyc
    #[arg(long, value_name = "NUMBER|NAME")]
    pub(crate) job_type: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Listen {
    /// Where to listen; port 0 for any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8090")]
    pub(crate) address: std::net::SocketAddr,

    /// The path of the callback URL
    #[arg(long, value_name = "PATH", default_value = "/")]
    pub(crate) path: String,

    /// How old a callback may be: `5m`, `24h`
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(crate) max_age: Duration,

    /// Print each callback too, whole: it may hold an ID number and photos
    #[arg(long)]
    pub(crate) full: bool,

    /// Ask the API about each job before its callback is answered and printed
    #[arg(long)]
    pub(crate) confirm: bool,
}

/// The words that web tokens know, from the tables.
fn products() -> String {
    let mut words: Vec<_> = Product::rows().iter().flat_map(|row| row.token_keywords).copied().collect();
    words.sort_unstable();
    format!("What the browser may do, in the API's word: {}", words.join(", "))
}

/// Reads `30s`, `5m`, `1h30m`, or a number of seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let advice = || "a duration such as 30s, 5m or 1h30m".to_owned();
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let duration: jiff::SignedDuration = text.parse().map_err(|_| advice())?;
    Duration::try_from(duration).map_err(|_| advice())
}

/// Reads the greatest age of a message.
fn max_age(text: &str) -> Result<Window, String> {
    if text == "off" { Ok(Window::UNLIMITED) } else { duration(text).map(Window::of) }
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
