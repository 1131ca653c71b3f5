//! Checks how this project's crates read and write callbacks.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use smileid_protocol::{
    auth::trust::{TrustError, Window},
    callback::Callback,
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

fn read(case: &CallbackCase) -> Result<(), Failure> {
    let Some(expected) = expected(case) else { return Ok(()) };
    same_callback(&expected.kind, &expected.value, &read_body(&case.body)?)
}

/// Checks that a written callback can be read again unchanged.
fn read_again(case: &CallbackCase) -> Result<(), Failure> {
    let Some(expected) = expected(case) else { return Ok(()) };
    same_callback(&expected.kind, &expected.value, &read_body(&expected.value.to_string())?)
}

fn origin(case: &CallbackCase) -> Result<(), Failure> {
    let Some(expected) = expected(case) else { return Ok(()) };
    let keys: Vec<_> = case.keys.iter().map(Keys::credentials).collect::<Result<_, _>>()?;
    let window = case.window.map_or(Window::UNLIMITED, |it| {
        let mut window = Window::new(Duration::from_secs(it.max_age));
        window.max_ahead = Duration::from_secs(it.max_ahead);
        window
    });
    let read = Callback::read(case.body.as_bytes()).doing("reading the callback")?;
    let outcome = match read.verify_origin(&keys, case.now, window) {
        Ok(proven) => {
            same_callback(&expected.kind, &expected.value, &proven)?;
            json!({"proven": {"timestamp": proven.timestamp()}})
        }
        Err(error) => trust_error(&error),
    };
    same_whole("the proof of the origin", &origin_json(&expected.origin), &outcome)
}

fn refused(case: &CallbackCase) -> Result<(), Failure> {
    let CallbackExpected::Refused(expected) = &case.expect else { return Ok(()) };
    let outcome = match Callback::read(case.body.as_bytes()) {
        Ok(_) => return Err(Failure::Accepted { what: "the callback".to_owned() }),
        Err(error) => decode_error(&error),
    };
    match expected {
        CallbackRefused::Json { member } => same_error("json", member.as_deref(), &outcome),
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

fn read_body(body: &str) -> Result<Callback, Failure> {
    let read = Callback::read(body.as_bytes()).doing("reading the callback")?;
    Ok(read.trust_without_checking().0)
}

fn same_callback(kind: &str, value: &Value, got: &Callback) -> Result<(), Failure> {
    let got_kind = match got {
        Callback::Result(_) => "result",
        Callback::Phone(_) => "phone",
        Callback::Selfie(_) => "selfie",
        _ => "unknown",
    };
    same("the kind of the callback", &json!(kind), &json!(got_kind))?;
    let got = serde_json::to_value(got).doing("writing the callback")?;
    same("the value of the callback", value, &got)
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
