//! Runs the cases, lists them, and plays scenarios against servers.
//!
//! Exits with 0 when every check passed, 1 when one failed, and 2 when they could not be run.

mod network;
mod receiver;
mod server;

use std::{
    error::Error,
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use serde_json::json;
use smileid_conformance::{Report, Suite};

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
    },
    /// Runs all cases against this project's own code.
    Vectors {
        /// Writes a report to this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Plays the scenarios against a server.
    Server(Box<server::Server>),
    /// Compares two reports that `server --json` wrote, and exits with 1 if the server changed.
    Diff {
        /// The report before.
        old: PathBuf,
        /// The report after.
        new: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::List { json } => list(json),
        Command::Vectors { json } => vectors(json),
        Command::Server(server) => server.run(),
        Command::Diff { old, new } => server::diff(&old, &new),
    };
    done.unwrap_or_else(|error| {
        // Whoever reads the output may have stopped reading it, which is not worth a word.
        if error.downcast_ref::<io::Error>().is_none_or(|it| it.kind() != io::ErrorKind::BrokenPipe) {
            let mut text = error.to_string();
            let mut source = error.source();
            while let Some(error) = source {
                text = format!("{text}: {error}");
                source = error.source();
            }
            eprintln!("smileid-conformance: {text}");
        }
        ExitCode::from(2)
    })
}

fn list(json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let suite = Suite::embedded()?;
    let mut out = io::stdout().lock();
    if json {
        let cases = suite.cases().iter().map(|case| {
            json!({
                "id": case.id(),
                "kind": case.kind(),
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

fn vectors(json: Option<PathBuf>) -> Result<ExitCode, Box<dyn Error>> {
    let suite = Suite::embedded()?;
    let report = Report::of(&suite);
    let mut out = io::stdout().lock();
    for check in report.failures() {
        let failure = check.failure.as_deref().unwrap_or_default();
        writeln!(out, "FAILED {}::{}\n  {failure}\n  source: {}", check.case, check.check, check.source)?;
    }
    writeln!(
        out,
        "{} cases, {} checks: {} passed, {} failed",
        suite.cases().len(),
        report.checks.len(),
        report.passed,
        report.failed
    )?;
    if let Some(path) = json {
        let mut text = serde_json::to_string_pretty(&report)?;
        text.push('\n');
        fs::write(&path, text).map_err(|source| Unwritable { path, source })?;
    }
    Ok(if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Debug, thiserror::Error)]
#[error("the report could not be written to {}", path.display())]
struct Unwritable {
    path: PathBuf,
    source: io::Error,
}
