//! Time of a flow. This is the only file that reads the clock or another value that differs from run to run.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::OnceLock,
    time::{Duration, Instant, SystemTime},
};

use smileid_protocol::timestamp;

/// Current time: wall-clock time for signatures, and monotonic time for durations. The example of [`flow`](crate::flow) creates
/// its own values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "transports for tests make their own")]
pub struct Now {
    /// Time of day, which signatures contain.
    pub wall: SystemTime,
    /// Monotonic time since a fixed moment, which must be the same for all events of a flow.
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

/// Returns a seed for random numbers, made from the keys of the standard library's hash maps.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one(())
}
