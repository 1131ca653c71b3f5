//! Checks that this project's crates encode and decode requests and responses correctly.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use smileid_protocol::{
    auth::{AuthScheme, Credentials, Envelope, Unverified},
    endpoint::{Endpoint, SignedEndpoint},
    timestamp::Timestamp,
};

use crate::{
    body::{self, form, query},
    case::{Proof, Request, RequestVariant, Response, WireCase},
    check::{Body, part},
    failure::{Doing as _, Failure, same, same_text},
    own::refusals::{request_malformed, request_unwritable, response_refused},
    value::{AsJson, CaseKey, CaseValue, key_of},
};

type Parts = Vec<(&'static str, Body)>;
type PartsOf = fn(&Arc<WireCase>) -> Parts;
type Again = fn(&http::Request<Bytes>, &Credentials) -> Result<http::Request<Bytes>, Failure>;

macro_rules! names_and {
    ($function:ident; $($version:ident :: $endpoint:ident),+) => {
        &[$((
            concat!(stringify!($version), "::", stringify!($endpoint)),
            $function::<smileid_protocol::$version::$endpoint::Request>,
        )),+]
    };
}

macro_rules! checks {
    ($($endpoints:tt)+) => { names_and!(parts_in_json; $($endpoints)+) };
}

macro_rules! v3_checks {
    ($($endpoints:tt)+) => { names_and!(parts_by_codec; $($endpoints)+) };
}

macro_rules! repeaters {
    ($($endpoints:tt)+) => { names_and!(again_of; $($endpoints)+) };
}

const CHECKS: &[(&str, PartsOf)] = smileid_protocol::for_each_endpoint!(checks);
const V3_CHECKS: &[(&str, PartsOf)] = smileid_protocol::for_each_v3_endpoint!(v3_checks);
const REPEATERS: &[(&str, Again)] = smileid_protocol::for_each_endpoint!(repeaters);

/// Returns the checks of a case. Empty if the endpoint is unknown.
pub(crate) fn parts(case: &Arc<WireCase>) -> Parts {
    let found = CHECKS.iter().chain(V3_CHECKS).find(|(name, _)| *name == case.endpoint);
    found.map(|(_, parts)| parts(case)).unwrap_or_default()
}

/// Reads a request, verifies its signature, and writes it again with the same timestamp and signature.
pub(crate) fn again(
    request: &http::Request<Bytes>,
    key: &Credentials,
) -> Result<http::Request<Bytes>, Failure> {
    let spec = smileid_protocol::ENDPOINTS
        .iter()
        .find(|spec| spec.matches(request.method(), request.uri().path()))
        .ok_or_else(|| Failure::contradiction("unknown endpoint: no endpoint has this method and path"))?;
    let (_, again) = REPEATERS
        .iter()
        .find(|(name, _)| *name == spec.name)
        .ok_or_else(|| Failure::contradiction(format!("the list of endpoints lacks `{}`", spec.name)))?;
    again(request, key)
}

fn again_of<E: SignedEndpoint>(
    request: &http::Request<Bytes>,
    key: &Credentials,
) -> Result<http::Request<Bytes>, Failure> {
    let read = E::decode(request).doing("reading the request")?;
    let proof = read.proof().clone();
    let value = read.verify(key).doing("verifying the proof of the request")?;
    value.encode(&body::origin()?, &proof).doing("writing the request again")
}

fn parts_in_json<E>(case: &Arc<WireCase>) -> Parts
where
    E: SignedEndpoint + Serialize + DeserializeOwned + 'static,
{
    parts_of::<E, AsJson>(case)
}

fn parts_by_codec<E>(case: &Arc<WireCase>) -> Parts
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>, Codec: CaseValue<E>> + 'static,
{
    parts_of::<E, E::Codec>(case)
}

fn parts_of<E, V>(case: &Arc<WireCase>) -> Parts
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>> + 'static,
    V: CaseValue<E> + 'static,
{
    let mut parts = Parts::new();
    if let Some(request) = &case.request {
        parts.push(part("request_value_to_wire", case, request_value_to_wire::<E, V>));
        parts.push(part("request_wire_to_value", case, request_wire_to_value::<E, V>));
        if !request.variants.is_empty() {
            parts.push(part("request_variants", case, request_variants::<E, V>));
        }
    }
    if let Some(response) = &case.response {
        parts.push(part("response_value_to_wire", case, response_value_to_wire::<E>));
        parts.push(part("response_wire_to_value", case, response_wire_to_value::<E>));
        if !response.variants.is_empty() {
            parts.push(part("response_variants", case, response_variants::<E>));
        }
    }
    if case.malformed.is_some() {
        parts.push(part("request_malformed", case, request_malformed::<E>));
    }
    if case.unwritable.is_some() {
        parts.push(part("request_unwritable", case, request_unwritable::<E, V>));
    }
    if case.refused.is_some() {
        parts.push(part("response_refused", case, response_refused::<E>));
    }
    parts
}

fn request_value_to_wire<E, V>(case: &WireCase) -> Result<(), Failure>
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
    V: CaseValue<E>,
{
    let Some(request) = &case.request else { return Ok(()) };
    let value = V::read(&request.value)?;
    same("the value of the request, read and written", &request.value, &V::write(&value)?)?;
    let proof = proof::<E::Auth>(&key_of(case)?, case.proof.as_ref())?;
    let written = value.encode(&body::origin()?, &proof).doing("writing the request")?;

    same_text("the method", &request.method, written.method().as_str())?;
    let uri = written.uri().to_string();
    let (address, query) = uri.split_once('?').unwrap_or((&uri, ""));
    same_text("the URL", &format!("{}{}", body::ORIGIN, request.path), address)?;
    same("the query", &json!(request.query), &json!(query::read(query)?))?;
    for (name, expected) in &request.headers {
        let got = written.headers().get(name).and_then(|value| value.to_str().ok());
        same(&format!("the header {name}"), &Value::from(expected.as_str()), &Value::from(got))?;
    }
    if let Some(parts) = &request.parts {
        let content_type = written.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let read = form::read(content_type, written.body())?;
        return same("the parts of the request", &form::expected(parts), &read);
    }
    let expected = request.json.as_ref().unwrap_or(&Value::Null);
    same("the body of the request", expected, &body::json(written.body())?)
}

fn request_wire_to_value<E, V>(case: &WireCase) -> Result<(), Failure>
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
    V: CaseValue<E>,
{
    let Some(request) = &case.request else { return Ok(()) };
    read_request::<E, V>(case, request, None)
}

fn request_variants<E, V>(case: &WireCase) -> Result<(), Failure>
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
    V: CaseValue<E>,
{
    let Some(request) = &case.request else { return Ok(()) };
    for variant in &request.variants {
        if variant.is_idle() {
            return Err(Failure::contradiction(format!("the variant \"{}\" changes nothing", variant.why)));
        }
        read_request::<E, V>(case, request, Some(variant))
            .map_err(|failure| in_variant(&variant.why, failure))?;
    }
    Ok(())
}

fn read_request<E, V>(
    case: &WireCase,
    expected: &Request,
    variant: Option<&RequestVariant>,
) -> Result<(), Failure>
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
    V: CaseValue<E>,
{
    let key = key_of(case)?;
    let proof = proof::<E::Auth>(&key, case.proof.as_ref())?;
    let request = body::case_request(expected, variant)?;
    let found = E::SPEC.matches(request.method(), request.uri().path());
    same("whether the method and path are the endpoint's", &json!(true), &json!(found))?;
    let read = E::decode(&request).doing("reading the request")?;
    let value = V::write(&proven("the request", read, &proof, &key)?)?;
    same("the value of the request", &expected.value, &value)
}

fn response_value_to_wire<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(response) = &case.response else { return Ok(()) };
    let value: E::Response = typed("the response", &response.value)?;
    let proof = proof::<E::ReplyAuth>(&case.credentials.credentials()?, response.proof.as_ref())?;
    let written = E::encode_reply(&value, &proof).doing("writing the response")?;

    same("the status", &Value::from(response.status), &Value::from(written.status().as_u16()))?;
    let content = written.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    same("the content type", &Value::from("application/json"), &Value::from(content))?;
    for (name, expected) in &response.headers {
        let got = written.headers().get(name).and_then(|value| value.to_str().ok());
        same(&format!("the header {name}"), &Value::from(expected.as_str()), &Value::from(got))?;
    }
    same("the body of the response", &response.json, &body::json(written.body())?)
}

