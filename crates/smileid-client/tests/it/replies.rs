//! Tests responses that do not match the request.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::Response;
use serde_json::json;
use smileid_client::{Error, ErrorKind, Step, Submission, flow::Failure};
use smileid_protocol::{
    auth::AuthError,
    job::{CallbackUrl, IdNumber, LookupJob, PersonName},
    types::ErrorCode,
    v1::{async_id_verification, id_verification},
};

use crate::script::*;

/// Secrets that a careless server might repeat: the ID number of the request, a presigned URL and an image.
const CANARIES: [&str; 3] = ["12345678901", "Signature=secret", "/9j/4AAQSkZJRg"];

fn lookup() -> LookupJob {
    LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", CANARIES[0]).unwrap())
}

fn is_reflected(error: &Error) -> bool {
    matches!(error.failure(), Some(Failure::Forged(AuthError::Reflected)))
}

fn unknown() -> Answer {
    answer(400, r#"{"code": "2304", "error": "No job found"}"#.into())
}

/// Returns all text that an error and its sources show.
fn shown(error: &dyn std::error::Error) -> String {
    let mut texts = vec![format!("{error} {error:?} {error:#?}")];
    let mut source = error.source();
    while let Some(error) = source {
        texts.push(format!("{error} {error:?}"));
        source = error.source();
    }
    texts.join(" ")
}

#[test]
fn what_cannot_be_read_is_kept_and_not_shown() {
    let canaries = CANARIES.join(" ");
    for body in [
        String::new(),
        format!("<html>{canaries}</html>"),
        format!("<?xml version=\"1.0\"?><Error>{canaries}</Error>"),
        format!("{{\"upload_url\": \"https://x/?{canaries}"),
        format!("[\"{canaries}\"]"),
        format!("\"{canaries}\""),
        "null".to_owned(),
        "{}".to_owned(),
        json!({"upload_url": 12_345_678_901_u64, "smile_job_id": canaries}).to_string(),
        json!({"upload_url": [canaries], "smile_job_id": "1"}).to_string(),
        json!({"upload_url": "https://x", "smile_job_id": {"a": canaries}}).to_string(),
    ] {
        let body = Bytes::from(body);
        let script = Script::new([answer(200, body.clone())]);
        let error = client(&script).submit(registration()).wait().send().unwrap_err();
        assert_eq!(error.step(), Some(Step::Announce));
        let text = shown(&error);
        match error.failure() {
            Some(Failure::Malformed(reply)) => {
                assert_eq!(reply.body, body);
                assert_eq!(reply.status, 200);
            }
            _ => panic!("{error:?}"),
        }
        for canary in CANARIES {
            assert!(!text.contains(canary), "{text}");
        }
    }
}

#[test]
fn a_refusal_keeps_status_code_and_body_and_shows_no_body() {
    let said = format!("no {}", CANARIES.join(" "));
    for (status, body, code) in [
        (400, json!({"error": said, "code": "2205"}).to_string(), Some("2205")),
        (400, json!({"error": said, "code": 2215}).to_string(), Some("2215")),
        (403, json!({"message": said}).to_string(), None),
        (502, format!("<html>{said}</html>"), None),
        (500, String::new(), None),
        (302, said.clone(), None),
    ] {
        let body = Bytes::from(body);
        let script = Script::new([answer(status, body.clone())]);
        let error = client(&script).submit(lookup()).send().unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.code().map(ErrorCode::as_str), code);
        let text = shown(&error);
        for canary in CANARIES {
            assert!(!text.contains(canary), "{text}");
        }
        assert_eq!(error.refusal().unwrap().body, body);
    }
}

