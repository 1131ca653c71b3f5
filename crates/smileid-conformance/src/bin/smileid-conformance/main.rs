//! Runs the cases, lists them, asks programs about them, plays scenarios against servers, and judges clients.
//!
//! Exits with 0 when every check passed, 1 when one failed, and 2 when they could not be run.

// Printing to a standard stream that is full or gone panics.
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

/// Cases that judge any implementation of the Smile ID protocol.
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
    /// Lists the cases, with the source of each.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// The cases of this folder, which is laid out as the suite's own is, in place of the suite's.
        #[arg(long, value_name = "FOLDER")]
        cases: Option<PathBuf>,
    },
    /// Runs all cases against this project's own code, or asks a program about those of signatures, jobs, archives and
    /// verdicts.
    Vectors(Box<vectors::Vectors>),
    /// Plays the scenarios against a server.
    Server(Box<server::Server>),
    /// Sends callbacks to a receiver and grades it; signed as the mock signs, unless told otherwise.
    Callback(Box<callback::Callback>),
    /// Serves as a mock, and says which rules a client breaks that asks it.
    Client(Box<client::Client>),
    /// Compares two reports that `server --json` wrote, and exits with 1 if the server changed.
    Diff {
        /// The report before.
        old: PathBuf,
        /// The report after.
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
        // Whoever reads the output may have stopped reading it, which is not worth a word.
        if error.downcast_ref::<io::Error>().is_none_or(|it| it.kind() != io::ErrorKind::BrokenPipe) {
            // Where that is full too, the exit code says it.
            let _ = writeln!(io::stderr(), "smileid-conformance: {}", whole(error.as_ref()));
        }
        ExitCode::from(2)
    })
}

/// What an error says, with its causes.
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

/// The error without a value that stands where none is expected: it may be an API key.
fn without_values(error: clap::Error) -> clap::Error {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.as_str(),
        _ => "",
    };
    match error.kind() {
        ErrorKind::UnknownArgument if !argument.starts_with("--") => Arguments::command().error(
            ErrorKind::UnknownArgument,
            "unexpected value on the command line, which is not shown; an API key is read from SMILE_ID_API_KEY or \
             from --api-key-file FILE",
        ),
        ErrorKind::InvalidSubcommand => {
            Arguments::command().error(ErrorKind::InvalidSubcommand, "unknown command, which is not shown")
        }
        _ => error,
    }
}

/// Writes a report aside and renames it, readable by its owner alone: it may repeat what was sent. A device or a pipe is
/// written to as it is.
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
#[error("the report could not be written to {}", path.display())]
struct Unwritable {
    path: PathBuf,
    source: io::Error,
}
