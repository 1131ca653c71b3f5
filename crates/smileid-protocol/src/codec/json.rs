//! Codec for messages that are one flat JSON object.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    Codec, DecodeError, EncodeError,
    object::{JSON, object_of, read_value},
    path, read_json, with_headers,
};
use crate::{
    auth::{AuthScheme, Envelope, Unverified},
    endpoint::{Endpoint, ProofOf},
    origin::Origin,
    piece::Piece,
};

/// Codec of messages whose body is one flat JSON object, with the message's own members, partner id, timestamp and signature.
///
/// Requests are read with any `Content-Type`: the official PHP SDK sends none.
#[derive(Debug)]
#[non_exhaustive]
pub struct Json;

impl<E: Endpoint + Serialize + DeserializeOwned> Codec<E> for Json {
    fn encode(
        request: &E,
        origin: &Origin,
        proof: &ProofOf<E>,
    ) -> Result<http::Request<Vec<Piece>>, EncodeError> {
        let mut envelope = Envelope::new(object_of(request)?);
        let path = path::fill(E::SPEC.path, &mut envelope.members)?;
        E::Auth::write(proof, &mut envelope)?;
        let builder = http::Request::builder()
            .method(E::SPEC.method.clone())
            .uri(origin.join(&path)?)
            .header(CONTENT_TYPE, HeaderValue::from_static(JSON))
            .header(ACCEPT, HeaderValue::from_static(JSON));
        let body = Piece::Bytes(serde_json::to_vec(&envelope.members)?.into());
        Ok(with_headers(builder, &envelope.headers).body(vec![body])?)
    }

    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError> {
        let mut members: Map<String, Value> = read_json(request.body())?;
        path::read(E::SPEC.path, request.uri().path(), &mut members);
        let mut envelope = Envelope::with_headers(members, request.headers());
        let proof = E::Auth::read(&mut envelope)?;
        Ok(Unverified::new(read_value(envelope.members)?, proof))
    }
}
