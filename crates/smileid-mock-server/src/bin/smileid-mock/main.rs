//! The program `smileid-mock`: a local server that simulates the Smile ID API.

// The macros panic if the stream is full or closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod arguments;
mod exec;
mod logs;
mod mock;
mod ready;
mod reports;
mod serve;
mod trigger;

use std::{
    fmt::Display,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{CommandFactory as _, Parser as _, error::ErrorKind};
use smileid_mock_server::exec::{Place, Settings};

use arguments::{Arguments, Command, Env};

fn main() -> ExitCode {
    let Arguments { command, server } = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::from(error).report(),
    };
    let ended = runtime.block_on(async {
        match command {
            None => serve::run(server).await,
            Some(Command::Ready(arguments)) => ready::run(arguments).await,
            Some(Command::Env(arguments)) => env(arguments),
            Some(Command::Logs(arguments)) => logs::run(arguments).await,
            Some(Command::Trigger(arguments)) => trigger::run(arguments).await,
            Some(Command::Exec(arguments)) => exec::run(*arguments).await,
        }
    });
    ended.unwrap_or_else(Failure::report)
}

/// Prints the environment variables for clients in one language.
fn env(arguments: Env) -> Result<ExitCode, Failure> {
    let ca = if arguments.url.is_https { Some(arguments.trust.open()?) } else { None };
    let place = Place::at(arguments.url.origin, arguments.partner.credentials()?);
    let settings = Settings::at(&place, ca.as_ref(), Some(arguments.lang))?;
    io::stdout().lock().write_all(settings.script().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a message to standard error. If that fails, the exit code stays the same.
fn tell(what: impl Display) {
    let _ = writeln!(io::stderr(), "smileid-mock: {what}");
}

/// Error of the program.
enum Failure {
    /// The arguments contradict each other. The exit code is 2, as for errors that clap finds.
    Usage(String),
    /// Another error. The exit code is 1.
    Other(String),
}

impl Failure {
    fn report(self) -> ExitCode {
        match self {
            Self::Usage(message) => Arguments::command().error(ErrorKind::ValueValidation, message).exit(),
            Self::Other(message) => {
                tell(message);
                ExitCode::FAILURE
            }
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.to_string())
    }
}
