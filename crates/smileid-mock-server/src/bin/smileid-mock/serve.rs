//! Serving, until the process is told to stop.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use smileid_mock_server::{MockServer, Options, exec};

use crate::{
    Failure,
    arguments::{Ports, Server},
};

pub(crate) async fn run(arguments: Server) -> Result<ExitCode, Failure> {
    // Before anybody can know that it runs, so that no signal is missed.
    let stop = exec::stop()?;
    let server = start(arguments.options(Ports::Usual)?).await?;

    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", server.announcement())?;
    stdout.flush()?;
    drop(stdout);

    stop.await;
    Ok(ExitCode::SUCCESS)
}

/// Starts the server; a failure says what to do about it.
pub(crate) async fn start(options: Options) -> Result<MockServer, Failure> {
    MockServer::start_with(options).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                ", maybe by another mock: stop that, or take free ports with `--http 127.0.0.1:0 --https 127.0.0.1:0`"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "; the local CA may be elsewhere with `--ca-dir DIR`, and is not needed with `--https off`"
            }
            _ => "",
        };
        Failure::Other(format!("{error}{advice}"))
    })
}
