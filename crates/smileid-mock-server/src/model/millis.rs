//! Moments, which the core gets as arguments.

use std::time::Duration;

use http::HeaderValue;
use jiff::fmt::rfc2822::DateTimePrinter;
use smileid_protocol::timestamp::Timestamp;

/// A moment, as milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcMillis(i64);

impl UtcMillis {
    /// The moment `millis` milliseconds after 1970 began in UTC.
    pub const fn from_utc(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970 began in UTC.
    pub const fn utc(self) -> i64 {
        self.0
    }

    /// The moment `duration` later, or the last one there is.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The moment `millis` later, or earlier where it is negative.
    pub(crate) const fn shifted(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whole seconds since 1970, as links count them.
    pub(crate) const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment as HTTP's headers have it; none in years that they cannot have.
    pub(crate) fn http_date(self) -> Option<HeaderValue> {
        let moment = jiff::Timestamp::from_millisecond(self.0).ok()?;
        let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).ok()?;
        HeaderValue::try_from(text).ok()
    }

    /// The moment as replies carry it.
    pub(crate) fn timestamp(self) -> Timestamp {
        Timestamp::from_utc_millis(self.0)
    }
}
