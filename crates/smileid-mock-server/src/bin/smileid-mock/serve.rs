//! Serving, until the process is told to stop.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use smileid_mock_server::{MockServer, Options, exec};

use crate::{
    Failure,
    arguments::{Ports, Server},
};

/// How long requests under way have when the process is told to stop. Containers are killed after ten seconds.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn run(arguments: Server) -> Result<ExitCode, Failure> {
    // Before anybody can know that it runs, so that no signal is missed.
    let mut stop = std::pin::pin!(exec::stop()?);
    let server = tokio::select! {
        server = start(arguments.options(Ports::Usual)?) => server?,
        () = &mut stop => return Ok(ExitCode::SUCCESS), // whatever it waits for
    };

    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", server.announcement())?;
    stdout.flush()?;
    drop(stdout);

    stop.await;
    let again = exec::stop()?;
    tokio::select! {
        () = server.shutdown(GRACE) => Ok(ExitCode::SUCCESS),
        // At once, as the server's thread may be waited for otherwise.
        () = again => std::process::exit(1),
    }
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
