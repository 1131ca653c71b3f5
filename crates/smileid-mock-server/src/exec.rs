//! Runs a command with environment variables that direct API clients of all languages to a mock server and make them trust its
//! certificate.
//!
//! ```no_run
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use smileid_mock_server::{MockServer, exec::{self, Settings, Signals}};
//!
//! let signals = Signals::catch()?;
//! let server = MockServer::start().await?;
//! let settings = Settings::for_server(&server)?;
//! let ended = exec::run(["pytest".into(), "-q".into()], &settings, signals).await?;
//! assert!(ended.success());
//! # Ok(())
//! # }
//! ```

mod settings;
mod signals;

pub use settings::{Language, Place, Settings};
pub use signals::{Signals, stop};

use std::{ffi::OsString, io, process::ExitStatus};

use tokio::process::Command;

use crate::diagnose::proof;

/// Code in a journal entry which says that the search for the mistake in a signature is not complete.
pub const SEARCH_CONTINUES: &str = proof::CONTINUES;

/// Runs a command (its name first) to its end. Signals to this process are passed on to the command. After a signal to stop, the
/// command is killed if it does not end within ten seconds, or one second after a second signal. Its exit status is then that of
/// the signal.
///
/// # Errors
///
/// If the command cannot be run: [`io::ErrorKind::NotFound`] if it does not exist.
pub async fn run(
    command: impl IntoIterator<Item = OsString>,
    settings: &Settings,
    signals: Signals,
) -> io::Result<ExitStatus> {
    let mut words = command.into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).kill_on_drop(true);
    settings.apply(&mut command);
    signals.pass_on_to(command.spawn()?).await
}
