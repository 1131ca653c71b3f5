//! Deadlines of a submission.

use std::time::Duration;

use crate::{
    clock::Now,
    config::{Config, Wait},
};

/// Deadlines of a submission, on the monotonic clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    /// For everything but the wait for its result.
    pub(super) operation: Duration,
    /// For everything.
    whole: Duration,
}

impl Limits {
    /// Returns the deadlines of a submission that was begun at `start`, with a limit of its own.
    pub(super) fn new(config: &Config, limit: Option<Duration>, start: Duration) -> Self {
        let whole = start.saturating_add(limit.unwrap_or(Duration::MAX));
        let operation = start.saturating_add(config.timeouts.operation).min(whole);
        Self { operation, whole }
    }

    /// Returns the time left for everything but the wait.
    pub(super) fn left(&self, now: Now) -> Duration {
        self.operation.saturating_sub(now.monotonic)
    }

    /// Returns the wait, shortened to the time left; none if no time is left.
    pub(super) fn wait(&self, wait: Wait, now: Now) -> Option<Wait> {
        let left = self.whole.saturating_sub(now.monotonic);
        (!left.is_zero()).then(|| Wait { timeout: wait.timeout.min(left), ..wait })
    }
}
