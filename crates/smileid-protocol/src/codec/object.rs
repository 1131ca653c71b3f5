//! Reads and writes JSON objects in which no member occurs twice.

use bytes::Bytes;
use serde::{
    Serialize,
    de::{DeserializeOwned, Error as _, Unexpected},
};
use serde_json::{Map, Value};

use super::{DecodeError, EncodeError, JsonError, duplicate::distinct, json_text, read_json};
use crate::auth::{AuthScheme, Envelope};

pub(crate) const JSON: &str = "application/json";

/// Returns the members of a message. A member that occurs twice is an error; serde_json's map would keep only the last value.
pub(super) fn object_of<T: Serialize>(value: &T) -> Result<Map<String, Value>, EncodeError> {
    let text = serde_json::to_vec(value)?;
    // A struct may write the same name as one of its extra members.
    distinct(&text).map_err(|doubled| EncodeError::Reserved { name: doubled.name })?;
    Ok(serde_json::from_slice(&text)?)
}

pub(crate) fn write_object<S: AuthScheme, T: Serialize>(
    value: &T,
    proof: &S::Proof,
) -> Result<Bytes, EncodeError> {
    let mut envelope = Envelope::new(object_of(value)?);
    S::write(proof, &mut envelope)?;
    Ok(serde_json::to_vec(&envelope.members)?.into())
}

pub(crate) fn read_object<S: AuthScheme, T: DeserializeOwned>(
    body: &[u8],
) -> Result<(T, S::Proof), DecodeError> {
    let mut envelope = Envelope::new(read_members(body)?);
    let proof = S::read(&mut envelope)?;
    Ok((read_value(envelope.members)?, proof))
}

pub(crate) fn read_value<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, DecodeError> {
    T::deserialize(Value::Object(members)).map_err(|error| DecodeError::Json(JsonError::new(&error)))
}

/// Reads a JSON object in which all member names are distinct, also in nested objects. Otherwise two programs could read
/// different values.
fn read_members(body: &[u8]) -> Result<Map<String, Value>, JsonError> {
    match read_distinct(body)? {
        Value::Object(members) => Ok(members),
        other => Err(JsonError::new(&serde_json::Error::invalid_type(unexpected(&other), &"an object"))),
    }
}

/// Reads a JSON text in which no object has two members of the same name.
pub(crate) fn read_distinct<T: DeserializeOwned>(body: &[u8]) -> Result<T, JsonError> {
    let value = read_json(body)?;
    distinct(&json_text(body)).map_err(|doubled| JsonError::new(&doubled.error))?;
    Ok(value)
}

fn unexpected(value: &Value) -> Unexpected<'static> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(_) => Unexpected::Other("a truth value"),
        Value::Number(_) => Unexpected::Other("a number"),
        Value::String(_) => Unexpected::Other("a text"),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}
