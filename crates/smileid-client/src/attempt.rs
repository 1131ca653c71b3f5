//! One attempt to send a request: rate limit, tracing span and metrics.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Response, StatusCode};
use tracing::Span;

use crate::{
    clock::Now,
    config::Config,
    trace,
    transport::{EndpointName, Outgoing, TransportError, TransportErrorKind},
};

/// Data about one attempt to send a request, for [metrics](OnAttempt).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// Endpoint of the request, without values of the request.
    pub endpoint: EndpointName,
    /// Number of times the request was sent before.
    pub resend_count: u32,
    /// Size of the request body, in bytes.
    pub sent_bytes: u64,
    /// Size of the response body, in bytes.
    pub received_bytes: u64,
    /// Time from the first byte sent to the last byte received, or to the failure.
    pub duration: Duration,
    /// HTTP status of the response, if a response came.
    pub status: Option<StatusCode>,
    /// Reason why no response came.
    pub error: Option<TransportErrorKind>,
}

/// Function that is called after each attempt to send a request, for counters and histograms. It must not block.
///
/// ```
/// use smileid_client::{Attempt, OnAttempt};
/// # use smileid_client::{Config, Environment, protocol::auth::Credentials};
///
/// # let mut config = Config::new(Credentials::new("085", "key")?, &Environment::sandbox());
/// config.on_attempt = OnAttempt::new(|attempt: &Attempt| {
///     let status = attempt.status.map_or(0, |status| status.as_u16());
///     println!("{} {status} {:?}", attempt.endpoint.name, attempt.duration);
/// });
/// # Ok::<(), smileid_client::protocol::auth::InvalidCredential>(())
/// ```
#[derive(Clone, Default)]
pub struct OnAttempt(Option<Arc<Function>>);

type Function = dyn Fn(&Attempt) + Send + Sync;

impl OnAttempt {
    /// Creates a callback that calls `function` after each attempt.
    pub fn new(function: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(function)))
    }
}

impl fmt::Debug for OnAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "OnAttempt" } else { "None" })
    }
}

/// Limit of the requests per second. A client and all of its clones share the limit. There is no limit by default.
///
/// Requests are spaced evenly. One that would have to wait longer than its time limit is not sent: the error is of the
/// kind [`Busy`](TransportErrorKind::Busy).
///
/// ```
/// use smileid_client::RateLimit;
/// # use smileid_client::{Config, Environment, protocol::auth::Credentials};
///
/// # let mut config = Config::new(Credentials::new("085", "key")?, &Environment::sandbox());
/// config.rate_limit = RateLimit::per_second(20);
/// # Ok::<(), smileid_client::protocol::auth::InvalidCredential>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RateLimit(Option<Arc<Spacing>>);

#[derive(Debug)]
struct Spacing {
    interval: Duration,
    /// Time at which the next request may be sent, on the monotonic clock.
    next: Mutex<Duration>,
}

impl RateLimit {
    /// Creates a limit of `requests` per second. The minimum is one.
    pub fn per_second(requests: u32) -> Self {
        let interval = Duration::from_secs(1) / requests.max(1);
        Self(Some(Arc::new(Spacing { interval, next: Mutex::default() })))
    }

    /// Reserves a time for the next request, and returns the time until then. Returns none and reserves nothing if that is
    /// `limit` or longer.
    fn turn(&self, now: Now, limit: Duration) -> Option<Duration> {
        let Some(spacing) = &self.0 else { return Some(Duration::ZERO) };
        let mut next = spacing.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = now.monotonic.max(*next);
        let pause = turn.saturating_sub(now.monotonic);
        if pause >= limit {
            return None;
        }
        *next = turn.saturating_add(spacing.interval);
        Some(pause)
    }
}

/// An attempt to send a request that is about to start.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub(crate) span: Span,
    attempt: Attempt,
    began: Duration,
}

impl Beginning {
    /// Returns the time to wait until the rate limit allows the request. Fails if the time limit of the request is shorter.
    pub(crate) fn turn(config: &Config, outgoing: &Outgoing, now: Now) -> Result<Duration, TransportError> {
        let turn = config.rate_limit.turn(now, outgoing.timeout);
        turn.ok_or_else(|| TransportError::new(TransportErrorKind::Busy))
    }

    pub(crate) fn new(outgoing: &Outgoing, now: Now) -> Self {
        let attempt = Attempt {
            endpoint: outgoing.endpoint,
            resend_count: outgoing.resend_count,
            sent_bytes: outgoing.request.body().length(),
            received_bytes: 0,
            duration: Duration::ZERO,
            status: None,
            error: None,
        };
        Self { span: trace::span(outgoing), attempt, began: now.monotonic }
    }

    pub(crate) fn end(
        mut self,
        config: &Config,
        outcome: &Result<Response<Bytes>, TransportError>,
        now: Now,
    ) {
        trace::record(&self.span, outcome);
        let Some(function) = &config.on_attempt.0 else { return };
        self.attempt.duration = now.monotonic.saturating_sub(self.began);
        match outcome {
            Ok(response) => {
                self.attempt.status = Some(response.status());
                self.attempt.received_bytes = response.body().len() as u64;
            }
            Err(error) => self.attempt.error = Some(error.kind()),
        }
        function(&self.attempt);
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn turns_are_spaced_and_a_late_one_is_not_taken() {
        let limit = RateLimit::per_second(4);
        let turn = |millis, limit_millis| {
            let now = Now { wall: SystemTime::UNIX_EPOCH, monotonic: Duration::from_millis(millis) };
            let turn = limit.clone().turn(now, Duration::from_millis(limit_millis));
            turn.map(|pause| pause.as_millis())
        };
        assert_eq!([turn(1000, 900), turn(1000, 900), turn(1000, 900)], [Some(0), Some(250), Some(500)]);
        assert_eq!(turn(1000, 750), None);
        assert_eq!(turn(1600, 900), Some(150)); // none was lost
        assert_eq!(turn(9000, 900), Some(0));
        assert_eq!(
            RateLimit::default()
                .turn(Now { wall: SystemTime::UNIX_EPOCH, monotonic: Duration::ZERO }, Duration::ZERO),
            Some(Duration::ZERO)
        );
    }
}
