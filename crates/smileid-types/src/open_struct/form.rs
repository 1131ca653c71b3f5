//! The forms that a field of a strict struct is read in: `field: Type as form`.
//!
//! Each takes the member out of the message and says what is wrong with it.

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

use crate::{
    extra::Extra,
    lenient,
    member::{Field, Member},
};

/// As the type of the field is read by serde. The form of a field that names none.
pub fn exact<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    member(message, name, Ok)
}

/// Text, or a number, which becomes its text.
pub fn text_or_number<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    member(message, name, |value| match value {
        Value::Null if T::absent().is_some() => Ok(Value::Null),
        value => lenient::text_or_number(value).map(Value::String),
    })
}

/// `true` or `false`, or the same as text.
pub fn bool_or_text<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    member(message, name, |value| match T::absent() {
        Some(_) => Ok(lenient::optional_bool_or_text(value)?.map_or(Value::Null, Value::Bool)),
        None => lenient::bool_or_text(value).map(Value::Bool),
    })
}

/// Read as [`bool_or_text`], written as text.
pub fn bool_as_text<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    bool_or_text(message, name)
}

/// [`bool_or_text`], and false when it is absent.
pub fn bool_or_none<E: Error>(message: &mut Extra, name: &'static str) -> Result<bool, E> {
    bool_or_text::<Option<bool>, E>(message, name).map(Option::unwrap_or_default)
}

/// Null is a value of the field, not its absence.
pub fn present<T: Field, E: Error>(message: &mut Extra, name: &'static str) -> Result<T, E> {
    match message.remove(name) {
        Some(value) => T::present(value).map_err(E::custom),
        None => T::absent().ok_or_else(|| E::missing_field(name)),
    }
}

/// As results read it: a value that does not fit stays in the message.
pub fn fit<T: Member, E>(message: &mut Extra, name: &'static str) -> Result<Option<T>, E> {
    Ok(message.take(name))
}

/// The default of the type when it is absent.
pub fn default<T: DeserializeOwned + Default, E: Error>(
    message: &mut Extra,
    name: &'static str,
) -> Result<T, E> {
    message.remove(name).map_or_else(|| Ok(T::default()), |value| T::deserialize(value).map_err(E::custom))
}

/// The struct that takes the members that are left.
pub fn rest<T: DeserializeOwned, E: Error>(message: &mut Extra) -> Result<T, E> {
    T::deserialize(Value::Object(message.take_all())).map_err(E::custom)
}

/// Takes the member out and reads what `normalise` makes of it.
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
