//! Deadlines of a submission.

use std::time::Duration;

use crate::{
    clock::Now,
    config::{Config, Wait},
};

/// Deadlines of a submission, on the monotonic clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    /// Deadline for all steps except the wait for the result.
    pub(super) operation: Duration,
    /// Deadline for all steps, including the wait for the result.
    whole: Duration,
}

impl Limits {
    /// Returns the deadlines of a submission that started at `start`. `limit` is the time limit of the whole submission.
    pub(super) fn new(config: &Config, limit: Option<Duration>, start: Duration) -> Self {
        let whole = start.saturating_add(limit.unwrap_or(Duration::MAX));
        let operation = start.saturating_add(config.timeouts.operation).min(whole);
        Self { operation, whole }
    }

    /// Returns the time left for all steps except the wait for the result.
    pub(super) fn left(&self, now: Now) -> Duration {
        self.operation.saturating_sub(now.monotonic)
    }

    /// Returns the options of the wait, shortened to the time left. None if no time is left.
    pub(super) fn wait(&self, wait: Wait, now: Now) -> Option<Wait> {
        let left = self.whole.saturating_sub(now.monotonic);
        (!left.is_zero()).then(|| Wait { timeout: wait.timeout.min(left), ..wait })
    }
}
