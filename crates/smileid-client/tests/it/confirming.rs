//! Tests the comparison of a callback with the job status from the API.

use std::time::Duration;

use serde_json::{Value, json};
use smileid_client::{BlockingTransport as _, ErrorKind, TransportErrorKind, store::JobRecord};
use smileid_protocol::{
    auth::{
        AuthError,
        trust::{OriginProven, TrustError},
    },
    timestamp::utc_millis,
    types::{Decision, JobResult},
    v1::job_status,
};

use crate::{
    callbacks::{NOON, fresh, message},
    script::*,
};

fn claimed(code: &str) -> OriginProven<JobResult> {
    fresh(NOON - 1000, message(1, code, &json!({}))).into_proven().into_result().unwrap()
}

fn status(code: &str, history: &[&str]) -> Value {
    let history: Vec<_> = history.iter().map(|code| message(1, code, &json!({}))).collect();
    signed(json!({
        "job_complete": true, "job_success": true, "code": "2302",
        "result": message(1, code, &json!({})), "history": history,
    }))
}

#[test]
fn the_api_s_own_result_of_the_claimed_part_is_the_answer() {
    for (claim, answer, history, expected) in [
        ("0810", "0810", &["0810", "1012"][..], "0810"),
        ("1012", "0810", &["0810", "1012"], "1012"),
        ("0810", "0811", &["0811", "1012"], "0811"),
        ("0814", "1210", &["1210", "0814", "1012"], "1210"),
    ] {
        let script = Script::new([reply(&status(answer, history))]);
        let confirmed = client(&script).confirm(&claimed(claim)).unwrap();
        assert_eq!(confirmed.result_code.as_ref().unwrap().as_str(), expected);
        let sent = script.sent();
        let question = sent[0].json();
        assert_eq!(sent[0].head.uri, "http://127.0.0.1:9/v1/job_status");
        assert_eq!(question["history"], true);
        assert_eq!((&question["user_id"], &question["job_id"]), (&json!("user-1"), &json!("job-1")));
    }
}

/// The status response contains more than the result of the callback, and all of it counts for the verdict and the record.
#[test]
fn the_verdict_is_that_on_the_whole_answer() {
    let face = |code: &str| message(4, code, &json!({}));
    let finding = || json!({"suspect_users": [{"reason": "same-person", "user_id": "user-9"}]});
    let kyc = message(1, "0810", &json!({"Actions": {"Verify_ID_Number": "Verified"}}));
    for (name, claim, history, is_success, expected) in [
        ("alone", face("0840"), json!([face("0840")]), true, Decision::Approved),
        ("no success", face("0840"), json!([face("0840")]), false, Decision::Provisional),
        (
            "a person's rejection",
            face("0840"),
            json!([face("0840"), face("1241")]),
            true,
            Decision::Provisional,
        ),
        (
            "a lookup that failed",
            kyc.clone(),
            json!([kyc, message(1, "1013", &json!({}))]),
            true,
            Decision::Rejected,
        ),
        (
            "the same face",
            face("0840"),
            json!([face("0840"), message(4, "5211", &json!({"Antifraud": finding()}))]),
            true,
            Decision::Finding,
        ),
    ] {
        let status = json!({
            "job_complete": true, "job_success": is_success, "code": "2302", "result": claim, "history": history,
        });
        let script = Script::new([reply(&signed(status))]);
        let callback = fresh(NOON - 1000, claim);
        let mut record = JobRecord::new(&ids());
        let _ = record.apply(&callback);
        let claimed = callback.into_proven().into_result().unwrap();
        let confirmed = client(&script).confirm(&claimed).unwrap();
        assert_eq!(confirmed.verdict().decision, expected, "{name}");
        assert_eq!(*confirmed, *claimed, "{name}: the result is the claimed one");

        let _ = record.apply_confirmed(&confirmed, time(NOON));
        let is_approved = record.verdict().decision == Decision::Approved;
        assert_eq!(is_approved, expected == Decision::Approved, "{name}: {:?}", record.verdict());
    }
}