#[test]
fn a_lookup_s_reply_is_checked_when_it_is_signed() {
    let result = json!({"ResultCode": "1012", "FullName": "Joe Doe Leo", "Custom": {"deep": [1]}});

    let script = Script::new([reply(&signed(result.clone()))]);
    let good = client(&script).submit(lookup()).send().unwrap();
    assert_eq!(good.result().unwrap().personal_info.full_name.as_deref(), Some("Joe Doe Leo"));
    assert_eq!(good.result().unwrap().extra.get("Custom"), Some(&json!({"deep": [1]})));

    let script = Script::new([reply(&result)]);
    assert!(client(&script).submit(lookup()).send().is_ok(), "unsigned replies exist");

    let mut forged = signed(result);
    forged["timestamp"] = "2024-03-09T21:35:00.279Z".into();
    let mut half = forged.clone();
    half.as_object_mut().unwrap().remove("timestamp");
    let script = Script::new([reply(&forged)]);
    assert_eq!(client(&script).submit(lookup()).send().unwrap_err().kind(), ErrorKind::Forged);
    let script = Script::new([reply(&half)]);
    assert_eq!(client(&script).submit(lookup()).send().unwrap_err().kind(), ErrorKind::Malformed);
}

/// A lookup is not repeated, because it is billed each time, even if the response copies the signature of the request.
#[test]
fn a_lookup_is_sent_once_whatever_its_reply_is_signed_with() {
    let script = Script::new([]).then_forever(echo(json!({"ResultCode": "1012", "success": true})));
    let error = persistent(&script).submit(lookup()).send().unwrap_err();
    assert!(is_reflected(&error), "{error:?}");
    assert!(error.is_outcome_unknown());
    let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let request = async_id_verification::Request::new(lookup().into_lookup(), &callback);
    let _ = persistent(&script).send(request);
    assert_eq!(script.sent().len(), 2, "one request each");
}

#[test]
fn a_lookup_s_result_is_that_of_its_job() {
    for (params, is_taken) in [
        (json!({"user_id": "user-1", "job_id": "job-1", "job_type": 5}), true),
        (json!({"job_type": 5}), true),
        (json!(null), true),
        (json!({"user_id": "user-2", "job_id": "job-1"}), false),
        (json!({"user_id": "user-1", "job_id": "job-2"}), false),
        (json!({"user_id": ["user-1"], "job_id": {"a": 1}}), false),
        (json!("user-1"), false),
    ] {
        let result = json!({"ResultCode": "1012", "PartnerParams": params});
        for (result, is_signed) in [(signed(result.clone()), true), (result, false)] {
            let script = Script::new([reply(&result), reply(&result)]);
            let client = client(&script);
            match client.submit(lookup()).send() {
                Ok(outcome) => assert!(is_taken && outcome.is_signed() == is_signed, "{result}"),
                Err(error) => {
                    assert!(!is_taken && error.kind() == ErrorKind::AnotherJob, "{result}: {error:?}");
                }
            }
            let request = id_verification::Request::from(lookup().into_lookup());
            assert_eq!(client.send(request).unwrap().is_signed, is_signed, "{result}");
        }
    }
}

