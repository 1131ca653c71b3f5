//! Clock of a partner: real time, shifted time, or a fixed time.

use serde::{Deserialize, Serialize};

use super::utc_millis::UtcMillis;

/// Clock of a partner: real time, shifted time, or a fixed time.
///
/// Everything the mock does for a partner uses that partner's clock: processing times of jobs, the lifetime of links,
/// callback retries, and the timestamps in signatures of responses and callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Clock {
    /// The clock shows real time, shifted by a number of milliseconds.
    Running {
        /// Number of milliseconds ahead of real time; negative if behind.
        ahead_millis: i64,
    },
    /// The clock is stopped at a time, until it is moved.
    Frozen {
        /// Time that the clock shows, in milliseconds since 1970 in UTC.
        at: UtcMillis,
    },
}

impl Clock {
    /// Clock that shows real time.
    pub const REAL: Self = Self::Running { ahead_millis: 0 };

    /// Returns the time on this clock when the real time is `wall`.
    pub fn now(self, wall: UtcMillis) -> UtcMillis {
        match self {
            Self::Running { ahead_millis } => wall.shifted(ahead_millis),
            Self::Frozen { at } => at,
        }
    }

    /// Returns the real time at which this clock shows `moment`. None if the clock is stopped before `moment`.
    pub(crate) fn wall_at(self, moment: UtcMillis, wall: UtcMillis) -> Option<UtcMillis> {
        match self {
            Self::Running { ahead_millis } => Some(moment.shifted(ahead_millis.saturating_neg())),
            Self::Frozen { at } => (moment <= at).then_some(wall),
        }
    }

    /// Returns this clock, stopped at its current time.
    pub(crate) fn frozen(self, wall: UtcMillis) -> Self {
        Self::Frozen { at: self.now(wall) }
    }

    /// Returns this clock, running from its current time.
    pub(crate) fn running(self, wall: UtcMillis) -> Self {
        Self::Running { ahead_millis: self.now(wall).to_utc_millis().saturating_sub(wall.to_utc_millis()) }
    }

    /// Returns this clock, set to `moment`.
    pub(crate) fn put_to(self, moment: UtcMillis, wall: UtcMillis) -> Self {
        match self {
            Self::Running { .. } => {
                Self::Running { ahead_millis: moment.to_utc_millis().saturating_sub(wall.to_utc_millis()) }
            }
            Self::Frozen { .. } => Self::Frozen { at: moment },
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::REAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> UtcMillis {
        UtcMillis::from_utc_millis(millis)
    }

    #[test]
    fn a_clock_runs_ahead_or_stands() {
        let later = Clock::REAL.put_to(at(3000), at(1000));
        assert_eq!(later.now(at(1000)), at(3000));
        assert_eq!(later.now(at(1500)), at(3500));
        assert_eq!(later.wall_at(at(4000), at(1500)), Some(at(2000)));

        let frozen = later.frozen(at(1500));
        assert_eq!(frozen.now(at(9999)), at(3500));
        assert_eq!(frozen.wall_at(at(3500), at(9999)), Some(at(9999)));
        assert_eq!(frozen.wall_at(at(3501), at(9999)), None);
        assert_eq!(frozen.put_to(at(3501), at(9999)).now(at(0)), at(3501));

        let running = frozen.running(at(10_000));
        assert_eq!(running.now(at(10_001)), at(3501));
    }
}