#[test]
fn what_is_no_answer_confirms_nothing() {
    let unsigned =
        json!({"job_complete": true, "job_success": true, "result": message(1, "0810", &json!({}))});
    let forged = {
        let mut forged = status("0810", &[]);
        forged["signature"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
        forged
    };
    let another = {
        let mut another = status("0810", &[]);
        another["result"]["PartnerParams"]["job_id"] = "job-2".into();
        another
    };
    for (what, answer, retryable) in [
        ("not complete", reply(&incomplete()), true),
        ("not there", Answer::fail(TransportErrorKind::Connect), true),
        ("refused", answer(400, r#"{"code":"2304","error":"Job not found"}"#.into()), false),
        ("unsigned", reply(&unsigned), false),
        ("forged", reply(&forged), false),
        ("another job", reply(&another), false),
        ("another part", reply(&status("1012", &[])), false),
    ] {
        let script = Script::new([answer]);
        let error = client(&script).confirm(&claimed("0810")).unwrap_err();
        assert_eq!(error.is_retryable(), retryable, "{what}: {error:?}");
        assert_eq!(script.sent().len(), 1, "{what}");
    }
    let script = Script::new([answer(500, "".into())]);
    let error = client(&script).confirm(&claimed("0810")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Refused | ErrorKind::Malformed), "{error:?}");
}

#[test]
fn a_job_that_is_not_named_is_not_asked_for() {
    let nameless =
        json!({"ResultCode": "0810", "SmileJobID": "0000000001", "PartnerParams": {"job_type": 1}});
    let claim = fresh(NOON, nameless).into_proven().into_result().unwrap();
    let script = Script::new([]);
    let error = client(&script).confirm(&claim).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unconfirmed);
    assert_eq!(
        error.to_string(),
        "the callback does not contain the user_id and job_id of its job, so it cannot be confirmed"
    );
}

#[test]
fn an_answer_of_the_question_s_own_moment_is_asked_for_again() {
    let echo =
        || crate::script::echo(json!({"job_complete": true, "result": message(1, "0810", &json!({}))}));
    let script = Script::new([echo(), echo(), reply(&status("0810", &[]))]);
    assert!(client(&script).confirm(&claimed("0810")).is_ok());
    assert_eq!(*script.waits(), [Duration::from_millis(7), Duration::from_millis(14)]);

    let script = Script::new([echo(), echo(), echo()]);
    let error = client(&script).confirm(&claimed("0810")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forged, "{error:?}");

    // The callback's own signature, put on an answer.
    let script =
        Script::new([reply(&status("0810", &[])), reply(&status("0810", &[])), reply(&status("0810", &[]))]);
    let claim = fresh(utc_millis(script.now().wall) + 279, message(1, "0810", &json!({})));
    let error = client(&script).confirm(&claim.into_proven().into_result().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unconfirmed);
    let is_reflected = matches!(
        error.unconfirmed(),
        Some(job_status::ConfirmError::Forged(TrustError::Auth(AuthError::Reflected)))
    );
    assert!(is_reflected, "{error:?}");
    assert_eq!(script.sent().len(), 3);
}

/// Returns a result of a Biometric KYC that a machine approved, with additional members.
fn approved(more: &Value) -> Value {
    let mut result = message(1, "0810", &json!({"Actions": {"Verify_ID_Number": "Verified"}}));
    result.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    result
}

fn params(user_id: &str, job_id: &str) -> Value {
    json!({"user_id": user_id, "job_id": job_id, "job_type": 1})
}

fn answer_with(result: &Value, history: &Value) -> Value {
    signed(json!({
        "job_complete": true, "job_success": true, "code": "2302", "result": result, "history": history,
    }))
}

/// A status response can have results of other jobs. Only those of the job in the callback count.
#[test]
fn a_result_of_another_job_confirms_nothing() {
    let claims = [message(1, "0811", &json!({})), approved(&json!({}))];
    for (what, other) in [
        ("another job", json!({"PartnerParams": params("user-1", "job-2"), "SmileJobID": "0000000002"})),
        ("another user", json!({"PartnerParams": params("user-2", "job-2"), "SmileJobID": "0000000002"})),
        ("another number", json!({"SmileJobID": "0000000002"})),
        ("another user of the same number", json!({"PartnerParams": params("user-2", "job-1")})),
        ("another type", json!({"PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 4}})),
        ("a list for a number", json!({"SmileJobID": []})),
        ("an object for a number", json!({"SmileJobID": {}})),
        ("a flag for a number", json!({"SmileJobID": true})),
        ("a list for an id", json!({"PartnerParams": {"user_id": "user-1", "job_id": ["x"], "job_type": 1}})),
        (
            "a list for a type",
            json!({"PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": [1]}}),
        ),
    ] {
        for claim in &claims {
            let result = approved(&other);
            let claimed = || fresh(NOON - 1000, claim.clone()).into_proven().into_result().unwrap();
            let script = Script::new([reply(&answer_with(&result, &json!([claim])))]);
            let error = client(&script).confirm(&claimed()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unconfirmed, "{what}: {error:?}");
            let is_another = matches!(error.unconfirmed(), Some(job_status::ConfirmError::AnotherJob));
            assert!(is_another, "{what}: {error:?}");

            // A history may contain results of other jobs of the user, if their ids differ clearly.
            if what != "another job" {
                let script = Script::new([reply(&answer_with(claim, &json!([claim, result])))]);
                let error = client(&script).confirm(&claimed());
                assert!(error.is_err(), "{what} in the history: {error:?}");
            }
        }
    }
    let other = approved(&json!({"PartnerParams": params("user-1", "job-2"), "SmileJobID": "0000000002"}));
    let script = Script::new([reply(&answer_with(&claims[0], &json!([other, claims[0]])))]);
    let confirmed = client(&script).confirm(&claimed("0811")).unwrap();
    assert_eq!(confirmed.verdict().decision, Decision::Rejected);
}

/// The history can have a result with more weight than the latest one. The job is approved only if the whole history could be
/// read and agrees.
#[test]
fn a_history_that_says_otherwise_or_cannot_be_read_leaves_no_approval() {
    let person = || message(1, "1211", &json!({}));
    let machine = |code: &str| message(1, code, &json!({"Actions": {"Verify_ID_Number": "Verified"}}));
    let fraud = approved(&json!({"Antifraud": {"SuspectUsers": [{"reason": "x", "user_id": "user-9"}]}}));
    let numbered = |number: Value| {
        let mut result = person();
        result["SmileJobID"] = number;
        result
    };
    for (what, history, expected) in [
        ("agrees", json!([machine("0810")]), Decision::Approved),
        ("null", Value::Null, Decision::Approved),
        ("empty", json!([]), Decision::Approved),
        ("a person, and null", json!([person(), null]), Decision::Provisional),
        ("a number, and a person", json!([1, person()]), Decision::Provisional),
        ("a text", json!(json!([person()]).to_string()), Decision::Provisional),
        ("an object", json!({"0": person()}), Decision::Provisional),
        ("suspects, and null", json!([fraud, null]), Decision::Finding),
        ("null alone", json!([null]), Decision::Provisional),
        ("another number", json!([numbered(json!("0000000002"))]), Decision::Provisional),
        (
            "another number of a machine's",
            json!([approved(&json!({"SmileJobID": "0000000002"}))]),
            Decision::Provisional,
        ),
        ("a list for a number", json!([numbered(json!([2]))]), Decision::Unknown),
        ("newer and rejected", json!([machine("0811"), machine("0810")]), Decision::Provisional),
        ("newer and provisional", json!([machine("0814"), machine("0810")]), Decision::Provisional),
        ("newer and unknown", json!([machine("0899"), machine("0810")]), Decision::Unknown),
        ("rejected alone", json!([machine("0811")]), Decision::Provisional),
        ("older and rejected", json!([machine("0810"), machine("0811")]), Decision::Approved),
        ("before a person's", json!([message(1, "1210", &json!({})), machine("0810")]), Decision::Approved),
        ("not listed yet", json!([machine("0814"), machine("1012")]), Decision::Approved),
        ("that of the lookup", json!([message(1, "1012", &json!({})), machine("0810")]), Decision::Approved),
    ] {
        let status: job_status::Response =
            serde_json::from_value(answer_with(&approved(&json!({})), &history)).unwrap();
        assert_eq!(status.verdict().decision, expected, "{what}");
        let script = Script::new([reply(&answer_with(&approved(&json!({})), &history))]);
        if let Ok(confirmed) = client(&script).confirm(&claimed("0810")) {
            assert_eq!(confirmed.verdict().decision, expected, "{what}");
        } else {
            assert_ne!(expected, Decision::Approved, "{what}");
        }
    }
    let odd: job_status::Response =
        serde_json::from_value(answer_with(&approved(&json!({"SmileJobID": []})), &json!([]))).unwrap();
    assert_ne!(odd.verdict().decision, Decision::Approved);
}
