//! Timestamps: opaque text, because it is the text that is signed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// When a message was signed, exactly as it travels.
///
/// The text is never parsed and written again: another spelling of the same moment has another signature.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// A moment in the form the API documents: UTC, three digits, `Z`.
    ///
    /// Moments outside the years -9999 to 9999 become the nearest one inside.
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

    /// A timestamp that came from elsewhere, kept as it is.
    ///
    /// # Errors
    ///
    /// When the text is empty.
    pub fn new(text: impl Into<Box<str>>) -> Result<Self, EmptyTimestamp> {
        let text = text.into();
        if text.is_empty() { Err(EmptyTimestamp) } else { Ok(Self(text)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads text only: what a number looked like when it was signed cannot be known.
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Box::<str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A timestamp was empty.
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
    fn no_moment_panics() {
        for millis in [i64::MIN, i64::MAX] {
            assert!(Timestamp::from_utc_millis(millis).as_str().ends_with('Z'));
        }
    }
}
