//! Times in milliseconds, which the core of the mock server receives as arguments.

use std::time::Duration;

use http::HeaderValue;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde::{Deserialize, Serialize};
use smileid_protocol::timestamp::Timestamp;

/// Time in milliseconds since 1970-01-01 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMillis(i64);

impl UtcMillis {
    /// Creates a time from milliseconds since 1970-01-01 in UTC.
    pub const fn from_utc_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since 1970-01-01 in UTC.
    pub const fn to_utc_millis(self) -> i64 {
        self.0
    }

    /// Returns the time `duration` later, or the last time that can be represented.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Returns the time `millis` later, or earlier if `millis` is negative.
    pub(crate) const fn shifted(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Returns the whole seconds since 1970-01-01, in which presigned URLs give their expiry.
    pub(crate) const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Returns the time in the format of HTTP headers; none for years that the format cannot represent.
    pub(crate) fn http_date(self) -> Option<HeaderValue> {
        let moment = jiff::Timestamp::from_millisecond(self.0).ok()?;
        let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).ok()?;
        HeaderValue::try_from(text).ok()
    }

    /// Returns the time in the format of API responses.
    pub(crate) fn timestamp(self) -> Timestamp {
        Timestamp::from_utc_millis(self.0)
    }
}