fn response_wire_to_value<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(response) = &case.response else { return Ok(()) };
    let bytes = Bytes::from(response.json.to_string());
    read_response::<E>(case, response, response.status, &response.headers, bytes)
}

fn response_variants<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(response) = &case.response else { return Ok(()) };
    for variant in &response.variants {
        let status = variant.status.unwrap_or(response.status);
        let bytes = body::either(variant.json.as_ref(), variant.body.as_deref())?;
        let headers = response.headers.iter().chain(&variant.headers);
        let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        read_response::<E>(case, response, status, &headers, bytes)
            .map_err(|failure| in_variant(&variant.why, failure))?;
    }
    Ok(())
}

fn read_response<E: Endpoint>(
    case: &WireCase,
    expected: &Response,
    status: u16,
    headers: &BTreeMap<String, String>,
    bytes: Bytes,
) -> Result<(), Failure> {
    let key = case.credentials.credentials()?;
    let proof = proof::<E::ReplyAuth>(&key, expected.proof.as_ref())?;
    let read = E::decode_reply(&body::response(status, headers, bytes)?).doing("reading the response")?;
    let value = proven("the response", read, &proof, &key)?;
    let value = serde_json::to_value(value).doing("the value of the response")?;
    same("the value of the response", &expected.value, &value)
}

