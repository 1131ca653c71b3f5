//! Checks that this project's crates read and write callbacks correctly.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Value, json};
use smileid_protocol::{
    auth::{
        Credentials, Unverified,
        trust::{TimedProof, TrustError, Window},
    },
    callback::Callback,
    codec::DecodeError,
    v3,
};

use crate::{
    case::{CallbackCase, CallbackExpected, CallbackRead, CallbackRefused, Keys, OriginExpected},
    check::{Body, part},
    failure::{Doing as _, Failure, same, same_whole},
    own::refusals::{auth_error, decode_error, same_error},
};

pub(crate) fn parts(case: &Arc<CallbackCase>) -> Vec<(&'static str, Body)> {
    match &case.expect {
        CallbackExpected::Read(_) => {
            vec![part("read", case, read), part("read_again", case, read_again), part("origin", case, origin)]
        }
        CallbackExpected::Refused(_) => vec![part("refused", case, refused)],
    }
}

/// Kind of a callback that was read, and its value as JSON.
struct Read {
    kind: &'static str,
    value: Value,
}

fn read(case: &CallbackCase) -> Result<(), Failure> {
    let Some(expected) = expected(case) else { return Ok(()) };
    same_callback(expected, &read_body(case, &case.body)?)
}

/// Checks that a written callback can be read again unchanged.
fn read_again(case: &CallbackCase) -> Result<(), Failure> {
    let Some(expected) = expected(case) else { return Ok(()) };
    same_callback(expected, &read_body(case, &expected.value.to_string())?)
}

fn origin(case: &CallbackCase) -> Result<(), Failure> {
    let Some(expected) = expected(case) else { return Ok(()) };
    let keys: Vec<_> = case.keys.iter().map(Keys::credentials).collect::<Result<_, _>>()?;
    let outcome = if let Some(headers) = headers(case)? {
        // It is not documented if the signature covers the partner id with its leading zeros, so receivers accept both.
        let keys: Vec<_> = keys.iter().flat_map(Credentials::forms).collect();
        let read = v3::callback::Callback::read(&headers, case.body.as_bytes());
        verified(case, read, &keys, of_version_3)?
    } else {
        verified(case, Callback::read(case.body.as_bytes()), &keys, of_version_1)?
    };
    same_whole("the proof of the origin", &origin_json(&expected.origin), &outcome)
}

fn verified<T, S: TimedProof>(
    case: &CallbackCase,
    read: Result<Unverified<T, S>, DecodeError>,
    keys: &[Credentials],
    shown: fn(&T) -> Result<Read, Failure>,
) -> Result<Value, Failure> {
    let window = case.window.map_or(Window::UNLIMITED, |it| {
        let mut window = Window::new(Duration::from_secs(it.max_age));
        window.max_ahead = Duration::from_secs(it.max_ahead);
        window
    });
    match read.doing("reading the callback")?.verify_origin(keys, case.now, window) {
        Ok(proven) => {
            if let Some(expected) = expected(case) {
                same_callback(expected, &shown(&proven)?)?;
            }
            Ok(json!({"proven": {"timestamp": proven.timestamp()}}))
        }
        Err(error) => Ok(trust_error(&error)),
    }
}

fn refused(case: &CallbackCase) -> Result<(), Failure> {
    let CallbackExpected::Refused(expected) = &case.expect else { return Ok(()) };
    let error = match headers(case)? {
        None => Callback::read(case.body.as_bytes()).err(),
        Some(headers) => v3::callback::Callback::read(&headers, case.body.as_bytes()).err(),
    };
    let Some(error) = error else { return Err(Failure::Accepted { what: "the callback".to_owned() }) };
    let outcome = decode_error(&error);
    match expected {
        CallbackRefused::Json { member } => same_error("json", member.as_deref(), &outcome),
        CallbackRefused::Form {} => same_error("form", None, &outcome),
        CallbackRefused::NoProof { member } => {
            same_whole("the refusal", &json!({"no_proof": {"member": member}}), &outcome)
        }
        CallbackRefused::HalfAProof { member } => {
            same_whole("the refusal", &json!({"half_a_proof": {"member": member}}), &outcome)
        }
    }
}

fn expected(case: &CallbackCase) -> Option<&CallbackRead> {
    match &case.expect {
        CallbackExpected::Read(read) => Some(read),
        CallbackExpected::Refused(_) => None,
    }
}

fn read_body(case: &CallbackCase, body: &str) -> Result<Read, Failure> {
    let doing = "reading the callback";
    let Some(headers) = headers(case)? else {
        return of_version_1(&Callback::read(body.as_bytes()).doing(doing)?.trust_without_checking().0);
    };
    let read = v3::callback::Callback::read(&headers, body.as_bytes()).doing(doing)?;
    of_version_3(&read.trust_without_checking().0)
}

/// Returns the headers of a V3 callback.
fn headers(case: &CallbackCase) -> Result<Option<HeaderMap>, Failure> {
    let Some(members) = &case.headers else { return Ok(None) };
    let mut headers = HeaderMap::new();
    for (name, value) in members {
        let name: HeaderName = name.parse().doing("reading the headers of the case")?;
        headers.insert(name, HeaderValue::from_str(value).doing("reading the headers of the case")?);
    }
    Ok(Some(headers))
}

fn of_version_1(callback: &Callback) -> Result<Read, Failure> {
    let kind = match callback {
        Callback::Result(_) => "result",
        Callback::Phone(_) => "phone",
        Callback::Selfie(_) => "selfie",
        _ => "unknown",
    };
    Ok(Read { kind, value: written(callback)? })
}

fn of_version_3(callback: &v3::callback::Callback) -> Result<Read, Failure> {
    Ok(Read { kind: "v3", value: written(&callback.result)? })
}

fn written<T: Serialize>(callback: &T) -> Result<Value, Failure> {
    serde_json::to_value(callback).doing("writing the callback")
}

fn same_callback(expected: &CallbackRead, got: &Read) -> Result<(), Failure> {
    same("the kind of the callback", &json!(expected.kind), &json!(got.kind))?;
    same("the value of the callback", &expected.value, &got.value)
}

fn origin_json(origin: &OriginExpected) -> Value {
    match origin {
        OriginExpected::Proven { timestamp } => json!({"proven": {"timestamp": timestamp}}),
        OriginExpected::Missing => json!("missing"),
        OriginExpected::Malformed => json!("malformed"),
        OriginExpected::Mismatch => json!("mismatch"),
        OriginExpected::Stale { milliseconds } => json!({"stale": milliseconds}),
        OriginExpected::Ahead { milliseconds } => json!({"ahead": milliseconds}),
        OriginExpected::UnreadableTime => json!("unreadable_time"),
    }
}

fn trust_error(error: &TrustError) -> Value {
    let milliseconds = |it: &Duration| u64::try_from(it.as_millis()).unwrap_or(u64::MAX);
    match error {
        TrustError::Auth(error) => json!(auth_error(*error)),
        TrustError::Stale { age } => json!({"stale": milliseconds(age)}),
        TrustError::Ahead { by } => json!({"ahead": milliseconds(by)}),
        TrustError::UnreadableTime => json!("unreadable_time"),
        other => json!({"unknown": other.to_string()}),
    }
}
