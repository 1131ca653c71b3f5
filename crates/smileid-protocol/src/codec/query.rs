//! Codec for requests without a body, whose members are all in the query.

use bytes::Bytes;
use http::header::{ACCEPT, HeaderValue};
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    Codec, DecodeError, EncodeError,
    object::{JSON, object_of, read_value},
    path::{self, ESCAPED},
    read_json, with_headers,
};
use crate::{
    auth::{AuthScheme, Envelope, Unverified},
    endpoint::{Endpoint, ProofOf},
    origin::Origin,
    piece::Piece,
};

/// Codec of requests whose members, with partner id, timestamp and signature, are in the query. All values are texts.
#[derive(Debug)]
#[non_exhaustive]
pub struct Query;

impl<E: Endpoint + Serialize + DeserializeOwned> Codec<E> for Query {
    fn encode(
        request: &E,
        origin: &Origin,
        proof: &ProofOf<E>,
    ) -> Result<http::Request<Vec<Piece>>, EncodeError> {
        let mut envelope = Envelope::new(object_of(request)?);
        let path = path::fill(E::SPEC.path, &mut envelope.members)?;
        E::Auth::write(proof, &mut envelope)?;
        let pairs = envelope.members.iter().map(|(name, value)| match value {
            Value::String(text) => {
                Ok(format!("{}={}", utf8_percent_encode(name, ESCAPED), utf8_percent_encode(text, ESCAPED)))
            }
            // Any other type would be read as a text by the server.
            _ => Err(EncodeError::NotText { name: name.clone() }),
        });
        let query = pairs.collect::<Result<Vec<_>, _>>()?.join("&");
        let path = if query.is_empty() { path } else { format!("{path}?{query}") };
        let builder = http::Request::builder()
            .method(E::SPEC.method.clone())
            .uri(origin.join(&path)?)
            .header(ACCEPT, HeaderValue::from_static(JSON));
        Ok(with_headers(builder, &envelope.headers).body(Vec::new())?)
    }

    fn decode(request: &http::Request<Bytes>) -> Result<Unverified<E, E::Auth>, DecodeError> {
        let pairs = pairs(request.uri());
        let mut members: Map<_, _> = pairs.map(|(name, value)| (name, Value::String(value))).collect();
        if !request.body().is_empty() {
            // Some clients send these members in the body of a POST request.
            let body: Map<String, Value> = read_json(request.body())?;
            members.extend(body);
        }
        path::read(E::SPEC.path, request.uri().path(), &mut members);
        let mut envelope = Envelope::with_headers(members, request.headers());
        let proof = E::Auth::read(&mut envelope)?;
        Ok(Unverified::new(read_value(envelope.members)?, proof))
    }
}

/// Returns the decoded names and values of a query.
pub(crate) fn pairs(uri: &http::Uri) -> impl Iterator<Item = (String, String)> {
    uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (text(name), text(value))
    })
}

/// Decodes a query value. A plus sign stays a plus sign: signatures contain it, and some clients do not escape it.
fn text(escaped: &str) -> String {
    percent_decode_str(escaped).decode_utf8_lossy().into_owned()
}
