//! Records the time of the server, from the `Date` header of its responses.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use smileid::{
    ReqwestTransport,
    client::{Outgoing, Transport, TransportError},
    protocol::{mock_clock, origin::Origin},
};

use crate::{setup::now_utc_millis, trace::Traced};

/// Transport that records the `Date` header of the last response.
pub(super) struct TimeRecorder {
    pub(super) transport: Traced<ReqwestTransport>,
    pub(super) origin: Origin,
    pub(super) seen: Arc<Mutex<Option<ServerTime>>>,
}

/// Time of the server in a response, and the local time before and after the request.
pub(super) struct ServerTime {
    date: Option<String>,
    /// Time of a mock server on this machine whose clock does not show real time.
    pub(super) mock_clock: Option<i64>,
    before: i64,
    after: i64,
}

impl ServerTime {
    /// Returns the difference between the local clock and the server's clock, in milliseconds. Positive if the local clock is
    /// ahead.
    ///
    /// The error is at most half a second, as `Date` has whole seconds, plus half the duration of the request. `None`
    /// if the server sends no time.
    pub(super) fn ahead_millis(&self) -> Option<i64> {
        let date = jiff::fmt::rfc2822::parse(self.date.as_deref()?).ok()?.timestamp().as_millisecond();
        Some(self.before.midpoint(self.after) - (date + 500))
    }
}

impl Transport for TimeRecorder {
    async fn send(&self, request: Outgoing) -> Result<http::Response<bytes::Bytes>, TransportError> {
        let before = now_utc_millis();
        let response = self.transport.send(request).await?;
        let date = response.headers().get(http::header::DATE);
        let date = date.and_then(|date| date.to_str().ok()).map(str::to_owned);
        let mock_clock = mock_clock::read(&self.origin, response.headers());
        let seen = ServerTime { date, mock_clock, before, after: now_utc_millis() };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(response)
    }

    async fn sleep(&self, duration: Duration) {
        self.transport.sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_the_server_time_with_the_middle_of_the_request() {
        let seen = |date: &str| ServerTime {
            date: Some(date.to_owned()),
            mock_clock: None,
            before: 784_111_777_000,
            after: 784_111_778_000,
        };
        // Example date from RFC 9110, section 5.6.7.
        assert_eq!(seen("Sun, 06 Nov 1994 08:49:37 GMT").ahead_millis(), Some(0));
        assert_eq!(seen("Sun, 06 Nov 1994 08:59:37 GMT").ahead_millis(), Some(-600_000));
        assert_eq!(seen("yesterday").ahead_millis(), None);
    }
}
