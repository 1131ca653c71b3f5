//! Runs the server until a signal stops it.

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

/// Grace period of requests under way after a signal to stop. Containers are killed after ten seconds.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn run(arguments: Server) -> Result<ExitCode, Failure> {
    // Before the mock reports that it runs, so that no signal is missed.
    let mut stop = std::pin::pin!(exec::stop()?);
    let server = tokio::select! {
        server = start(arguments.options(Ports::Usual)?) => server?,
        () = &mut stop => return Ok(ExitCode::SUCCESS), // the start may wait, such as for the lock of the CA folder
    };

    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", server.announcement())?;
    stdout.flush()?;
    drop(stdout);

    stop.await;
    let again = exec::stop()?;
    tokio::select! {
        () = server.shutdown(GRACE) => Ok(ExitCode::SUCCESS),
        // A normal exit would wait for the server thread.
        () = again => std::process::exit(1),
    }
}

/// Starts the server. Its errors contain advice.
pub(crate) async fn start(options: Options) -> Result<MockServer, Failure> {
    MockServer::start_with(options).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                ", perhaps by another mock: stop it, or use free ports with `--http 127.0.0.1:0 --https 127.0.0.1:0`"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "; choose another folder for the local CA with `--ca-dir DIR`, or use `--https off`"
            }
            _ => "",
        };
        Failure::Other(format!("{error}{advice}"))
    })
}
