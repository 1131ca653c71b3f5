//! Timestamps of messages, stored as the text that was signed.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;
use smileid_types::open_struct::Field;

/// Time at which a message was signed, as the text that was sent.
///
/// The text is never parsed and written again: another form of the same time has another signature.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// Creates a timestamp in the documented format: UTC, three digits after the second, `Z`.
    ///
    /// Times outside the years -9999 to 9999 become the nearest one inside.
    ///
    /// ```
    /// use smileid_protocol::timestamp::Timestamp;
    ///
    /// assert_eq!(Timestamp::from_utc_millis(1_678_397_700_279).as_str(), "2023-03-09T21:35:00.279Z");
    /// ```
    pub fn from_utc_millis(millis: i64) -> Self {
        let nearest = if millis < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or(nearest);
        Self(format!("{moment:.3}").into())
    }

    /// Creates a timestamp in the format of [`from_utc_millis`](Self::from_utc_millis), but with six digits after the second, as
    /// the official Python and Java SDKs send it.
    pub fn from_utc_micros(micros: i64) -> Self {
        let nearest = if micros < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let moment = jiff::Timestamp::from_microsecond(micros).unwrap_or(nearest);
        Self(format!("{moment:.6}").into())
    }

    /// Creates a timestamp from a received text, which is stored unchanged.
    ///
    /// # Errors
    ///
    /// If the text is empty.
    pub fn new(text: impl Into<Box<str>>) -> Result<Self, EmptyTimestamp> {
        let text = text.into();
        if text.is_empty() { Err(EmptyTimestamp) } else { Ok(Self(text)) }
    }

    /// Returns the text of the timestamp.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the time in milliseconds since 1970, if the text has a known format: ISO 8601 with a zone, the same with blanks as
    /// Ruby writes it, or a number of seconds or milliseconds since 1970.
    ///
    /// A text without a zone gives none. This is used only for the age of a message; the signature is over the text.
    pub fn to_utc_millis(&self) -> Option<i64> {
        let text = self.as_str();
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: i64 = text.parse().ok()?;
            // As seconds, ten digits reach the year 2286; as milliseconds they would be in early 1970.
            return if text.len() <= 10 { number.checked_mul(1000) } else { Some(number) };
        }
        let moment: Result<jiff::Timestamp, _> = text.parse();
        let ruby = || jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", text).ok()?.to_timestamp().ok();
        moment.ok().or_else(ruby).map(jiff::Timestamp::as_millisecond)
    }

    /// Returns the time of the timestamp. None if its format is unknown, or this system cannot represent the time.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        system_time(self.to_utc_millis()?)
    }
}

/// Converts a time to milliseconds since 1970 in UTC. A fraction of a millisecond is cut off.
pub fn utc_millis(time: SystemTime) -> i64 {
    let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => millis(since),
        // Before 1970, fractions are rounded towards the past too, as they are after 1970.
        Err(before) => {
            let before = before.duration();
            let has_rest = before.subsec_nanos() % 1_000_000 > 0;
            millis(before).saturating_neg().saturating_sub(i64::from(has_rest))
        }
    }
}

/// Converts milliseconds since 1970 in UTC to a time, if this system can represent it.
pub fn system_time(utc_millis: i64) -> Option<SystemTime> {
    let distance = Duration::from_millis(utc_millis.unsigned_abs());
    if utc_millis < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

/// Creates a timestamp in the format of [`Timestamp::from_utc_millis`]. Fractions of a millisecond are cut off.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use smileid_protocol::timestamp::Timestamp;
///
/// let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_678_397_700_279);
/// let timestamp = Timestamp::from(time);
/// assert_eq!(timestamp.as_str(), "2023-03-09T21:35:00.279Z");
/// assert_eq!(timestamp.to_system_time(), Some(time));
/// ```
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self::from_utc_millis(utc_millis(time))
    }
}

impl Field for Timestamp {}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a timestamp only from JSON text, because requests sign and send a text. For responses there is `text_or_integer`.
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Box::<str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Reads a timestamp of the API, which older responses send as a whole number. The digits become the text; the signature check
/// shows if they were signed.
///
/// # Errors
///
/// If it is neither a text nor a whole number, or empty.
pub(crate) fn text_or_integer<'de, D: Deserializer<'de>>(d: D) -> Result<Timestamp, D::Error> {
    match Value::deserialize(d)? {
        Value::Number(digits) if !digits.is_f64() => Ok(Timestamp(digits.to_string().into())),
        other => Timestamp::deserialize(other).map_err(D::Error::custom),
    }
}

