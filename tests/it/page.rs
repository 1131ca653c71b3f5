//! The sample messages of the documentation page that this project started from: read, judged, and written back.

use std::fs;

use serde_json::{Value, json};
use smileid_protocol::{
    auth::{
        AuthError, Credentials,
        trust::{TrustError, Window},
    },
    callback::Callback,
    timestamp::Timestamp,
    types::{Action, ActionValue, Decision, JobType, Product, Verdict},
    v1::job_status,
};

use crate::recording;

const NOW: i64 = 1_700_000_000_000;

fn sample(name: &str) -> Value {
    serde_json::from_slice(&fs::read(recording("page").join(name)).unwrap()).unwrap()
}

fn key(api_key: &str) -> Credentials {
    Credentials::new("085", api_key).unwrap()
}

#[test]
fn the_polled_reply() {
    let sample = sample("polled.json");
    let reply: job_status::Response = serde_json::from_value(sample.clone()).unwrap();
    let result = reply.result().unwrap();
    assert_eq!(result.partner_params.as_ref().unwrap().job_type, Some(JobType::BiometricKyc));
    assert_eq!(result.is_final_result, Some(true));
    assert_eq!(result.actions.as_ref().unwrap()[&Action::SelfieToIdAuthorityCompare], ActionValue::Completed);
    assert_eq!(reply.verdict().decision, Decision::Approved, "the face matches and the ID is verified");

    // Written back it is the same, but for the job type, a text on the page and a number everywhere else.
    let mut expected = sample;
    expected["result"]["PartnerParams"]["job_type"] = json!(1);
    expected["history"][0]["PartnerParams"]["job_type"] = json!(1);
    assert_eq!(serde_json::to_value(&reply).unwrap(), expected);
}

#[test]
fn the_callback() {
    let sample = sample("callback.json");
    let callback = Callback::read(sample.to_string().as_bytes()).unwrap();
    let (callback, proof) = callback.trust_without_checking();
    assert_eq!(proof, None, "the page's sample is of a time before callbacks were signed");
    let result = callback.result().unwrap();
    assert_eq!(Verdict::of_job([result]).decision, Decision::Approved);
    assert_eq!(Verdict::of(result, &Product::SmartSelfieAuthentication).decision, Decision::Approved);
    assert_eq!(serde_json::to_value(&callback).unwrap(), sample);
}

/// The page's callback as the API sends it today: signed at `millis` with `api_key`.
fn signed(millis: i64, api_key: &str) -> Vec<u8> {
    let timestamp = Timestamp::from_utc_millis(millis);
    let mut body = sample("callback.json");
    body["timestamp"] = timestamp.as_str().into();
    body["signature"] = key(api_key).sign(&timestamp).as_str().into();
    body.to_string().into_bytes()
}

#[test]
fn a_callback_is_believed_as_far_as_it_goes() {
    let keys = [key("old"), key("new")];
    let verify = |body: &[u8]| Callback::read(body).unwrap().verify_origin(&keys, NOW, Window::default());

    for api_key in ["old", "new"] {
        let proven = verify(&signed(NOW - 1000, api_key)).unwrap();
        assert_eq!(proven.result().unwrap().smile_job_id.as_deref(), Some("0000000001"));
    }
    let unsigned = sample("callback.json").to_string();
    assert_eq!(verify(unsigned.as_bytes()).unwrap_err(), TrustError::Auth(AuthError::Missing));
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
fn only_the_api_s_own_answer_confirms_a_callback() {
    let credentials = key("new");
    let claim = |body: &[u8]| {
        let proven =
            Callback::read(body).unwrap().verify_origin(&[key("new")], NOW, Window::default()).unwrap();
        proven.map(|callback| callback.result().unwrap().clone())
    };
    let timestamp = Timestamp::from_utc_millis(NOW);
    let answer = |result: Value| {
        let body = json!({
            "job_complete": true,
            "job_success": true,
            "code": "2302",
            "result": result,
            "timestamp": timestamp.as_str(),
            "signature": key("new").sign(&timestamp).as_str(),
        });
        http::Response::new(body.to_string().into())
    };

    // The callback was altered under a genuine signature: the signature does not cover it.
    let mut forged: Value = serde_json::from_slice(&signed(NOW, "new")).unwrap();
    forged["ResultCode"] = "1221".into();
    let claimed = claim(forged.to_string().as_bytes());
    assert_eq!(Verdict::of_job([&*claimed]).decision, Decision::Rejected);

    let confirmed = job_status::confirm(&answer(sample("callback.json")), &credentials, &claimed).unwrap();
    assert_eq!(Verdict::of_job([&*confirmed]).decision, Decision::Approved, "what the API says counts");

    let mut another = sample("callback.json");
    another["PartnerParams"]["job_id"] = "another".into();
    assert!(matches!(
        job_status::confirm(&answer(another), &credentials, &claimed),
        Err(job_status::ConfirmError::AnotherJob)
    ));
    assert!(matches!(
        job_status::confirm(&answer(json!("No zip file received")), &credentials, &claimed),
        Err(job_status::ConfirmError::NoResult)
    ));
    assert!(matches!(
        job_status::confirm(&answer(sample("callback.json")), &key("old"), &claimed),
        Err(job_status::ConfirmError::Forged(_))
    ));
}
