//! Running a command beside a mock.

use std::{
    ffi::OsString,
    io,
    process::{ExitCode, ExitStatus},
};

use smileid_mock_server::MockServer;
use tokio::process::Command;

use crate::{
    Failure,
    arguments::{Exec, Ports},
    serve::{self, Announcement},
    settings::{Change, Place, Setting, settings},
    signals::Signals,
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
        let place = Place::at(url, server.partner.credentials()?);
        settings(&place, ca.as_ref(), |_| true)?
    } else {
        let server = own.insert(serve::start(server.options(Ports::Free)?).await?);
        settings(&place_of(server), server.ca(), |_| true)?
    };

    let mut words = command.into_iter();
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(&program);
    command.args(words).kill_on_drop(true);
    for setting in settings {
        apply(setting, &mut command);
    }
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("smileid-mock: cannot run {}: {error}", program.display());
            let code = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_RUN };
            return Ok(code.into());
        }
    };
    Ok(code(signals.pass_on_to(child).await?))
}

fn place_of(server: &MockServer) -> Place {
    Place {
        http: server.http_url().map(str::to_owned),
        https: server.https_url().map(str::to_owned),
        admin: Announcement::of(server).admin,
        credentials: server.credentials().clone(),
    }
}

#[expect(clippy::disallowed_methods, reason = "what the command inherits may be added to")]
fn apply(setting: Setting, command: &mut Command) {
    let Setting { variable, change, .. } = setting;
    match change {
        Change::Set(value) => command.env(variable, value),
        Change::Add { to, between, value } => {
            let mut all = OsString::new();
            for there in to.iter().filter_map(std::env::var_os).filter(|there| !there.is_empty()) {
                all.push(there);
                all.push(between);
            }
            all.push(value);
            command.env(variable, all)
        }
        Change::Copy(of) => {
            let mut told = command.as_std().get_envs();
            let value = told.find_map(|(name, value)| value.filter(|_| name == of)).map(ToOwned::to_owned);
            command.env(variable, value.unwrap_or_default())
        }
        Change::Unset => command.env_remove(variable),
    };
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
