//! Runs conformance tests against servers, receivers, clients, programs and this project's own code.
//!
//! Exit codes: 0 if every check passed, 1 if one failed, 2 if they could not run.

// Printing panics if a standard stream is full or closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod callback;
mod client;
mod common;
mod listen;
mod network;
mod receiver;
mod server;
mod vectors;

use std::{
    error::Error,
    fs,
    io::{self, Write},
    iter,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{
    CommandFactory as _, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};
use serde_json::json;
use smileid_conformance::Suite;

/// Test implementations of the Smile ID protocol
///
/// Independent of Smile ID and not affiliated with it.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the cases and their sources
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Use the cases in this folder instead of the embedded ones
        #[arg(long, value_name = "FOLDER")]
        cases: Option<PathBuf>,
    },
    /// Run the cases against a program that answers questions, or against this project's own code
    Vectors(Box<vectors::Vectors>),
    /// Run the scenarios against a server
    Server(Box<server::Server>),
    /// Send callbacks to a receiver and grade it; they are signed with the mock server's key by default
    Callback(Box<callback::Callback>),
    /// Run a mock server that reports which rules its clients break
    Client(Box<client::Client>),
    /// Compare two reports of `server --json`; exits with 1 if the server changed
    Diff {
        /// The earlier report
        old: PathBuf,
        /// The later report
        new: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| without_values(error).exit());
    let done = match arguments.command {
        Command::List { json, cases } => list(json, cases.as_deref()),
        Command::Vectors(vectors) => vectors.run(),
        Command::Server(server) => server.run(),
        Command::Callback(callback) => callback.run(),
        Command::Client(client) => client.run(),
        Command::Diff { old, new } => server::diff(&old, &new),
    };
    done.unwrap_or_else(|error| {
        // A closed pipe, as with `| head`, is not an error.
        if error.downcast_ref::<io::Error>().is_none_or(|it| it.kind() != io::ErrorKind::BrokenPipe) {
            // If this fails too, only the exit code remains.
            let _ = writeln!(io::stderr(), "smileid-conformance: {}", whole(error.as_ref()));
        }
        ExitCode::from(2)
    })
}

/// Returns the message of an error with all its causes.
fn whole(error: &dyn Error) -> String {
    iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

fn list(json: bool, cases: Option<&Path>) -> Result<ExitCode, Box<dyn Error>> {
    let suite = cases.map_or_else(Suite::embedded, Suite::load)?;
    let mut out = io::stdout().lock();
    if json {
        let cases = suite.cases().iter().map(|case| {
            json!({
                "id": case.id(),
                "kind": case.folder(),
                "description": case.description(),
                "source": case.source(),
            })
        });
        serde_json::to_writer_pretty(&mut out, &cases.collect::<Vec<_>>()).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        let width = suite.cases().iter().map(|case| case.id().len()).max().unwrap_or_default();
        for case in suite.cases() {
            writeln!(out, "{:width$}  {}", case.id(), case.source())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Removes the value from an error about an unexpected argument, because it may be an API key.
fn without_values(error: clap::Error) -> clap::Error {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.as_str(),
        _ => "",
    };
    match error.kind() {
        ErrorKind::UnknownArgument if !argument.starts_with("--") => Arguments::command().error(
            ErrorKind::UnknownArgument,
            "unexpected value on the command line, which is not shown; set the API key in SMILE_ID_API_KEY or in a file with \
              --api-key-file FILE",
        ),
        ErrorKind::InvalidSubcommand => {
            Arguments::command().error(ErrorKind::InvalidSubcommand, "unknown command, which is not shown")
        }
        _ => error,
    }
}

/// Writes a report atomically, readable only by its owner, since it may contain sent data. Writes directly to devices
/// and pipes.
fn write_file(path: &Path, text: &str) -> Result<(), Unwritable> {
    let write = || {
        let target = match fs::metadata(path) {
            Ok(it) if it.is_file() => fs::canonicalize(path)?,
            Ok(_) => return fs::write(path, text),
            Err(_) => path.to_owned(),
        };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut aside =
            tempfile::Builder::new().prefix(".smileid-").tempfile_in(folder.unwrap_or(Path::new(".")))?;
        aside.write_all(text.as_bytes())?;
        aside.persist(target).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| Unwritable { path: path.to_owned(), source })
}

#[derive(Debug, thiserror::Error)]
#[error("failed to write the report to {}", path.display())]
struct Unwritable {
    path: PathBuf,
    source: io::Error,
}
