//! Running a command beside a mock.

use std::{
    io,
    process::{ExitCode, ExitStatus},
};

use smileid_mock_server::{
    MockServer,
    exec::{self, Place, Settings, Signals},
};

use crate::{
    Failure,
    arguments::{Exec, Ports},
    serve,
};

/// As shells say that a command is not there, or cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_RUN: u8 = 126;

pub(crate) async fn run(arguments: Exec) -> Result<ExitCode, Failure> {
    let Exec { url, server, command } = arguments;
    // Before the command can be told anything, so that nothing it is told is missed.
    let signals = Signals::catch()?;
    // Dropped at the end, when the command needs it no more.
    let mut own: Option<MockServer> = None;
    let settings = if let Some(url) = url {
        let ca = if url.is_https { Some(server.trust.open()?) } else { None };
        let place = Place::at(url.origin, server.partner.credentials()?);
        Settings::at(&place, ca.as_ref(), None)?
    } else {
        Settings::of(own.insert(serve::start(server.options(Ports::Free)?).await?))?
    };

    let program = command.first().cloned().unwrap_or_default();
    match exec::run(command, &settings, signals).await {
        Ok(ended) => Ok(code(ended)),
        Err(error) => {
            eprintln!("smileid-mock: cannot run {}: {error}", program.display());
            let code = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_RUN };
            Ok(code.into())
        }
    }
}

/// The code that the command exits with; for one that a signal ended, what shells make of it.
fn code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
