//! When a submission has to be done.

use std::time::Duration;

use crate::{
    clock::Now,
    config::{Config, Wait},
    submission::Submission,
};

/// When a submission has to be done, on the monotonic clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    /// With everything but the wait for its result.
    pub(super) operation: Duration,
    /// With everything.
    whole: Duration,
}

impl Limits {
    /// Those of a submission that was begun at `start`.
    pub(super) fn of(config: &Config, submission: &Submission, start: Duration) -> Self {
        let whole = start.saturating_add(submission.limit.unwrap_or(Duration::MAX));
        let operation = start.saturating_add(config.timeouts.operation).min(whole);
        Self { operation, whole }
    }

    /// What is left for anything but the wait.
    pub(super) fn left(&self, now: Now) -> Duration {
        self.operation.saturating_sub(now.monotonic)
    }

    /// The wait with no more time than is left, none when nothing is.
    pub(super) fn wait(&self, wait: Wait, now: Now) -> Option<Wait> {
        let left = self.whole.saturating_sub(now.monotonic);
        (!left.is_zero()).then(|| Wait { timeout: wait.timeout.min(left), ..wait })
    }
}
