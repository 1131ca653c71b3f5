//! The messages of every endpoint, in both directions.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use smileid_protocol::{
    auth::{AuthError, AuthScheme, Credentials, Envelope, Unverified},
    codec::DecodeError,
    endpoint::Endpoint,
    origin::Origin,
    reply::ReplyError,
    timestamp::Timestamp,
    types::ErrorCode,
};

use crate::{
    body,
    case::{
        Keys, Malformed, Proof, RefusedReply, ReplyExpected, Request, RequestExpected, Response, WireCase,
    },
    check::{Body, part},
    failure::{Doing as _, Failure, same, same_text, same_whole},
};

type Parts = Vec<(&'static str, Body)>;
type PartsOf = fn(&Arc<WireCase>) -> Parts;

/// What a case asks; nothing when there is no such endpoint.
pub(crate) fn parts(case: &Arc<WireCase>) -> Parts {
    ENDPOINTS
        .iter()
        .find(|(name, _)| *name == case.endpoint)
        .map(|(_, parts)| parts(case))
        .unwrap_or_default()
}

macro_rules! registry {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$((
            concat!(stringify!($version), "::", stringify!($endpoint)),
            parts_of::<smileid_protocol::$version::$endpoint::Request>,
        )),+]
    };
}

/// Every endpoint of the protocol crate, and what is checked of it: the same of each.
const ENDPOINTS: &[(&str, PartsOf)] = smileid_protocol::for_each_endpoint!(registry);

fn parts_of<E: Endpoint + Serialize + DeserializeOwned + 'static>(case: &Arc<WireCase>) -> Parts {
    let mut parts = Parts::new();
    if let Some(request) = &case.request {
        parts.push(part("request_value_to_wire", case, request_value_to_wire::<E>));
        parts.push(part("request_wire_to_value", case, request_wire_to_value::<E>));
        if !request.variants.is_empty() {
            parts.push(part("request_variants", case, request_variants::<E>));
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
    if case.refused.is_some() {
        parts.push(part("response_refused", case, response_refused::<E>));
    }
    parts
}

fn request_value_to_wire<E: Endpoint + Serialize + DeserializeOwned>(case: &WireCase) -> Result<(), Failure> {
    let Some(request) = &case.request else { return Ok(()) };
    let value: E = typed("the request", &request.value)?;
    let proof = proof::<E::Auth>(&credentials(&case.credentials)?, case.proof.as_ref())?;
    let origin: Origin = body::ORIGIN.parse().doing("reading the address")?;
    let written = value.encode(&origin, &proof).doing("writing the request")?;

    same_text("the method", &request.method, written.method().as_str())?;
    let address = format!("{}{}", body::ORIGIN, request.path);
    same_text("the address", &address, &written.uri().to_string())?;
    for (name, expected) in &request.headers {
        let got = written.headers().get(name).and_then(|value| value.to_str().ok());
        same(&format!("the header {name}"), &Value::from(expected.as_str()), &Value::from(got))?;
    }
    let expected = request.json.as_ref().unwrap_or(&Value::Null);
    same("the body of the request", expected, &body::json(written.body())?)
}

fn request_wire_to_value<E: Endpoint + Serialize>(case: &WireCase) -> Result<(), Failure> {
    let Some(request) = &case.request else { return Ok(()) };
    let bytes = request.json.as_ref().map_or_else(Bytes::new, |json| Bytes::from(json.to_string()));
    read_request::<E>(case, request, &request.headers, bytes)
}

fn request_variants<E: Endpoint + Serialize>(case: &WireCase) -> Result<(), Failure> {
    let Some(request) = &case.request else { return Ok(()) };
    for variant in &request.variants {
        let headers = variant.headers.as_ref().unwrap_or(&request.headers);
        let bytes = body::either(variant.json.as_ref(), variant.body.as_deref())?;
        read_request::<E>(case, request, headers, bytes)
            .map_err(|failure| of_variant(&variant.why, failure))?;
    }
    Ok(())
}

fn read_request<E: Endpoint + Serialize>(
    case: &WireCase,
    expected: &Request,
    headers: &BTreeMap<String, String>,
    bytes: Bytes,
) -> Result<(), Failure> {
    let key = credentials(&case.credentials)?;
    let proof = proof::<E::Auth>(&key, case.proof.as_ref())?;
    let request = body::request(&expected.method, &expected.path, headers, bytes)?;
    let read = E::decode(&request).doing("reading the request")?;
    let value = proven("the request", read, &proof, &key)?;
    same("the value of the request", &expected.value, &value)
}

fn response_value_to_wire<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(response) = &case.response else { return Ok(()) };
    let value: E::Response = typed("the reply", &response.value)?;
    let proof = proof::<E::ReplyAuth>(&credentials(&case.credentials)?, response.proof.as_ref())?;
    let written = E::encode_reply(&value, &proof).doing("writing the reply")?;

    same("the status", &Value::from(response.status), &Value::from(written.status().as_u16()))?;
    let content = written.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    same("the content type", &Value::from("application/json"), &Value::from(content))?;
    same("the body of the reply", &response.json, &body::json(written.body())?)
}

