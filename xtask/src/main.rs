//! Commands for the maintainers of this repository. `cargo xtask help` lists them.

mod ci;
mod codegen;
mod dist;
mod docs;
mod fresh;
mod fuzz;
mod harness;
mod layers;
mod pages;
mod quickstarts;
mod release;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse().command) else { return ExitCode::SUCCESS };
    // The error is printed here, because a returned error would be shown in Debug format.
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
        Command::Ci { steps, full, .. } => ci::run(&root, &steps, full),
        Command::Codegen { check: true } => codegen::run(&root, codegen::Stale::Refuse),
        Command::Codegen { check: false } => codegen::run(&root, codegen::Stale::Renew),
        Command::Layers => layers::run(&root),
        Command::Tidy => tidy::run(&root),
        Command::Fuzz { target, seconds } => fuzz::run(&root, target.as_deref(), seconds),
        Command::Release { version, execute, without_ci } => {
            release::run(&root, &version, release::Options { execute, without_ci })
        }
        Command::Docs => docs::run(&root),
        Command::BookLinks { question } if question.is_empty() => docs::change_links(),
        Command::BookLinks { .. } => Ok(()), // every renderer is supported
        Command::Quickstarts { names } => quickstarts::run(&root, &names),
        Command::Dist { install } => dist::run(&root, install),
        Command::Peers { arguments } => harness::run(&root, "peers", &arguments),
        Command::Bench { arguments } => harness::run(&root, "bench", &arguments),
    }
}

/// Commands for the maintainers of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the checks for every change, or the named steps, until one fails
    Ci {
        /// Run also the checks for a release: all peers, fuzz targets, packages
        #[arg(long, conflicts_with = "steps")]
        full: bool,
        /// Print the names of the steps, and run none
        #[arg(long)]
        list: bool,
        /// Names of the steps to run
        #[arg(value_name = "STEP")]
        steps: Vec<String>,
    },
    /// Generate files from the TOML tables
    Codegen {
        /// Write no file; fail if a file differs from the tables
        #[arg(long)]
        check: bool,
    },
    /// Check the dependencies of each crate, and the size of its dependency tree
    Layers,
    /// Check rules of this repository that linters do not check
    Tidy,
    /// Run the fuzz targets
    Fuzz {
        /// Name of the fuzz target [default: all]
        target: Option<String>,
        /// Duration of each fuzz target, in seconds
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Measure the mock server, and for comparison a minimal axum server
    #[command(disable_help_flag = true)]
    Bench {
        /// Options of the harness: `cargo xtask bench --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTION")]
        arguments: Vec<String>,
    },
    /// Build Python wheels, npm packages and archives of the binaries, for this platform, into `target/packages`
    Dist {
        /// Install the packages into new environments without Rust, and run them there
        #[arg(long)]
        install: bool,
    },
    /// Build the book into `target/book`, after renewing the code blocks that are copies of files
    Docs,
    /// Change links of the book; mdBook runs it, first with `supports html`
    #[command(hide = true)]
    BookLinks { question: Vec<String> },
    /// Run the programs of `docs/quickstarts` against a mock server
    Quickstarts {
        /// Parts of paths, such as `php` or `node/v1` [default: all]
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Rehearse a release: versions, changelog, tests, CI, packages. Changes nothing without --execute; never pushes
    Release {
        /// Version to release, such as 0.2.0
        version: semver::Version,
        /// Create the commit and the tag after all checks have passed
        #[arg(long)]
        execute: bool,
        /// Skip the tests and CI, if they have just passed on this commit
        #[arg(long)]
        without_ci: bool,
    },
    /// Run the official libraries of other languages against the mock server, and write the comparison with this project
    #[command(disable_help_flag = true)]
    Peers {
        /// Options of the harness: `cargo xtask peers --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTION")]
        arguments: Vec<String>,
    },
}
