//! Checks that invalid messages are refused: by servers, by clients before they send a request, and by clients after a response.

use bytes::Bytes;
use serde_json::{Value, json};
use smileid_protocol::{
    auth::{AuthError, AuthScheme},
    codec::{DecodeError, EncodeError},
    endpoint::Endpoint,
    reply::ReplyError,
    timestamp::Timestamp,
    types::ErrorCode,
};

use crate::{
    body,
    case::{
        Malformed, RefusedReply, ReplyExpected, RequestExpected, Unwritable, UnwritableExpected, WireCase,
    },
    failure::{Failure, same_whole},
    value::{CaseKey, CaseValue, key_of},
};

/// Checks that servers refuse an invalid request.
pub(crate) fn request_malformed<E>(case: &WireCase) -> Result<(), Failure>
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
{
    let Some(malformed) = &case.malformed else { return Ok(()) };
    let request = malformed_request::<E>(malformed)?;
    let outcome = match E::decode(&request) {
        _ if !E::SPEC.matches(request.method(), request.uri().path()) => json!("not_found"),
        Err(error) => decode_error(&error),
        Ok(read) => match read.verify(&key_of(case)?) {
            Err(error) => json!({"signature": auth_error(error)}),
            Ok(_) => return Err(Failure::Accepted { what: "the request".to_owned() }),
        },
    };
    match &malformed.expect {
        RequestExpected::NotFound => same_whole("the refusal", &json!("not_found"), &outcome),
        RequestExpected::NoProof { member } => {
            same_whole("the refusal", &json!({"no_proof": {"member": member}}), &outcome)
        }
        RequestExpected::Json { member } => same_error("json", member.as_deref(), &outcome),
        RequestExpected::Form { member } => same_error("form", member.as_deref(), &outcome),
        RequestExpected::Signature(why) => same_whole("the refusal", &json!({"signature": why}), &outcome),
    }
}

fn malformed_request<E: Endpoint>(malformed: &Malformed) -> Result<http::Request<Bytes>, Failure> {
    let Malformed { method, path, query, headers, json, body, .. } = malformed;
    let spec = E::SPEC;
    let method = method.as_deref().unwrap_or(spec.method.as_str());
    let bytes = match body::one_of(json.as_ref(), body.as_deref(), None)? {
        Some(_) if method == "GET" => return Err(Failure::contradiction("a GET request cannot have a body")),
        Some(bytes) => bytes,
        None if method == "GET" => Bytes::new(),
        None => return Err(Failure::contradiction("`json` or `body` is required")),
    };
    let path = path.as_deref().unwrap_or(spec.path);
    body::request(method, path, query.as_deref().unwrap_or_default(), headers, bytes)
}

/// Checks that clients do not send an invalid request.
pub(crate) fn request_unwritable<E, V>(case: &WireCase) -> Result<(), Failure>
where
    E: Endpoint<Auth: AuthScheme<Key: CaseKey>>,
    V: CaseValue<E>,
{
    let Some(Unwritable { value, expect }) = &case.unwritable else { return Ok(()) };
    let value = V::read(value)?;
    let now = Timestamp::from_utc_millis(0);
    let proof = E::Auth::prove(&key_of(case)?, &now);
    let outcome = match value.encode(&body::origin()?, &proof) {
        Ok(_) => return Err(Failure::Accepted { what: "the value".to_owned() }),
        Err(EncodeError::Reserved { name }) => json!({"reserved": name}),
        Err(EncodeError::NotASegment { name }) => json!({"not_a_segment": name}),
        Err(EncodeError::NotText { name }) => json!({"not_text": name}),
        Err(other) => json!({"unknown": other.to_string()}),
    };
    let expected = match expect {
        UnwritableExpected::Reserved(name) => json!({"reserved": name}),
        UnwritableExpected::NotASegment(name) => json!({"not_a_segment": name}),
        UnwritableExpected::NotText(name) => json!({"not_text": name}),
    };
    same_whole("the refusal", &expected, &outcome)
}

/// Checks that clients refuse an invalid response.
pub(crate) fn response_refused<E: Endpoint>(case: &WireCase) -> Result<(), Failure> {
    let Some(RefusedReply { status, headers, json, body, expect }) = &case.refused else { return Ok(()) };
    let bytes = body::either(json.as_ref(), body.as_deref())?;
    let outcome = match E::decode_reply(&body::response(*status, headers, bytes)?) {
        Err(error) => reply_error(&error),
        Ok(read) => match read.verify_if_signed(&case.credentials.credentials()?) {
            Err(error) => json!({"forged": auth_error(error)}),
            Ok(_) => return Err(Failure::Accepted { what: "the response".to_owned() }),
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

/// Checks that an error is of this kind and names this member.
pub(crate) fn same_error(kind: &str, member: Option<&str>, outcome: &Value) -> Result<(), Failure> {
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

pub(crate) fn decode_error(error: &DecodeError) -> Value {
    match error {
        DecodeError::NoProof { member } => json!({"no_proof": {"member": member}}),
        DecodeError::HalfAProof { member } => json!({"half_a_proof": {"member": member}}),
        DecodeError::Json(error) => json!({"json": error.to_string()}),
        DecodeError::Form { problem } => json!({"form": problem}),
        DecodeError::Missing { .. } => json!({"form": error.to_string()}), // for JSON, serde reports missing members
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
