//! One flat JSON object: the proof's members beside the message's.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
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

/// An object whose names are distinct. serde_json's map keeps the last of two in silence: when a message is written,
/// serde's `flatten` writes a name twice that two parts have; when one is read, two readers may take different ones.
struct Distinct(Map<String, Value>);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Distinct;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Distinct, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if members.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("`{name}` twice")));
                    }
                    members.insert(name, value);
                }
                Ok(Distinct(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
