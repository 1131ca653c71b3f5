//! What stands between the core and the world: the clock, the ports, HTTP, TLS and callbacks.

pub mod crowd;
pub(crate) mod deliver;
pub(crate) mod doctor;
mod effect;
pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod listen;
mod paced;
pub(crate) mod reload;
mod replies;
mod steady;
pub(crate) mod tls;
mod upload;

use std::{
    fmt,
    io::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::model::millis::UtcMillis;

/// The one place that reads a clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the core takes time as an argument; this is where it comes from"
)]
pub(crate) fn now() -> UtcMillis {
    let now = SystemTime::now();
    let millis = match now.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
    };
    UtcMillis::from_utc(millis)
}

/// Tells whoever looks after the mock, on standard error. Where that is full or gone, nobody is told.
pub(crate) fn tell(what: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "smileid-mock: {what}");
}
