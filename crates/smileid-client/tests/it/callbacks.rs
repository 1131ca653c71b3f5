//! Tests the verification of callbacks: an invalid callback is an error with an HTTP status for the response.

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use smileid_client::callback::{CallbackError, Fresh, Received, ReplayCheck, Verifier};
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, SignedReply, trust::Window},
    mock_clock,
    timestamp::Timestamp,
};

use crate::script::{credentials, time};

/// The time 2023-03-09T21:35:00Z.
pub(crate) const NOON: i64 = 1_678_397_700_000;

/// Returns the body of a callback that is signed at `at`.
pub(crate) fn signed_at(at: i64, mut message: Value) -> Vec<u8> {
    let proof = SignedReply::prove(&credentials(), &Timestamp::from_utc_millis(at));
    message["timestamp"] = proof.timestamp.as_str().into();
    message["signature"] = proof.signature.as_str().into();
    message.to_string().into_bytes()
}

/// Returns a result of the sample job of these tests, with additional members.
pub(crate) fn message(job_type: u16, code: &str, more: &Value) -> Value {
    let mut message = json!({
        "ResultCode": code,
        "SmileJobID": "0000000001",
        "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": job_type},
    });
    message.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    message
}

pub(crate) fn verifier() -> Verifier {
    Verifier::new([credentials()])
}

/// Returns a verified callback that is signed and received at `at`.
pub(crate) fn received(at: i64, message: Value) -> Received {
    verifier().verify(&signed_at(at, message), time(at)).unwrap()
}

