//! I/O of the mock server: clock, sockets, HTTP, TLS and callbacks.

pub mod crowd;
pub(crate) mod deliver;
pub(crate) mod doctor;
mod effect;
#[cfg(any(feature = "scenario-file", feature = "tls"))]
mod files;
pub(crate) mod http;
pub(crate) mod listen;
mod paced;
#[cfg(feature = "scenario-file")]
pub(crate) mod reload;
mod replies;
#[cfg(feature = "scenario-file")]
pub(crate) mod state_file;
mod steady;
#[cfg(feature = "tls")]
pub(crate) mod tls;
#[cfg(not(feature = "tls"))]
#[path = "shell/no_tls.rs"]
pub(crate) mod tls;
mod upload;

use std::{fmt, io::Write as _, time::SystemTime};

use smileid_protocol::timestamp::utc_millis;

use crate::model::utc_millis::UtcMillis;

/// Reads the clock of the system. No other code of the mock server reads it.
#[expect(
    clippy::disallowed_methods,
    reason = "the core takes time as an argument; this is where it comes from"
)]
pub(crate) fn now() -> UtcMillis {
    UtcMillis::from_utc_millis(utc_millis(SystemTime::now()))
}

/// Writes a message to standard error. If that fails, the message is lost.
pub(crate) fn tell(what: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "smileid-mock: {what}");
}
