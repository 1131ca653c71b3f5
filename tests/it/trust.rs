//! Tests how far callbacks and status responses are trusted.

use serde_json::{Value, json};
use smileid_protocol::{
    auth::{
        AuthError, Credentials,
        trust::{Confirmed, OriginProven, TrustError, Window},
    },
    callback::Callback,
    timestamp::Timestamp,
    types::{Decision, JobResult, Uncertainty, Verdict},
    v1::job_status::{self, ConfirmError},
};

use crate::page::sample;

const NOW: i64 = 1_700_000_000_000;
/// Times of the callback and of the status request about it.
const CALLED: i64 = NOW - 2000;
const ASKED: i64 = NOW - 1000;

fn key(api_key: &str) -> Credentials {
    Credentials::new("085", api_key).unwrap()
}

/// Returns a message as the API signs it: at `millis` with `api_key`.
fn signed(mut message: Value, millis: i64, api_key: &str) -> Vec<u8> {
    let timestamp = Timestamp::from_utc_millis(millis);
    message["timestamp"] = timestamp.as_str().into();
    message["signature"] = key(api_key).sign(&timestamp).as_str().into();
    message.to_string().into_bytes()
}

#[test]
fn a_callback_is_believed_as_far_as_it_goes() {
    let keys = [key("old"), key("new")];
    let verify = |body: &[u8]| Callback::read(body).unwrap().verify_origin(&keys, NOW, Window::default());
    let signed = |millis, api_key| signed(sample("callback.json"), millis, api_key);

    for api_key in ["old", "new"] {
        let proven = verify(&signed(NOW - 1000, api_key)).unwrap();
        assert_eq!(proven.result().unwrap().smile_job_id.as_deref(), Some("0000000001"));
        assert_eq!(proven.verdict().decision, Decision::Approved);
    }
    assert_eq!(verify(&signed(NOW, "stranger")).unwrap_err(), TrustError::Auth(AuthError::Mismatch));
    assert!(matches!(verify(&signed(NOW - 301_000, "new")), Err(TrustError::Stale { .. })));
    assert!(matches!(verify(&signed(NOW + 61_000, "new")), Err(TrustError::Ahead { .. })));
    for inside in [NOW - 299_000, NOW + 59_000] {
        assert!(verify(&signed(inside, "new")).is_ok());
    }
    let half: Value = serde_json::from_slice(&signed(NOW, "new")).unwrap();
    let half = json!({"ResultCode": "0810", "timestamp": half["timestamp"]}).to_string();
    assert!(Callback::read(half.as_bytes()).is_err());
}

#[test]
fn what_is_not_signed_is_verified_by_no_key() {
    let unsigned = sample("callback.json");
    let mut nulls = unsigned.clone();
    (nulls["timestamp"], nulls["signature"]) = (Value::Null, Value::Null);
    for body in [unsigned, nulls] {
        let read = || Callback::read(body.to_string().as_bytes()).unwrap();
        assert_eq!(read().verify(&key("new")).unwrap_err(), AuthError::Missing);
        let origin = read().verify_origin(&[key("new")], NOW, Window::UNLIMITED);
        assert_eq!(origin.unwrap_err(), TrustError::Auth(AuthError::Missing));
        assert!(read().verify_if_signed(&key("new")).is_ok(), "for replies to one's own question");
    }
    let forged = signed(sample("callback.json"), NOW, "stranger");
    let forged = || Callback::read(&forged).unwrap();
    assert_eq!(forged().verify_if_signed(&key("new")).unwrap_err(), AuthError::Mismatch);
}

/// Returns a result of the requested job.
fn result(code: &str, job_type: u16) -> Value {
    json!({
        "ResultCode": code,
        "SmileJobID": "0000000001",
        "PartnerParams": {"job_type": job_type, "user_id": "u", "job_id": "j"},
    })
}

fn without(mut result: Value, pointers: &[&str]) -> Value {
    for pointer in pointers {
        *result.pointer_mut(pointer).unwrap() = Value::Null;
    }
    result
}

fn claim(result: Value) -> OriginProven<JobResult> {
    let callback = Callback::read(&signed(result, CALLED, "new")).unwrap();
    callback.verify_origin(&[key("new")], NOW, Window::default()).unwrap().into_result().unwrap()
}

/// Returns the API's status response, the newest result first.
fn answer(results: &[Value]) -> Value {
    json!({
        "job_complete": true,
        "job_success": true,
        "code": "2302",
        "result": results.first(),
        "history": results,
    })
}

fn confirm(claimed: Value, answer: Value, millis: i64, api_key: &str) -> Result<Confirmed, ConfirmError> {
    let response = http::Response::new(signed(answer, millis, api_key).into());
    let asked = Timestamp::from_utc_millis(ASKED);
    let keys = [key("old"), key("new")];
    job_status::confirm(&claim(claimed), &response, &asked, &keys, NOW, Window::default())
}

