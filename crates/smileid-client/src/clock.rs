//! What a time is, and the one place that reads it, or anything else that differs from run to run.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::OnceLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The time, twice: wall time signs, monotonic time measures. The example of [`flow`](crate::flow) makes its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "transports for tests make their own")]
pub struct Now {
    /// Milliseconds since 1970, UTC.
    pub utc_millis: i64,
    /// Time since a moment that stays the same while a conversation lasts.
    pub monotonic: Duration,
}

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

/// From the keys that the standard library makes for each of its maps, so that no two are alike.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one(())
}
