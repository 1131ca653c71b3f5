//! The one place that reads the clock.

use std::{
    sync::OnceLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::flow::Now;

#[expect(clippy::disallowed_methods, reason = "the drivers' clock")]
pub(crate) fn now() -> Now {
    static START: OnceLock<Instant> = OnceLock::new();

    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let utc_millis = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
    let monotonic = Instant::now().saturating_duration_since(*START.get_or_init(Instant::now));
    Now { utc_millis, monotonic }
}

#[expect(clippy::disallowed_methods, reason = "how a blocking transport waits unless it says otherwise")]
pub(crate) fn sleep(duration: Duration) {
    std::thread::sleep(duration);
}