/// Reads a timestamp as [`text_or_integer`] does. Gives none for `null` or an absent member.
///
/// # Errors
///
/// Any other value.
pub(crate) fn optional_text_or_integer<'de, D: Deserializer<'de>>(
    d: D,
) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    struct Time(#[serde(deserialize_with = "text_or_integer")] Timestamp);

    Ok(Option::<Time>::deserialize(d)?.map(|time| time.0))
}

/// Error: a timestamp is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the timestamp is empty")]
#[non_exhaustive]
pub struct EmptyTimestamp;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_three_digits_and_z() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::from_utc_millis(millis).as_str(), text);
        }
    }

    #[test]
    fn every_sdk_s_form_names_its_moment() {
        // From the formats that the official SDKs were recorded sending.
        for (text, millis) in [
            ("2023-03-09T21:35:00.279Z", Some(1_678_397_700_279)),
            ("2026-11-22T19:24:14.818352+00:00", Some(1_795_375_454_818)),
            ("2011-01-02T12:34:00+00:00", Some(1_293_971_640_000)),
            ("2022-12-06 10:11:12 +0000", Some(1_670_321_472_000)),
            ("2022-12-06 12:11:12 +0200", Some(1_670_321_472_000)),
            ("1678216434434", Some(1_678_216_434_434)),
            ("1570698930", Some(1_570_698_930_000)),
            ("2024-02-29T23:59:59.123456789Z", Some(1_709_251_199_123)),
            ("2023-01-01T12:00:00.123456", None), // no zone
            ("yesterday", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(Timestamp::new(text).unwrap().to_utc_millis(), millis, "{text}");
        }
    }

    #[test]
    fn system_times_go_there_and_back() {
        let after = |nanos| UNIX_EPOCH + Duration::from_nanos(nanos);
        let before = |nanos| UNIX_EPOCH - Duration::from_nanos(nanos);
        // Expected values computed with `date -u -d @…`.
        for (time, text, kept) in [
            (UNIX_EPOCH, "1970-01-01T00:00:00.000Z", UNIX_EPOCH),
            (after(1_709_251_199_999_999_999), "2024-02-29T23:59:59.999Z", after(1_709_251_199_999_000_000)),
            (before(1), "1969-12-31T23:59:59.999Z", before(1_000_000)),
            (before(1_000_000), "1969-12-31T23:59:59.999Z", before(1_000_000)),
            (before(1_000_001), "1969-12-31T23:59:59.998Z", before(2_000_000)),
        ] {
            let timestamp = Timestamp::from(time);
            assert_eq!((timestamp.as_str(), timestamp.to_system_time()), (text, Some(kept)));
        }
        let seconds = Timestamp::new("1570698930").unwrap();
        assert_eq!(seconds.to_system_time(), Some(UNIX_EPOCH + Duration::from_secs(1_570_698_930)));
        assert_eq!(Timestamp::new("yesterday").unwrap().to_system_time(), None);
    }

    #[test]
    fn no_moment_panics() {
        for millis in [i64::MIN, i64::MAX] {
            assert!(Timestamp::from_utc_millis(millis).as_str().ends_with('Z'));
        }
    }

    #[test]
    fn whole_numbers_are_times_of_replies_alone() {
        for (json, text) in [
            ("\"1678216434434\"", Some("1678216434434")),
            ("1678216434434", Some("1678216434434")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("18446744073709551616", None), // beyond 64 bits, so its digits are lost
            ("1.5", None),
            ("\"\"", None),
            ("true", None),
            ("null", None),
        ] {
            let value: Value = serde_json::from_str(json).unwrap();
            let read = text_or_integer(value.clone());
            assert_eq!(read.as_ref().ok().map(Timestamp::as_str), text, "{json}");
            assert_eq!(Timestamp::deserialize(value).is_ok(), text.is_some() && json.starts_with('"'));
        }
        assert_eq!(optional_text_or_integer(Value::Null).unwrap(), None);
    }
}
