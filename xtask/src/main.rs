//! The maintainers' commands: `cargo xtask help` lists them.

mod bench;
mod ci;
mod codegen;
mod fuzz;
mod layers;
mod peers;
mod release;
mod server;
mod tidy;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse().command) else { return ExitCode::SUCCESS };
    // Not by returning it: where it came from in our code helps nobody who reads what is wrong in theirs.
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("because: {cause}");
    }
    ExitCode::FAILURE
}

fn run(command: Command) -> Result<()> {
    let root = workspace::root()?;
    match command {
        Command::Ci { list: true, .. } => {
            ci::list();
            Ok(())
        }
        Command::Ci { steps, .. } => ci::run(&root, &steps),
        Command::Codegen { check: true } => codegen::run(&root, codegen::Stale::Refuse),
        Command::Codegen { check: false } => codegen::run(&root, codegen::Stale::Renew),
        Command::Layers => layers::run(&root),
        Command::Tidy => tidy::run(&root),
        Command::Fuzz { target, seconds } => fuzz::run(&root, target.as_deref(), seconds),
        Command::Release { version, execute, without_ci } => {
            release::run(&root, &version, release::Options { execute, without_ci })
        }
        Command::Peers { names, check: true } => peers::run(&root, &names, codegen::Stale::Refuse),
        Command::Peers { names, check: false } => peers::run(&root, &names, codegen::Stale::Renew),
        Command::Bench { full: true, json, .. } => bench::run(&root, 1_000_000, json.as_deref()),
        Command::Bench { requests, json, .. } => bench::run(&root, requests, json.as_deref()),
    }
}

/// The maintainers' commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every check, or the named steps, until one fails
    Ci {
        /// Print the steps and run none
        #[arg(long)]
        list: bool,
        /// The steps to run
        #[arg(value_name = "STEP")]
        steps: Vec<String>,
    },
    /// Write the files that come from the tables in crates/smileid-types/data
    Codegen {
        /// Write nothing; fail if a file is not what the tables say
        #[arg(long)]
        check: bool,
    },
    /// Check which crate depends on what, and how many packages come along
    Layers,
    /// Check what no linter knows
    Tidy,
    /// Feed the readers of strangers' bytes with bytes that nobody would send
    Fuzz {
        /// The target; all of them unless told
        target: Option<String>,
        /// How long each runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Measure the mock server beside a bare axum server
    Bench {
        /// Write the figures to a file too
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// How many requests make new jobs before memory is looked at once more
        #[arg(long, value_name = "N", default_value_t = 60_000)]
        requests: usize,
        /// A million of them
        #[arg(long, conflicts_with = "requests")]
        full: bool,
    },
    /// Rehearse a release in a copy: versions, changelog, tests, CI, packages; changes nothing unless told, never pushes
    Release {
        /// The version, three numbers
        version: String,
        /// Make the commit and the tag once all has gone well
        #[arg(long)]
        execute: bool,
        /// Leave out the tests and CI, when they have just passed on this commit
        #[arg(long)]
        without_ci: bool,
    },
    /// Drive official libraries of other languages against the mock server, and write how ours compares
    Peers {
        /// Write nothing; fail if a page is not what came of it
        #[arg(long)]
        check: bool,
        /// The peers to drive: python, node, java, side-by-side, conformance, or all
        #[arg(value_name = "PEER")]
        names: Vec<String>,
    },
}