fn response_wire_to_value<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(response) = &case.response else { return Ok(()) };
    let bytes = Bytes::from(response.json.to_string());
    read_response::<E>(case, response, response.status, &BTreeMap::new(), bytes)
}

fn response_variants<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(response) = &case.response else { return Ok(()) };
    for variant in &response.variants {
        let status = variant.status.unwrap_or(response.status);
        let bytes = body::either(variant.json.as_ref(), variant.body.as_deref())?;
        read_response::<E>(case, response, status, &variant.headers, bytes)
            .map_err(|failure| of_variant(&variant.why, failure))?;
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
    let key = credentials(&case.credentials)?;
    let proof = proof::<E::ReplyAuth>(&key, expected.proof.as_ref())?;
    let read = E::decode_reply(&body::response(status, headers, bytes)?).doing("reading the reply")?;
    let value = proven("the reply", read, &proof, &key)?;
    same("the value of the reply", &expected.value, &value)
}

fn request_malformed<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(Malformed { headers, json, body, expect }) = &case.malformed else { return Ok(()) };
    let bytes = body::either(json.as_ref(), body.as_deref())?;
    let request = body::request(E::SPEC.method.as_str(), E::SPEC.path, headers, bytes)?;
    let outcome = match E::decode(&request) {
        Err(error) => decode_error(&error),
        Ok(read) => match read.verify(&credentials(&case.credentials)?) {
            Err(error) => json!({"signature": auth_error(error)}),
            Ok(_) => return Err(Failure::Accepted { what: "the request".to_owned() }),
        },
    };
    match expect {
        RequestExpected::NoProof { member } => {
            same_whole("the refusal", &json!({"no_proof": {"member": member}}), &outcome)
        }
        RequestExpected::Json { member } => same_error("json", member.as_deref(), &outcome),
        RequestExpected::Signature(why) => same_whole("the refusal", &json!({"signature": why}), &outcome),
    }
}

fn response_refused<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(RefusedReply { status, headers, json, body, expect }) = &case.refused else { return Ok(()) };
    let bytes = body::either(json.as_ref(), body.as_deref())?;
    let outcome = match E::decode_reply(&body::response(*status, headers, bytes)?) {
        Err(error) => reply_error(&error),
        Ok(read) => match read.verify(&credentials(&case.credentials)?) {
            Err(error) => json!({"forged": auth_error(error)}),
            Ok(_) => return Err(Failure::Accepted { what: "the reply".to_owned() }),
        },
    };
    match expect {
        ReplyExpected::Refused { code, message } => {
            let expected = json!({"refused": {"status": status, "code": code, "message": message}});
            same_whole("the refusal", &expected, &outcome)
        }
        ReplyExpected::Malformed { member } => same_error("malformed", member.as_deref(), &outcome),
        ReplyExpected::Unproven { member: Some(member) } => {
            same_whole("the refusal", &json!({"unproven": {"member": member}}), &outcome)
        }
        ReplyExpected::Unproven { member: None } => same_error("unproven", None, &outcome),
        ReplyExpected::Forged(why) => same_whole("the refusal", &json!({"forged": why}), &outcome),
    }
}

