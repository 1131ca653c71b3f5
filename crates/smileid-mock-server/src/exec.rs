//! A command beside a mock: clients of all languages find the mock and trust it, and nobody else is asked in its place.
//!
//! ```no_run
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use smileid_mock_server::{MockServer, exec::{self, Settings, Signals}};
//!
//! let signals = Signals::catch()?;
//! let server = MockServer::start().await?;
//! let settings = Settings::of(&server)?;
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

/// The reason of a journal entry whose wrong signature is still looked into.
pub const SEARCH_CONTINUES: &str = proof::CONTINUES;

/// Runs a command, its name first, to its end; what the process is signalled in the meantime, the command is. One that does
/// not stop within ten seconds of being told, or one of being told again, is killed; it counts as ended by what it was told.
///
/// # Errors
///
/// When the command cannot be run: [`io::ErrorKind::NotFound`] when there is none.
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
