//! A partner's clock: the world's, shifted, or standing still.

use super::millis::UtcMillis;

/// What time it is for a partner.
///
/// Everything the mock does for a partner goes by that partner's clock: how long jobs take and links live, when
/// callbacks are tried again, what replies and callbacks are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// The world's time, so many milliseconds ahead of it.
    Running {
        /// Negative where it is behind.
        ahead_millis: i64,
    },
    /// Always the same moment, until it is moved.
    Frozen {
        /// The moment.
        at: UtcMillis,
    },
}

impl Clock {
    /// The world's time.
    pub const REAL: Self = Self::Running { ahead_millis: 0 };

    /// What time it is when the world's clock says `wall`.
    pub fn now(self, wall: UtcMillis) -> UtcMillis {
        match self {
            Self::Running { ahead_millis } => wall.shifted(ahead_millis),
            Self::Frozen { at } => at,
        }
    }

    /// When the world's clock will say that it is `moment` here; never, when it stands still before that.
    pub(crate) fn wall_at(self, moment: UtcMillis, wall: UtcMillis) -> Option<UtcMillis> {
        match self {
            Self::Running { ahead_millis } => Some(moment.shifted(ahead_millis.saturating_neg())),
            Self::Frozen { at } => (moment <= at).then_some(wall),
        }
    }

    /// The same, standing still at what time it is.
    pub(crate) fn frozen(self, wall: UtcMillis) -> Self {
        Self::Frozen { at: self.now(wall) }
    }

    /// The same, running on from what time it is.
    pub(crate) fn running(self, wall: UtcMillis) -> Self {
        Self::Running { ahead_millis: self.now(wall).utc().saturating_sub(wall.utc()) }
    }

    /// The same, put to `moment`.
    pub(crate) fn put_to(self, moment: UtcMillis, wall: UtcMillis) -> Self {
        match self {
            Self::Running { .. } => Self::Running { ahead_millis: moment.utc().saturating_sub(wall.utc()) },
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
        UtcMillis::from_utc(millis)
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
