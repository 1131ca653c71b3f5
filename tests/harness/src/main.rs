//! Commands `peers` and `bench` of `cargo xtask`, which run the programs of this workspace as processes.

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
    /// Run the official libraries of other languages against the mock server, and write the comparison with this project
    Peers {
        /// Write no page; fail if a page differs from the results
        #[arg(long)]
        check: bool,
        /// Peers to run: python, node, java, side-by-side, conformance, or all [default: all]
        #[arg(value_name = "PEER")]
        names: Vec<String>,
    },
    /// Measure the mock server, and for comparison a minimal axum server
    Bench {
        /// Also write the figures to this JSON file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Number of job requests before the memory is measured again
        #[arg(long, value_name = "N", default_value_t = 60_000)]
        requests: usize,
        /// Send a million job requests
        #[arg(long, conflicts_with = "requests")]
        full: bool,
    },
}