#[test]
fn what_the_api_says_counts() {
    // The callback was altered; its genuine signature does not cover the body.
    let claimed = result("0821", 2);
    assert_eq!(Verdict::for_job([&*claim(claimed.clone())]).decision, Decision::Rejected);
    let confirmed = confirm(claimed, answer(&[result("0820", 2)]), NOW, "new").unwrap();
    assert_eq!(Verdict::for_job([&*confirmed]).decision, Decision::Approved);

    // Of several results, the newest of the claimed kind counts.
    let code = |claimed, results: &[Value]| {
        let confirmed = confirm(result(claimed, 1), answer(results), NOW, "old").unwrap();
        confirmed.result_code.clone().unwrap().as_str().to_owned()
    };
    let all = ["1210", "5211", "0814", "1012"].map(|code| result(code, 1));
    for (claimed, found) in [("0814", "1210"), ("1012", "1012"), ("1013", "1012"), ("5210", "5211")] {
        assert_eq!(code(claimed, &all), found, "{claimed}");
    }
    // A newer result with an unknown code may have overturned the claim.
    assert_eq!(code("0810", &[result("1299", 1), result("0810", 1)]), "1299");
    assert_eq!(code("1299", &[result("1210", 1)]), "1210");
}

#[test]
fn only_the_api_s_own_answer_about_the_same_job_confirms() {
    let claimed = || result("0820", 2);
    let own = || answer(&[result("0820", 2)]);
    assert!(confirm(claimed(), own(), NOW, "new").is_ok());

    let refused = |answer, millis, api_key| confirm(claimed(), answer, millis, api_key).unwrap_err();
    let forged = |error| matches!(error, ConfirmError::Forged(TrustError::Auth(AuthError::Mismatch)));
    assert!(forged(refused(own(), NOW, "stranger")));
    for seen in [CALLED, ASKED] {
        let error = refused(own(), seen, "new");
        assert!(matches!(error, ConfirmError::Forged(TrustError::Auth(AuthError::Reflected))), "{error:?}");
    }
    let stale = refused(own(), NOW - 301_000, "new");
    assert!(matches!(stale, ConfirmError::Forged(TrustError::Stale { .. })), "{stale:?}");

    let mut incomplete = own();
    incomplete["job_complete"] = false.into();
    assert!(matches!(refused(incomplete, NOW, "new"), ConfirmError::NotComplete));

    let mut text = own();
    (text["result"], text["history"]) = (json!("No zip file received"), json!([]));
    assert!(matches!(refused(text, NOW, "new"), ConfirmError::NoResult));
    let lookup = confirm(result("0810", 1), answer(&[result("1012", 1)]), NOW, "new");
    assert!(matches!(lookup, Err(ConfirmError::NoResult)), "a result of the other kind alone");

    for (pointer, value) in [
        ("/SmileJobID", json!("0000000002")),
        ("/PartnerParams/job_id", json!("another")),
        ("/PartnerParams/user_id", json!("another")),
        ("/PartnerParams/job_type", json!(4)),
    ] {
        let mut another = result("0820", 2);
        *another.pointer_mut(pointer).unwrap() = value;
        assert!(matches!(refused(answer(&[another]), NOW, "new"), ConfirmError::AnotherJob), "{pointer}");
    }
    // Two jobs without ids are not the same job.
    let nameless = |code| without(result(code, 2), &["/SmileJobID", "/PartnerParams/user_id"]);
    let error = confirm(nameless("0820"), answer(&[nameless("0821")]), NOW, "new").unwrap_err();
    assert!(matches!(error, ConfirmError::AnotherJob), "{error:?}");
}

#[test]
fn a_reply_is_judged_as_a_whole() {
    let verdict = |reply: Value| serde_json::from_value::<job_status::Response>(reply).unwrap().verdict();
    assert_eq!(verdict(answer(&[result("0840", 4)])).decision, Decision::Approved);
    assert_eq!(verdict(answer(&[result("1299", 4), result("0840", 4)])).decision, Decision::Unknown);
    assert_eq!(verdict(answer(&[result("0810", 1), result("1012", 1)])).decision, Decision::Approved);

    for (member, doubt) in
        [("job_complete", Uncertainty::NotFinal), ("job_success", Uncertainty::Contradicted)]
    {
        let mut reply = answer(&[result("0840", 4)]);
        reply[member] = false.into();
        let verdict = verdict(reply);
        assert_eq!((verdict.decision, verdict.doubt), (Decision::Provisional, Some(doubt)), "{member}");
    }
    let mut old = result("1012", 5);
    (old["SmileJobID"], old["PartnerParams"]["job_id"]) = (json!("0000000009"), json!("old"));
    assert_eq!(verdict(answer(&[result("0810", 1), old.clone()])).decision, Decision::Provisional);
    // The history may include the user's other jobs.
    for result in [json!("No zip file received"), json!(null), json!([])] {
        let reply = json!({"job_complete": false, "result": result, "history": [old]});
        assert_eq!(verdict(reply).decision, Decision::Unknown);
    }
}

#[test]
fn one_odd_member_does_not_lose_a_reply() {
    for (member, value) in [
        ("history", json!("")),
        ("image_links", json!("Not Available")),
        ("image_links", json!(null)),
        ("result", json!([])),
        ("code", json!([2302])),
        ("KYCReceipt", json!(1)),
    ] {
        let mut reply = answer(&[result("0840", 4)]);
        reply[member] = value;
        let read: job_status::Response = serde_json::from_value(reply.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), reply, "{member}");
    }
    let error =
        serde_json::from_value::<job_status::Response>(json!({"job_complete": "canary"})).unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
}