/// Whether the outcome is of this kind, and names the member.
fn same_error(kind: &str, member: Option<&str>, outcome: &Value) -> Result<(), Failure> {
    let Some(detail) = outcome.get(kind) else {
        return same_whole("the refusal", &json!({kind: {"member": member}}), outcome);
    };
    let named = |member: &str| detail.as_str().is_some_and(|text| text.contains(&format!("`{member}`")));
    match member {
        Some(member) if !named(member) => {
            same_whole("the refusal", &json!({kind: {"member": member}}), outcome)
        }
        _ => Ok(()),
    }
}

fn decode_error(error: &DecodeError) -> Value {
    match error {
        DecodeError::NoProof { member } => json!({"no_proof": {"member": member}}),
        DecodeError::Json(error) => json!({"json": error.to_string()}),
        other => json!({"unknown": other.to_string()}),
    }
}

fn reply_error(error: &ReplyError) -> Value {
    match error {
        ReplyError::Refused(refusal) => json!({"refused": {
            "status": refusal.status.as_u16(),
            "code": refusal.code.as_ref().map(ErrorCode::as_str),
            "message": refusal.message(),
        }}),
        ReplyError::Malformed(reply) => json!({"malformed": match &reply.source {
            DecodeError::Json(error) => error.to_string(),
            other => other.to_string(),
        }}),
        ReplyError::Unproven { member } => json!({"unproven": {"member": member}}),
        other => json!({"unknown": other.to_string()}),
    }
}

pub(crate) fn auth_error(error: AuthError) -> &'static str {
    match error {
        AuthError::Missing => "missing",
        AuthError::Malformed => "malformed",
        AuthError::Mismatch => "mismatch",
        _ => "unknown",
    }
}

pub(crate) fn credentials(keys: &Keys) -> Result<Credentials, Failure> {
    Credentials::new(&keys.partner_id, &keys.api_key).doing("taking the credentials")
}

/// The proof of a message, made anew, which must be the one of the case; or none.
fn proof<S: AuthScheme<Key = Credentials>>(
    key: &Credentials,
    proof: Option<&Proof>,
) -> Result<S::Proof, Failure> {
    let Some(proof) = proof else {
        // What is read from nothing is the proof of a message that has none, for schemes that allow it.
        return S::read(&mut Envelope::default())
            .map_err(|_| Failure::contradiction("this message must be proven, and there is no `proof`"));
    };
    let timestamp = Timestamp::new(proof.timestamp.as_str()).doing("taking the timestamp")?;
    same_text("the signature", &proof.signature, key.sign(&timestamp).as_str())?;
    Ok(S::prove(key, &timestamp))
}

/// The value of a message that was read, once its proof is the one expected and has been checked.
fn proven<T: Serialize, S: AuthScheme<Key = Credentials>>(
    what: &str,
    read: Unverified<T, S>,
    proof: &S::Proof,
    key: &Credentials,
) -> Result<Value, Failure> {
    if read.proof() != proof {
        // Neither shows its signature, so two that differ in nothing else look alike.
        let (expected, got) = (format!("{proof:?}"), format!("{:?}", read.proof()));
        let got = if expected == got { "another signature".to_owned() } else { got };
        same_text(&format!("the proof of {what}"), &expected, &got)?;
    }
    let value = read.verify(key).doing(&format!("checking the proof of {what}"))?;
    serde_json::to_value(value).doing(&format!("the value of {what}"))
}

/// Reads the value of a case, which must be in the form that is written.
fn typed<T: Serialize + DeserializeOwned>(what: &str, value: &Value) -> Result<T, Failure> {
    let typed = T::deserialize(value).doing(&format!("reading the value of {what}"))?;
    let written = serde_json::to_value(&typed).doing(&format!("writing the value of {what}"))?;
    same(&format!("the value of {what}, read and written"), value, &written)?;
    Ok(typed)
}

fn of_variant(why: &str, failure: Failure) -> Failure {
    Failure::Error { what: format!("the variant \"{why}\""), source: failure.into() }
}
