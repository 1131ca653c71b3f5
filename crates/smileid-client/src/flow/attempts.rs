//! Counts the attempts to send a request, and decides about retries.

use std::time::Duration;

use http::{Response, header::RETRY_AFTER};

use crate::{
    clock::Now,
    flow::Failure,
    retry::{COST, COST_OF_TIMEOUT, GIFT, Retry},
    trace,
};

/// Attempts to send one request.
#[derive(Debug)]
pub(crate) struct Attempts {
    retry: Retry,
    random: fastrand::Rng,
    /// Number of attempts made.
    pub(crate) made: u32,
    /// Tokens of the retry budget that the repeated attempts have used so far.
    spent: u32,
    /// Value of `Retry-After` in the last response, if any.
    asked_for: Option<Duration>,
}

impl Attempts {
    pub(crate) fn new(retry: &Retry, seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self { retry: retry.clone(), random, made: 0, spent: 0, asked_for: None }
    }

    /// Stores the `Retry-After` of a response.
    pub(crate) fn note<T>(&mut self, response: &Response<T>, now: Now) {
        self.asked_for = retry_after(response, now).map(|it| it.min(self.retry.max_retry_after));
    }

    /// Returns the pause before the next attempt. None if too many attempts were made, if the next one would come after `left`,
    /// or if the retry budget is used up.
    pub(crate) fn next(&mut self, error: &Failure, left: Duration) -> Option<Duration> {
        let has_attempts = self.made < self.retry.attempts;
        let pause = self.pause().filter(|pause| has_attempts && *pause < left);
        let pause = pause.filter(|_| self.pay(error));
        match pause {
            Some(pause) => trace::again(self.made, pause, error),
            None => trace::giving_up(self.made, error),
        }
        pause
    }

    /// Returns the pause before the next attempt, regardless of the number of attempts so far. None if the retry rule allows only
    /// one attempt.
    pub(crate) fn pause(&mut self) -> Option<Duration> {
        let ceiling = u64::try_from(self.retry.ceiling(self.made).as_millis()).unwrap_or(u64::MAX);
        let pause = Duration::from_millis(self.random.u64(0..=ceiling)).max(self.asked_for());
        (self.retry.attempts > 1).then_some(pause)
    }

    /// Takes tokens for the next attempt from the retry budget. Returns false if the budget is used up.
    pub(crate) fn pay(&mut self, error: &Failure) -> bool {
        let cost = match error {
            // The request did not load the API.
            error if error.is_busy() => 0,
            error if error.is_timeout() => COST_OF_TIMEOUT,
            _ => COST,
        };
        let is_paid = self.retry.budget.take(cost);
        if is_paid {
            self.spent += cost;
        }
        is_paid
    }

    /// Returns what a wait does after one of its requests failed. `left` is the remaining time. `is_known` is true if an earlier
    /// request had a response, so that the wait can end without an error.
    pub(crate) fn after_failure(&mut self, error: &Failure, left: Duration, is_known: bool) -> AfterFailure {
        // A request that times out at the end of the wait ends the wait; it is not an error.
        if left.is_zero() && error.is_timeout() {
            return AfterFailure::End;
        }
        let is_passing = error.not_sent() || error.is_retryable();
        match is_passing.then(|| self.pause()).flatten() {
            // The wait would be over before the next request.
            Some(pause) if pause >= left && is_known => AfterFailure::End,
            Some(pause) if pause < left && self.pay(error) => {
                trace::again(self.made, pause, error);
                AfterFailure::Pause(pause)
            }
            _ => {
                trace::giving_up(self.made, error);
                AfterFailure::Fail
            }
        }
    }

    /// Returns and clears the pause that the server requested with `Retry-After`; zero if there is none.
    pub(crate) fn asked_for(&mut self) -> Duration {
        self.asked_for.take().unwrap_or_default()
    }

    /// Resets the count after a success, and returns the used tokens to the retry budget.
    pub(crate) fn succeeded(&mut self) {
        self.retry.budget.put(if self.spent == 0 { GIFT } else { self.spent });
        self.spent = 0;
        self.made = 0;
        self.asked_for = None;
    }

    /// Returns `duration` with a random deviation of up to a fifth.
    pub(crate) fn about(&mut self, duration: Duration) -> Duration {
        let seconds = duration.as_secs_f64() * (0.8 + 0.4 * self.random.f64());
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

/// Next step of a wait after a failed request.
pub(crate) enum AfterFailure {
    /// End the wait.
    End,
    /// Send the request again after this pause.
    Pause(Duration),
    /// End the wait with an error.
    Fail,
}

/// Reads the `Retry-After` of a response: in seconds, or as a date (RFC 9110, section 10.2.3).
fn retry_after<T>(response: &Response<T>, now: Now) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let now = now.wall;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::{Budget, TransportError, TransportErrorKind};

    fn error(kind: TransportErrorKind) -> Failure {
        TransportError::new(kind).into()
    }

    #[test]
    fn both_forms_of_retry_after() {
        // 2023-03-09T21:35:00Z, by `date -u -d @1678397700`.
        let now = Now {
            wall: SystemTime::UNIX_EPOCH + Duration::from_secs(1_678_397_700),
            monotonic: Duration::ZERO,
        };
        for (text, seconds) in [
            ("0", Some(0)),
            (" 7 ", Some(7)),
            ("Thu, 09 Mar 2023 21:35:30 GMT", Some(30)),
            ("Thu, 09 Mar 2023 21:34:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
            ("+7", None),
            ("", None),
            ("1000000000000000000000000000000", Some(u64::MAX)),
        ] {
            let response = Response::builder().header(RETRY_AFTER, text).body(()).unwrap();
            assert_eq!(retry_after(&response, now), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn pauses_are_random_and_grow_up_to_a_limit() {
        let mut retry = Retry::up_to(100);
        retry.budget = Budget::new(u32::MAX);
        let ceilings: Vec<_> = (1..=8).map(|made| retry.ceiling(made).as_millis()).collect();
        assert_eq!(ceilings, [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);

        let mut longest = Duration::ZERO;
        let mut shortest = Duration::MAX;
        for seed in 0..1000 {
            let mut attempts = Attempts::new(&retry, seed);
            attempts.made = 2;
            let pause = attempts.next(&error(TransportErrorKind::Connect), Duration::MAX).unwrap();
            longest = longest.max(pause);
            shortest = shortest.min(pause);
        }
        assert!(longest <= Duration::from_secs(1) && longest > Duration::from_millis(950), "{longest:?}");
        assert!(shortest < Duration::from_millis(50), "{shortest:?}");
    }

    #[test]
    fn a_budget_is_spent_and_comes_back() {
        let mut retry = Retry::up_to(u32::MAX);
        retry.budget = Budget::new(22);
        let mut attempts = Attempts::new(&retry, 1);
        attempts.made = 1;
        let mut go_on = |kind| attempts.next(&error(kind), Duration::MAX).is_some();
        assert!(go_on(TransportErrorKind::Connect)); // 17 left
        assert!(go_on(TransportErrorKind::Timeout)); // 7
        assert!(!go_on(TransportErrorKind::Timeout)); // ten are too many
        assert!(go_on(TransportErrorKind::Connect)); // 2
        assert!(!go_on(TransportErrorKind::Connect));
        assert_eq!(retry.budget.left(), 2);
        attempts.succeeded();
        assert_eq!(retry.budget.left(), 22);
        attempts.succeeded();
        assert_eq!(retry.budget.left(), 22, "no more than it holds");
    }
}
