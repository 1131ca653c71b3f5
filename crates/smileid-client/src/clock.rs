//! The time type, and the only place that reads the clock or any other value that differs from run to run.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::OnceLock,
    time::{Duration, Instant, SystemTime},
};

use smileid_protocol::timestamp;

/// Wall time, which signs, and monotonic time, which measures. The example of [`flow`](crate::flow) makes its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "transports for tests make their own")]
pub struct Now {
    /// Time of day, which signatures contain.
    pub wall: SystemTime,
    /// Time since a fixed moment, which stays the same during a conversation.
    pub monotonic: Duration,
}

impl Now {
    pub(crate) fn utc_millis(&self) -> i64 {
        timestamp::utc_millis(self.wall)
    }
}

#[expect(clippy::disallowed_methods, reason = "the drivers' clock")]
pub(crate) fn now() -> Now {
    static START: OnceLock<Instant> = OnceLock::new();

    let monotonic = Instant::now().saturating_duration_since(*START.get_or_init(Instant::now));
    Now { wall: SystemTime::now(), monotonic }
}

#[expect(clippy::disallowed_methods, reason = "how a blocking transport waits unless it says otherwise")]
pub(crate) fn sleep(duration: Duration) {
    std::thread::sleep(duration);
}

/// Returns a seed from the keys that the standard library makes for each of its maps, so that seeds differ.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one(())
}
