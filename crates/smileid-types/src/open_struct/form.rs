//! Ways to read a field of a strict struct, chosen by `field: Type as form`. One reads a number as text, for example.
//!
//! Each function takes the member out of the message, and returns an error if it does not fit.

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

use crate::{
    extra::Extra,
    lenient,
    member::{Field, Member},
};

/// Reads the JSON value with the `Deserialize` of the field's type. This is the default form.
pub fn exact<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    member(message, name, Ok)
}

/// Reads a text. A number becomes a text.
pub fn text_or_number<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    member(message, name, |value| match value {
        Value::Null if T::absent().is_some() => Ok(Value::Null),
        value => lenient::text_or_number(value).map(Value::String),
    })
}

/// Reads `true` or `false`, or the same value as text.
pub fn bool_or_text<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    member(message, name, |value| match T::absent() {
        Some(_) => Ok(lenient::optional_bool_or_text(value)?.map_or(Value::Null, Value::Bool)),
        None => lenient::bool_or_text(value).map(Value::Bool),
    })
}

/// Reads a bool as [`bool_or_text`] does. When the struct is written, the bool becomes a text.
pub fn bool_as_text<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    bool_or_text(message, name)
}

/// Reads a bool as [`bool_or_text`] does. Returns false if the member is absent.
pub fn bool_or_none<E: Error>(message: &mut Extra, name: &'static str) -> Result<bool, E> {
    bool_or_text::<Option<bool>, E>(message, name).map(Option::unwrap_or_default)
}

/// Reads a member so that null is a value of the field, and only an absent member is absent.
pub fn present<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    match message.remove(name) {
        Some(value) => T::present(value).map_err(E::custom),
        None => T::absent().ok_or_else(|| E::missing_field(name)),
    }
}

/// Reads a field of a request as results are read: a value that does not fit stays among the extra members.
pub fn fit<T: Member, E>(message: &mut Extra, name: &'static str) -> Result<Option<T>, E> {
    Ok(message.take(name))
}

/// Reads the value of the member, or the default of the type if the member is absent.
pub fn default<T: DeserializeOwned + Default, E: Error>(
    message: &mut Extra,
    name: &'static str,
) -> Result<T, E> {
    message.remove(name).map_or_else(|| Ok(T::default()), |value| T::deserialize(value).map_err(E::custom))
}

/// Reads the struct of a field that takes all remaining members.
pub fn rest<T: DeserializeOwned, E: Error>(message: &mut Extra) -> Result<T, E> {
    T::deserialize(Value::Object(message.take_all())).map_err(E::custom)
}

/// Removes the member, passes its value to `normalise` and reads the output into the field.
fn member<T: Field, E: Error>(
    message: &mut Extra,
    name: &'static str,
    normalise: impl FnOnce(Value) -> Result<Value, serde_json::Error>,
) -> Result<T, E> {
    match message.remove(name) {
        Some(value) => normalise(value).and_then(T::deserialize).map_err(E::custom),
        None => T::absent().ok_or_else(|| E::missing_field(name)),
    }
}