/// If a member occurs twice, some programs read the first value and others the last.
#[test]
fn a_reply_with_a_member_twice_is_not_read() {
    let good = signed(json!({"ResultCode": "1012"})).to_string();
    let unsigned = r#"{"ResultCode": "1012"}"#;
    for (body, more) in [
        (&*good, r#""ResultCode": "1013""#),
        (&*good, r#""signature": null, "timestamp": null"#),
        (unsigned, r#""signature": "junk", "timestamp": "junk", "signature": null, "timestamp": null"#),
        (unsigned, r#""Result\u0043ode": "1013""#),
        (unsigned, r#""PartnerParams": {"user_id": "user-2", "user_id": "user-1"}"#),
        (unsigned, r#""Actions": {"Verify_ID_Number": "Not Verified", "Verify_ID_Number": "Verified"}"#),
        (unsigned, r#""deep": [[{"a": {"b": 1, "b": 2}}]]"#),
    ] {
        let body = body.replacen('}', &format!(", {more}}}"), 1);
        let script = Script::new([answer(200, body.clone().into())]);
        let error = client(&script).submit(lookup()).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{body}: {error:?}");
    }
}

#[test]
fn debug_shows_no_credentials_and_no_personal_data() {
    let script = Script::new([reply(&signed(json!({"ResultCode": "1012", "FullName": "Joe Doe Leo"})))]);
    let client = client(&script);
    let reply = client.submit(lookup()).send().unwrap();
    let text = format!("{:?} {reply:?} {:?}", client.config(), lookup());
    for canary in ["test-api-key-0001", "Joe", CANARIES[0]] {
        assert!(!text.contains(canary), "{text}");
    }
}

#[test]
fn a_lookup_without_a_result_is_no_lookup() {
    for body in ["{}", r#"{"success": true}"#, r#"{"FullName": "Joe Doe Leo"}"#] {
        let script = Script::new([answer(200, body.into())]);
        let error = client(&script).submit(lookup()).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{body}: {error:?}");
    }
    let script = Script::new([reply(&json!({"success": false, "error": "denied", "code": "2413"}))]);
    assert_eq!(client(&script).submit(lookup()).send().unwrap_err().code().unwrap().as_str(), "2413");
}

#[test]
fn a_lookup_s_result_may_be_called_back() {
    let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let basic = LookupJob::basic_kyc(
        ids(),
        IdNumber::new("NG", "NIN", "00000000000").unwrap(),
        PersonName { first: "Joe", last: "Leo" },
    );
    let business = LookupJob::business_verification(
        ids(),
        IdNumber::new("NG", "BUSINESS_REGISTRATION", "0000000").unwrap(),
    );
    for (job, path) in [
        (lookup(), "/v1/async_id_verification"),
        (basic.unwrap(), "/v2/verify_async"),
        (business, "/v1/async_business_verification"),
    ] {
        let script = Script::new([unknown(), answer(200, r#"{"success": true}"#.into())]);
        let accepted = client(&script).submit(job).callback(callback.clone()).send().unwrap();
        assert_eq!((accepted.ids(), accepted.smile_job_id()), (&ids(), None));
        let sent = script.sent();
        assert_eq!(sent[0].head.uri.path(), "/v1/job_status", "it may be there already");
        assert!(sent[1].head.uri.path().ends_with(path), "{}", sent[1].head.uri);
        assert_eq!(sent[1].json()["callback_url"], "https://partner.example/hook");
    }
    let script = Script::new([unknown(), answer(200, r#"{"success": false, "code": "2413"}"#.into())]);
    let refused = client(&script).submit(lookup()).callback(callback).send().unwrap_err();
    assert_eq!(refused.code().unwrap().as_str(), "2413");
}

#[test]
fn the_signature_of_an_earlier_request_proves_nothing() {
    let first = Arc::new(OnceLock::new());
    let kept = Arc::clone(&first);
    let body = json!({
        "job_complete": true, "job_success": true, "result": {"ResultCode": "0810"},
        "ResultCode": "1012", "success": true,
    });
    let script = Script::new([Answer::by(move |sent| {
        kept.set(sent.json()).unwrap();
        Response::builder().status(503).body(Bytes::new()).unwrap()
    })])
    .then_forever(Answer::by(move |_| {
        let (mut body, first) = (body.clone(), first.get().unwrap());
        body["timestamp"] = first["timestamp"].clone();
        body["signature"] = first["signature"].clone();
        Response::new(body.to_string().into())
    }));
    let error = persistent(&script).wait(&ids()).send().unwrap_err();
    assert!(is_reflected(&error), "{error:?}");
    // Nor to a client that did not send that request, such as the next process.
    let error = client(&script).status(&ids()).send().unwrap_err();
    assert!(is_reflected(&error), "{error:?}");
    let error = client(&script).submit(lookup()).send().unwrap_err();
    assert!(is_reflected(&error), "{error:?}");
    let submission = &mut Submission::new(registration()).resumed();
    let error = client(&script).submit(submission).wait().send().unwrap_err();
    assert!(is_reflected(&error), "{error:?}");
}

#[test]
fn many_replies_of_one_moment_are_no_reflections() {
    // More questions than a second has milliseconds, each answered in the millisecond of another one.
    let script = Script::new([]).then_forever(Answer::signed(&credentials(), json!({"job_complete": false})));
    let client = persistent(&script);
    for millis in 0..3000 {
        shift(&script, millis / 3);
        assert!(client.status(&ids()).send().is_ok());
    }
    assert_eq!(script.sent().len(), 3000, "none was asked for again");
    assert_eq!(
        script.sent()[0].json()["timestamp"].as_str().unwrap().len(),
        "2023-03-09T21:35:00.000001Z".len()
    );
}
