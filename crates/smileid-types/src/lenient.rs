//! Serde functions for values that the API sends as several JSON types. Each function is named after the types that it
//! accepts.
//!
//! They are for `#[serde(deserialize_with = "…")]`. Writing needs no counterpart: it always uses the first form in the
//! name.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

/// Reads a small non-negative number, or the same number as text: `1` or `"1"`.
///
/// # Errors
///
/// Any other value.
pub fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    struct NumberOrText;

    impl Visitor<'_> for NumberOrText {
        type Value = u16;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number from 0 to 65535, or the same as text")
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<u16, E> {
            u16::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<u16, E> {
            u16::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<u16, E> {
            // The error does not contain the text: it may be a value in the wrong field.
            text.trim().parse().map_err(|_| E::invalid_value(Unexpected::Other("another text"), &self))
        }
    }

    deserializer.deserialize_any(NumberOrText)
}

/// Reads a text. A number becomes a text: `"0810"` or `810`.
///
/// A number with more digits than are read exactly is refused: a rounded ID would be another person's.
///
/// # Errors
///
/// Any other value.
pub fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct TextOrNumber;

    impl Visitor<'_> for TextOrNumber {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text, or a number")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
            Ok(text)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<String, E> {
            // Integers of more than 64 bits are also read here, as rounded floating-point numbers.
            if number.abs() < EXACT {
                Ok(number.to_string())
            } else {
                Err(E::invalid_value(Unexpected::Other("a number with too many digits"), &self))
            }
        }
    }

    /// The number 2^53. Up to it, a 64-bit float represents every whole number exactly.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    deserializer.deserialize_any(TextOrNumber)
}

/// Reads a value as [`text_or_number`] does. Gives none for `null` or an absent member.
///
/// # Errors
///
/// Any other value.
pub fn optional_text_or_number<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    #[derive(serde::Deserialize)]
    struct Text(#[serde(deserialize_with = "text_or_number")] String);

    Ok(Option::<Text>::deserialize(d)?.map(|text| text.0))
}

/// Reads `true` or `false`, or the same value as text in any letter case, such as `"True"`.
///
/// # Errors
///
/// Any other value.
pub fn bool_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    optional_bool_or_text(deserializer)?
        .ok_or_else(|| D::Error::invalid_type(Unexpected::Unit, &"true or false, or the same as text"))
}

/// Reads a value as [`bool_or_text`] does. Gives none for `null`, an empty text or an absent member.
///
/// # Errors
///
/// Any other value.
pub fn optional_bool_or_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
    struct BoolOrText;

    impl<'de> Visitor<'de> for BoolOrText {
        type Value = Option<bool>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("true or false, or the same as text")
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<Option<bool>, E> {
            Ok(Some(value))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Option<bool>, E> {
            match text.trim() {
                "" => Ok(None),
                text if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
                text if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
                _ => Err(E::invalid_value(Unexpected::Other("another text"), &self)),
            }
        }

        fn visit_unit<E: Error>(self) -> Result<Option<bool>, E> {
            Ok(None)
        }

        fn visit_none<E: Error>(self) -> Result<Option<bool>, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Option<bool>, D::Error> {
            d.deserialize_any(self)
        }
    }

    d.deserialize_any(BoolOrText)
}

/// Reads any value that is present, including `null`, which serde would otherwise treat as an absent member.
///
/// # Errors
///
/// The errors of the deserializer.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}

/// Writes a bool as the text `"true"` or `"false"`, as the API does in `entered` and `IsFinalResult`.
///
/// # Errors
///
/// The errors of the serializer.
pub fn bool_as_text<S: Serializer>(value: &Option<bool>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(true) => serializer.serialize_str("true"),
        Some(false) => serializer.serialize_str("false"),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_str};

    use super::*;

    #[test]
    fn a_number_that_would_be_rounded_is_refused() {
        for (json, text) in [
            ("810", Some("810")),
            ("-7", Some("-7")),
            ("97.5", Some("97.5")),
            ("18446744073709551615", Some("18446744073709551615")), // the last of 64 bits
            ("18446744073709551616", None),
            ("-9223372036854775809", None),
            ("123456789012345678901234567890", None),
            ("1e300", None),
        ] {
            let number: Value = from_str(json).unwrap();
            assert_eq!(text_or_number(&number).ok().as_deref(), text, "{json}");
        }
    }

    #[test]
    fn null_that_is_there_is_kept() {
        #[derive(serde::Deserialize)]
        struct Members {
            #[serde(default, deserialize_with = "present")]
            a: Option<Value>,
        }
        let read = |json| from_str::<Members>(json).unwrap().a;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"a": null}"#), Some(Value::Null));
        assert_eq!(read(r#"{"a": 1}"#), Some(1.into()));
    }
}
