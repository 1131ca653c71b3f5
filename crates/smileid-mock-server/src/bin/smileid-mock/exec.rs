//! Command `smileid-mock exec`: runs a command with a mock server.

use std::{
    io,
    process::{ExitCode, ExitStatus},
};

use smileid_mock_server::{
    LocalCa, MockServer,
    exec::{self, Place, Settings, Signals},
};

use crate::{
    Failure,
    arguments::{Exec, Ports, mock_url},
    mock::Mock,
    reports::Journal,
    serve, tell,
};

/// Exit codes of shells for a command that does not exist, and for one that cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_RUN: u8 = 126;

pub(crate) async fn run(arguments: Exec) -> Result<ExitCode, Failure> {
    let Exec { url, reports, server, command } = arguments;
    reports.check()?;
    // Before the command starts, so that no signal is missed.
    let signals = Signals::catch()?;
    let token = server.admin_token();
    // Kept until the end, as the command and the reports need it.
    let mut own: Option<MockServer> = None;
    let (settings, journal) = if let Some(url) = url {
        let ca = if url.is_https { Some(server.trust.open()?) } else { None };
        let place = Place::at(url.origin.clone(), server.partner.credentials()?);
        let settings = Settings::at(&place, ca.as_ref(), None)?;
        (
            settings,
            Journal::of_running(Mock { url, bundle: ca.map(|ca| ca.bundle_pem()), token }, &reports).await?,
        )
    } else {
        let own = own.insert(serve::start(server.options(Ports::Free)?).await?);
        let url = mock_url(own.base_url()).map_err(Failure::Other)?;
        (
            Settings::for_server(own)?,
            Journal::of_fresh(Mock { url, bundle: own.ca().map(LocalCa::bundle_pem), token }),
        )
    };

    let program = command.first().cloned().unwrap_or_default();
    match exec::run(command, &settings, signals).await {
        Ok(ended) => {
            let is_written = journal.report(&reports, ended.success()).await;
            let is_hidden = ended.success() && !is_written;
            Ok(if is_hidden { ExitCode::FAILURE } else { code(ended) })
        }
        Err(error) => {
            tell(format_args!("cannot run {}: {error}", program.display()));
            let code = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_RUN };
            Ok(code.into())
        }
    }
}

/// Returns the exit code of the command. If a signal ended it, returns the code that shells use.
fn code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status.code().or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
