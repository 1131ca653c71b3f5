//! Reads the values of JSON members into fields: leniently in results, exactly in requests.

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::lenient;

/// A type that can be read from a JSON value of a result, in any form that the API uses for it.
pub trait Member: Sized {
    /// Reads `value` if it fits this type in any known form, such as a number sent as text. Returns none for null.
    fn fit(value: &Value) -> Option<Self>;
}

/// Reads a text. A number becomes a text.
impl Member for String {
    fn fit(value: &Value) -> Option<Self> {
        lenient::text_or_number(value).ok()
    }
}

/// Reads `true` or `false`, or the same value as text in any letter case.
impl Member for bool {
    fn fit(value: &Value) -> Option<Self> {
        lenient::bool_or_text(value).ok()
    }
}

/// Reads a whole number from 0, or the same number as text.
impl Member for u64 {
    fn fit(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

/// Reads a JSON array if every item can be read.
impl<T: Member> Member for Vec<T> {
    fn fit(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::fit).collect()
    }
}

/// Reads any JSON value except null.
impl Member for Value {
    fn fit(value: &Value) -> Option<Self> {
        (!value.is_null()).then(|| value.clone())
    }
}

/// A type that can be a field of a strict struct, such as a request.
pub trait Field: Serialize + DeserializeOwned {
    /// Returns the value of the field if the JSON member is absent. None if the member is required.
    fn absent() -> Option<Self> {
        None
    }

    /// Returns true if the field is left out when the struct is written as JSON.
    fn is_absent(&self) -> bool {
        false
    }

    /// Reads the value of a JSON member that is present. The value may be null.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    fn present(value: Value) -> Result<Self, serde_json::Error> {
        Self::deserialize(value)
    }
}

impl<T: Serialize + DeserializeOwned> Field for Option<T> {
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn present(value: Value) -> Result<Self, serde_json::Error> {
        T::deserialize(value).map(Some)
    }
}

impl<T: Serialize + DeserializeOwned> Field for Vec<T> {}
impl<T: Serialize + DeserializeOwned> Field for BTreeMap<String, T> {}
impl Field for String {}
impl Field for bool {}
impl Field for Value {}

/// Implements `Member` with the `Deserialize` of types that already read leniently.
macro_rules! member_by_serde {
    ($($name:ident),+ $(,)?) => {
        $(
            impl $crate::Member for $name {
                fn fit(value: &serde_json::Value) -> Option<Self> {
                    serde::Deserialize::deserialize(value).ok()
                }
            }

            impl $crate::member::Field for $name {}
        )+
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_read_from_texts_and_exact_numbers() {
        for (value, text) in [
            (json!("0810"), Some("0810")),
            (json!(810), Some("810")),
            (json!(-1), Some("-1")),
            (json!(97.5), Some("97.5")),
            (json!(18_446_744_073_709_551_615_u64), Some("18446744073709551615")),
            (json!(123_456_789_012_345_678_901_234_567_890.0), None),
            (json!(true), None),
            (json!(null), None),
            (json!(["text"]), None),
        ] {
            assert_eq!(String::fit(&value).as_deref(), text, "{value}");
        }
    }

    #[test]
    fn flags_and_counts_are_read_from_texts_too() {
        assert_eq!(
            ["true", " True", "FALSE", "", "Not Available"].map(|it| bool::fit(&json!(it))),
            [Some(true), Some(true), Some(false), None, None]
        );
        assert_eq!(
            [json!(3), json!("3"), json!(-3), json!("x")].map(|it| u64::fit(&it)),
            [Some(3), Some(3), None, None]
        );
    }

    #[test]
    fn a_list_fits_as_a_whole() {
        assert_eq!(Vec::<String>::fit(&json!(["a", 1])), Some(vec!["a".to_owned(), "1".to_owned()]));
        assert_eq!(Vec::<String>::fit(&json!(["a", null])), None);
        assert_eq!(Vec::<String>::fit(&json!("Not Available")), None);
    }
}