/// Returns a verified callback whose signature was not seen before.
pub(crate) fn fresh(at: i64, message: Value) -> Fresh {
    match received(at, message).sighted(None) {
        ReplayCheck::Fresh(callback) => callback,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_the_api_s_has_a_status() {
    let good = || signed_at(NOON, message(4, "0840", &json!({})));
    let without = |name: &str| {
        let mut message: Value = serde_json::from_slice(&good()).unwrap();
        message.as_object_mut().unwrap().remove(name);
        message.to_string().into_bytes()
    };
    let mut unsigned: Value = serde_json::from_slice(&without("signature")).unwrap();
    unsigned.as_object_mut().unwrap().remove("timestamp");
    let by_another = {
        let proof = SignedReply::prove(
            &Credentials::new("212", "another-key").unwrap(),
            &Timestamp::from_utc_millis(NOON),
        );
        let mut message: Value = serde_json::from_slice(&good()).unwrap();
        message["signature"] = proof.signature.as_str().into();
        message.to_string().into_bytes()
    };
    let minutes = |minutes: i64| NOON + minutes * 60_000;
    for (what, body, now, expected) in [
        ("good", good(), NOON, None),
        ("as old as may be", good(), minutes(5), None),
        ("as far ahead as may be", good(), minutes(-1), None),
        ("too old", good(), minutes(5) + 1, Some(StatusCode::UNAUTHORIZED)),
        ("too far ahead", good(), minutes(-1) - 1, Some(StatusCode::UNAUTHORIZED)),
        ("another key", by_another, NOON, Some(StatusCode::UNAUTHORIZED)),
        ("unsigned", unsigned.to_string().into_bytes(), NOON, Some(StatusCode::UNAUTHORIZED)),
        ("half a proof", without("signature"), NOON, Some(StatusCode::BAD_REQUEST)),
        ("nothing", Vec::new(), NOON, Some(StatusCode::BAD_REQUEST)),
        ("no JSON", b"ResultCode=0840".to_vec(), NOON, Some(StatusCode::BAD_REQUEST)),
        ("no object", b"[]".to_vec(), NOON, Some(StatusCode::BAD_REQUEST)),
        ("too large", vec![b' '; (4 << 20) + 1], NOON, Some(StatusCode::PAYLOAD_TOO_LARGE)),
    ] {
        let status = verifier().verify(&body, time(now)).err().map(|error| error.status());
        assert_eq!(status, expected, "{what}");
    }
    assert!(matches!(verifier().verify(&good(), time(minutes(6))), Err(CallbackError::Stale(_))));
    assert!(matches!(verifier().verify(&by_nobody(), time(NOON)), Err(CallbackError::Forged(_))));
}

fn by_nobody() -> Vec<u8> {
    br#"{"ResultCode":"0840","timestamp":"2023-03-09T21:35:00.000Z","signature":"canary"}"#.to_vec()
}

#[test]
fn errors_repeat_nothing_of_the_body() {
    for body in [&by_nobody()[..], br#"{"timestamp": "canary"}"#, b"canary"] {
        let error = verifier().verify(body, time(NOON)).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert!(!format!("{error} {error:?} {source:?}").contains("canary"), "{error:?}");
    }
}

#[test]
fn a_photo_of_the_documented_size_passes() {
    let photo = json!({"Photo": "A".repeat(1_500_000)});
    assert!(verifier().verify(&signed_at(NOON, message(5, "1012", &photo)), time(NOON)).is_ok());
}

/// A body of 4 MiB of `[],` would take some hundred MiB in memory.
#[test]
fn a_body_of_very_many_values_is_too_large() {
    let many = |element: &str, count: usize| {
        let list = vec![element; count].join(",");
        let message = message(4, "0840", &json!({}));
        let text = String::from_utf8(signed_at(NOON, message)).unwrap();
        text.replacen('{', &format!("{{\"x\":[{list}],"), 1).into_bytes()
    };
    for (element, count, is_taken) in [
        ("1", 49_000, true),
        ("1", 51_000, false),
        ("[]", 24_000, true),
        ("{}", 26_000, false),
        // Commas and brackets inside texts are no values, nor does an escaped quotation mark end one.
        (r#""\",[{,[{""#, 24_000, true),
        (r#""\\",[0]"#, 26_000, false),
    ] {
        let taken = verifier().verify(&many(element, count), time(NOON));
        assert_eq!(taken.is_ok(), is_taken, "{count} times {element}: {:?}", taken.err());
    }
}

#[test]
fn the_old_key_is_taken_while_it_is_replaced() {
    let body = signed_at(NOON, message(4, "0840", &json!({})));
    let new = Credentials::new("212", "the-next-key").unwrap();
    assert!(Verifier::new([new.clone(), credentials()]).verify(&body, time(NOON)).is_ok());
    assert!(Verifier::new([new]).verify(&body, time(NOON)).is_err());
    assert!(Verifier::new([]).verify(&body, time(NOON)).is_err());
}

/// Only a mock server on this computer can change the time of the receiver.
#[test]
fn only_a_mock_on_this_computer_says_what_time_it_is() {
    let headers = HeaderMap::from_iter([(mock_clock::HEADER, mock_clock::header(NOON - 86_400_000))]);
    for (api, at) in [
        (None, NOON),
        (Some("https://testapi.smileidentity.com"), NOON),
        (Some("https://127.0.0.1.example"), NOON),
        (Some("http://127.0.0.1:8085"), NOON - 86_400_000),
    ] {
        let mut verifier = verifier();
        verifier.api = api.map(|api| api.parse().unwrap());
        assert_eq!(verifier.time(&headers, time(NOON)), time(at), "{api:?}");
        assert_eq!(verifier.time(&HeaderMap::new(), time(NOON)), time(NOON), "{api:?}");
    }
}

#[test]
fn a_signature_on_two_bodies_is_ambiguous() {
    let one = || received(NOON, message(4, "0841", &json!({})));
    let other = || received(NOON, message(4, "0840", &json!({})));
    let later = received(NOON + 1, message(4, "0841", &json!({})));
    assert_eq!(one().fingerprint().seal, other().fingerprint().seal);
    assert_ne!(one().fingerprint().seal, later.fingerprint().seal);
    assert_eq!(one().fingerprint().expires, time(NOON + 300_000));

    let is_fresh = |sighting| match sighting {
        ReplayCheck::Fresh(callback) => Some(callback.is_repeated()),
        _ => None,
    };
    let body = one().fingerprint().body;
    assert_eq!(is_fresh(one().sighted(None)), Some(false));
    assert_eq!(is_fresh(one().sighted(Some(body))), Some(true));
    assert_eq!(is_fresh(other().sighted(Some(body))), None);
}

#[test]
fn without_a_window_a_seal_never_expires() {
    let mut verifier = verifier();
    verifier.window = Window::UNLIMITED;
    let received = verifier.verify(&signed_at(NOON, message(4, "0840", &json!({}))), time(0)).unwrap();
    assert_eq!(received.fingerprint().expires, time(253_402_300_799_000));
}
