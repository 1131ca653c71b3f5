//! The `smileid` command: submit jobs to Smile ID, wait for results, receive and check what the API sends.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

// Printing to a standard stream that is full or gone panics.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod args;
mod command;
mod confirm;
mod failure;
mod flags;
mod interrupt;
mod output;
mod resume;
mod said;
mod setup;
mod terminal;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::{
    args::{Args, Command, Format},
    failure::{Failure, Kind},
    interrupt::unless_interrupted,
};

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            return Failure::new(Kind::Other, format!("the runtime cannot start: {error}"))
                .report(Format::usual());
        }
    };
    let done = runtime.block_on(run());
    // Not waiting for what blocks, such as reading a pipe that nobody writes to.
    runtime.shutdown_background();
    done
}

async fn run() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let args = match Args::try_parse_from(&arguments) {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => error.exit(), // --help and --version
        Err(error) => return Failure::from(error).report(Format::of_unparsed(&arguments)),
    };
    let format = args.format.unwrap_or_else(Format::usual);
    let key = std::env::var("SMILE_ID_API_KEY").unwrap_or_default();
    if let Err(failure) = setup::not_on_command_line(key.trim()) {
        return failure.report(format);
    }
    let done = match &args.command {
        Command::Submit(submit) => command::submit::run(submit, &args).await,
        Command::Status(status) => unless_interrupted(Box::pin(command::status::run(status, &args))).await,
        Command::Wait(wait) => command::status::wait(wait, &args).await,
        Command::Token(token) => unless_interrupted(Box::pin(command::token::run(token, &args))).await,
        Command::Services(services) => {
            unless_interrupted(Box::pin(command::services::run(services, &args))).await
        }
        Command::Sign(sign) => unless_interrupted(Box::pin(command::sign::run(sign, &args))).await,
        Command::Verify(verify) => unless_interrupted(Box::pin(command::verify::run(verify, &args))).await,
        Command::Package(package) => {
            unless_interrupted(Box::pin(command::package::run(package, &args))).await
        }
        Command::Explain(explain) => {
            unless_interrupted(Box::pin(command::explain::run(explain, &args))).await
        }
        Command::Listen(listen) => return command::listen::run(listen, &args, format).await,
        Command::Doctor(_) => unless_interrupted(Box::pin(command::doctor::run(&args))).await,
    };
    match done {
        Ok(output) => output.print(format, &args),
        Err(failure) => failure.report(format),
    }
}