/// Creates the signature or token of a message. If the case has a signature, it must be equal.
fn proof<S: AuthScheme<Key: CaseKey>>(key: &S::Key, proof: Option<&Proof>) -> Result<S::Proof, Failure> {
    let Some(proof) = proof else {
        let made = S::prove(key, &Timestamp::from_utc_millis(0));
        return match S::read(&mut Envelope::default()) {
            Ok(none) => Ok(none), // only schemes that allow unsigned messages accept an empty message
            Err(_) if S::timestamp(&made).is_none() => Ok(made), // a token or an API key, without a signature
            Err(_) => Err(Failure::contradiction("this message must be signed, but `proof` is missing")),
        };
    };
    let timestamp = Timestamp::new(proof.timestamp.as_str()).doing("reading the timestamp")?;
    same_text("the signature", &proof.signature, &key.signature(&timestamp)?)?;
    let made = S::prove(key, &timestamp);
    if S::read(&mut Envelope::default()).is_ok_and(|none| none == made) {
        return Err(Failure::contradiction("this message cannot have a `proof`"));
    }
    Ok(made)
}

/// Verifies the signature or token of a message.
fn proven<T, S: AuthScheme>(
    what: &str,
    read: Unverified<T, S>,
    proof: &S::Proof,
    key: &S::Key,
) -> Result<T, Failure> {
    if read.proof() != proof {
        // Debug output hides signatures and tokens, so the texts are equal if only those differ.
        let (expected, got) = (format!("{proof:?}"), format!("{:?}", read.proof()));
        let got = if expected == got { "another signature or token".to_owned() } else { got };
        same_text(&format!("the proof of {what}"), &expected, &got)?;
    }
    read.verify_if_signed(key).doing(&format!("verifying the proof of {what}"))
}

/// Converts the JSON of a case to the message type. Fails if writing it again gives other JSON.
pub(crate) fn typed<T: Serialize + DeserializeOwned>(what: &str, value: &Value) -> Result<T, Failure> {
    let typed = T::deserialize(value).doing(&format!("reading the value of {what}"))?;
    let written = serde_json::to_value(&typed).doing(&format!("writing the value of {what}"))?;
    same(&format!("the value of {what}, read and written"), value, &written)?;
    Ok(typed)
}

fn in_variant(why: &str, failure: Failure) -> Failure {
    Failure::Error { what: format!("the variant \"{why}\""), source: failure.into() }
}
