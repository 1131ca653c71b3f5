//! Durations as text: `250ms`, `2s`, `5m`, `26h`, `3d`.

use std::{fmt, time::Duration};

use serde::{
    Deserialize as _, Deserializer, Serializer,
    de::{Error as _, Unexpected},
};

/// Units of durations, the largest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Parses a whole number with its unit.
pub(crate) fn read(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (_, millis) = UNITS.iter().find(|(unit, _)| *unit == &text[digits.len()..])?;
    Some(Duration::from_millis(digits.parse::<u64>().ok()?.checked_mul(*millis)?))
}

/// Shows a duration as a whole number of the largest possible unit.
pub(crate) struct Shown(pub(crate) Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let fits = |(_, unit): &&(&str, u64)| millis > 0 && millis.is_multiple_of(*unit);
        match UNITS.iter().find(fits) {
            Some((name, unit)) => write!(f, "{}{name}", millis / unit),
            None => f.write_str("0s"),
        }
    }
}

/// Description of a valid duration, for error messages.
pub(crate) const EXPECTED: &str = "a duration: a whole number with `ms`, `s`, `m`, `h` or `d`, as in `500ms`";

/// Serializes a duration as text, for `#[serde(with)]`.
pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Shown(*duration))
}

/// Deserializes a duration from text, for `#[serde(with)]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    read(&text).ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &EXPECTED))
}

/// Serializes an optional duration as text, for `#[serde(with)]` with a default.
pub(crate) mod optional {
    use std::{fmt, time::Duration};

    use serde::{Deserializer, Serializer, de};

    use super::{EXPECTED, Shown, read};

    #[expect(clippy::ref_option, reason = "serde asks for this")]
    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => serializer.collect_str(&Shown(*duration)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = Option<Duration>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }

            fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                read(text).map(Some).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_any(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, millis) in [
            ("0s", 0),
            ("500ms", 500),
            ("2s", 2000),
            ("90s", 90_000),
            ("5m", 300_000),
            ("26h", 93_600_000),
            ("3d", 259_200_000),
        ] {
            assert_eq!(read(text), Some(Duration::from_millis(millis)), "{text}");
            assert_eq!(Shown(Duration::from_millis(millis)).to_string(), text);
        }
        assert_eq!(Shown(Duration::from_secs(60)).to_string(), "1m");
        for text in
            ["", "5", "s", "-1s", "1.5s", "1 s", "1y", "99999999999999999999d", "18446744073709551615d"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
