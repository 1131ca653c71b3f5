//! The program `smileid`: submits jobs to Smile ID, waits for results, receives and verifies callbacks.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

// Printing panics if a standard stream is full or closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod args;
mod command;
mod confirm;
mod describe;
mod failure;
mod flags;
mod interrupt;
mod output;
mod progress;
mod resume;
mod setup;
mod terminal;
mod trace;
mod v3;

use std::{ffi::OsString, io, process::ExitCode, thread, time::Duration};

use clap::Parser as _;
use tokio::runtime::{Builder, Runtime};

use crate::{
    args::{Args, Command, Format},
    failure::{Failure, Kind},
    interrupt::unless_interrupted,
};

fn main() -> ExitCode {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            return Failure::new(Kind::Other, format!("failed to start the runtime: {error}"))
                .report(Format::detect());
        }
    };
    let done = runtime.block_on(run());
    // Does not wait for blocked threads, such as one that reads a pipe without a writer.
    runtime.shutdown_background();
    done
}

/// Creates an async runtime that keeps its timers and signals running while a connection occupies a worker thread.
///
/// A server that sends only `100 Continue` occupies the thread that reads it for seconds. If that thread also drives
/// I/O and timers, no other thread wakes up. A thread outside the runtime therefore wakes one regularly.
fn runtime() -> io::Result<Runtime> {
    const FEWEST_THREADS: usize = 4;
    const PAUSE: Duration = Duration::from_millis(100);

    let threads =
        thread::available_parallelism().map_or(FEWEST_THREADS, |count| count.get().max(FEWEST_THREADS));
    let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new().spawn(move || {
        loop {
            thread::sleep(PAUSE);
            drop(handle.spawn(async {}));
        }
    })?;
    Ok(runtime)
}

async fn run() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let mut args = match Args::try_parse_from(&arguments) {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => error.exit(), // --help and --version
        Err(error) => return Failure::from(error).report(Format::from_arguments(&arguments)),
    };
    let format = args.format();
    if let Err(failure) = setup::check_for_keys(&args).await {
        return failure.report(format);
    }
    if let Command::Submit(submit) = &mut args.command
        && let Err(failure) = flags::expand_liveness(&mut submit.images)
    {
        return failure.report(format);
    }
    let done = match &args.command {
        Command::Submit(submit) => command::submit::run(submit, &args).await,
        Command::Status(status) => unless_interrupted(Box::pin(command::status::run(status, &args))).await,
        Command::Wait(wait) => command::status::wait(wait, &args).await,
        Command::Replay(replay) => unless_interrupted(Box::pin(command::replay::run(replay, &args))).await,
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
        Command::Completions(completions) => {
            return output::print_bytes(&command::completions::run(completions), format);
        }
        Command::Man(man) => {
            return match command::man::run(man) {
                Ok(page) => output::print_bytes(&page, format),
                Err(failure) => failure.report(format),
            };
        }
        Command::Doctor(_) => unless_interrupted(Box::pin(command::doctor::run(&args))).await,
    };
    match done {
        Ok(output) => output.print(format, &args),
        Err(failure) => failure.report(format),
    }
}
