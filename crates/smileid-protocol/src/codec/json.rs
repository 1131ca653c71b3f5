//! One flat JSON object: the proof's members beside the message's.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Unexpected, Visitor},
};
use serde_json::{Map, Value};

use super::{Codec, DecodeError, EncodeError, JsonError, path, read_json, with_headers};
use crate::{
    auth::{AuthScheme, Envelope, Unverified},
    endpoint::{Endpoint, ProofOf},
    origin::Origin,
};

/// The body is one flat JSON object: the proof's members beside the message's.
///
/// Requests are read whatever their `Content-Type`: the official PHP SDK sends none.
#[derive(Debug)]
#[non_exhaustive]
pub struct Json;

impl<E: Endpoint + Serialize + DeserializeOwned> Codec<E> for Json {
    fn encode(request: &E, origin: &Origin, proof: &ProofOf<E>) -> Result<http::Request<Bytes>, EncodeError> {
        let mut envelope = Envelope::new(object_of(request)?);
        let path = path::fill(E::SPEC.path, &mut envelope.members)?;
        E::Auth::write(proof, &mut envelope)?;
        let builder = http::Request::builder()
            .method(E::SPEC.method.clone())
            .uri(origin.join(&path)?)
            .header(CONTENT_TYPE, HeaderValue::from_static(JSON))
            .header(ACCEPT, HeaderValue::from_static(JSON));
        Ok(with_headers(builder, &envelope.headers).body(serde_json::to_vec(&envelope.members)?.into())?)
    }

    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError> {
        let mut members: Map<String, Value> = read_json(request.body())?;
        path::read(E::SPEC.path, request.uri().path(), &mut members);
        let mut envelope = Envelope::with_headers(members, request.headers());
        let proof = E::Auth::read(&mut envelope)?;
        Ok(Unverified::new(read_value(envelope.members)?, proof))
    }
}

pub(crate) const JSON: &str = "application/json";

/// The members of a message. None is there twice.
pub(super) fn object_of<T: Serialize>(value: &T) -> Result<Map<String, Value>, EncodeError> {
    let distinct: Result<Distinct, _> = serde_json::from_slice(&serde_json::to_vec(value)?);
    distinct.map(|Distinct(members)| members).map_err(|error| {
        // The text was just written, so the one thing that can be wrong with it is a name that is there twice.
        EncodeError::Reserved { name: error.to_string().split('`').nth(1).unwrap_or_default().to_owned() }
    })
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
    let Distinct(members) = read_json(body)?;
    let mut envelope = Envelope::new(members);
    let proof = S::read(&mut envelope)?;
    Ok((read_value(envelope.members)?, proof))
}

pub(crate) fn read_value<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, DecodeError> {
    T::deserialize(Value::Object(members)).map_err(|error| DecodeError::Json(JsonError::new(&error)))
}

/// An object whose names are distinct, as are those of the objects in it. serde_json's map keeps the last of two in
/// silence: when a message is written, serde's `flatten` writes a name twice that two parts have; when one is read, two
/// readers may take different ones.
struct Distinct(Map<String, Value>);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match DistinctValue::deserialize(deserializer)?.0 {
            Value::Object(members) => Ok(Self(members)),
            other => Err(D::Error::invalid_type(unexpected(&other), &"an object")),
        }
    }
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

/// Any value, in which no object has a name twice.
struct DistinctValue(Value);

impl<'de> Deserialize<'de> for DistinctValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_string<E>(self, value: String) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
                let mut values = Vec::new();
                while let Some(DistinctValue(value)) = access.next_element()? {
                    values.push(value);
                }
                Ok(Value::Array(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
                let mut members = Map::new();
                while let Some((name, DistinctValue(value))) = access.next_entry::<String, _>()? {
                    if members.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("`{name}` twice")));
                    }
                    members.insert(name, value);
                }
                Ok(Value::Object(members))
            }
        }

        deserializer.deserialize_any(Any).map(Self)
    }
}
