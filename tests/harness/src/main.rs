//! Runs `cargo xtask peers` and `cargo xtask bench`, which start the programs of this workspace as processes.

mod bench;
mod command;
mod peers;
mod server;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse().command) else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("because: {cause}");
    }
    ExitCode::FAILURE
}

fn run(command: Command) -> Result<()> {
    let root = command::root()?;
    match command {
        Command::Peers { names, check } => peers::run(&root, &names, check),
        Command::Bench { full: true, json, .. } => bench::run(&root, 1_000_000, json.as_deref()),
        Command::Bench { requests, json, .. } => bench::run(&root, requests, json.as_deref()),
    }
}

/// Commands that run the workspace's programs as processes.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the official libraries of other languages against the mock server, and write the comparison with ours
    Peers {
        /// Write nothing; fail if a page differs from the results
        #[arg(long)]
        check: bool,
        /// The peers to run: python, node, java, side-by-side, conformance, or all [default: all]
        #[arg(value_name = "PEER")]
        names: Vec<String>,
    },
    /// Measure the mock server, and a minimal axum server for comparison
    Bench {
        /// Write the figures to a JSON file too
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Number of job requests before memory is measured again
        #[arg(long, value_name = "N", default_value_t = 60_000)]
        requests: usize,
        /// Send a million job requests
        #[arg(long, conflicts_with = "requests")]
        full: bool,
    },
}
