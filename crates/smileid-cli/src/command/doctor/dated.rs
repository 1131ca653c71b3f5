//! The server's time.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use smileid::{
    ReqwestTransport,
    client::{Outgoing, Transport, TransportError},
    protocol::{mock_clock, origin::Origin},
};

use crate::setup::now_utc_millis;

/// A transport that notes the `Date` of the last answer.
pub(super) struct Dated {
    pub(super) transport: ReqwestTransport,
    pub(super) origin: Origin,
    pub(super) seen: Arc<Mutex<Option<Seen>>>,
}

/// The `Date` of an answer, and what time it was here before and after.
pub(super) struct Seen {
    date: Option<String>,
    /// The time at a mock on this machine whose clock does not show the world's.
    pub(super) mock_clock: Option<i64>,
    before: i64,
    after: i64,
}

impl Seen {
    /// How far the clock here is ahead of the server's, in milliseconds: half a second more or less, as the server says
    /// whole ones, and half of the time that the exchange took. None when the server does not say.
    pub(super) fn ahead_millis(&self) -> Option<i64> {
        let date = jiff::fmt::rfc2822::parse(self.date.as_deref()?).ok()?.timestamp().as_millisecond();
        Some(self.before.midpoint(self.after) - (date + 500))
    }
}

impl Transport for Dated {
    async fn send(&self, request: Outgoing) -> Result<http::Response<bytes::Bytes>, TransportError> {
        let before = now_utc_millis();
        let answer = self.transport.send(request).await?;
        let date = answer.headers().get(http::header::DATE);
        let date = date.and_then(|date| date.to_str().ok()).map(str::to_owned);
        let mock_clock = mock_clock::read(&self.origin, answer.headers());
        let seen = Seen { date, mock_clock, before, after: now_utc_millis() };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(answer)
    }

    async fn sleep(&self, duration: Duration) {
        self.transport.sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_held_against_the_middle_of_the_exchange() {
        let seen = |date: &str| Seen {
            date: Some(date.to_owned()),
            mock_clock: None,
            before: 784_111_777_000,
            after: 784_111_778_000,
        };
        // The example of RFC 9110, section 5.6.7.
        assert_eq!(seen("Sun, 06 Nov 1994 08:49:37 GMT").ahead_millis(), Some(0));
        assert_eq!(seen("Sun, 06 Nov 1994 08:59:37 GMT").ahead_millis(), Some(-600_000));
        assert_eq!(seen("yesterday").ahead_millis(), None);
    }
}
