//! Tests which scenario is chosen for a request: that of its header, that of a rule, or none.

use std::time::Duration;

use serde_json::{Value, json};
use smileid_protocol::{
    endpoint::Endpoint,
    job::ImageJob,
    v1::{job_status, selfie_form::SelfieForm, smart_selfie_enroll, upload},
};

use crate::support::{
    Mock, SELFIE, asking, code, history, id_card, ids, ready, refusal_of, registration, rule, selfie, under,
    wishing,
};

#[test]
fn a_header_is_for_its_request_alone() {
    let mock = Mock::new();
    let announce = |job_id: &str| ready(registration("leo", job_id)).upload_request(None);
    let (status, body) = refusal_of(&mock.raw(&asking(&mock, &announce("job"), "2221")));
    assert_eq!((status, body), (400, json!({"code": "2221", "error": ""})));
    mock.submit(registration("leo", "job")).unwrap();

    // The job keeps what it was announced under.
    let job = ready(registration("joe", "other"));
    let request = job.upload_request(None);
    let scenario = r#"{"code":"0844","text":"Wait","review":{"code":"1240","after":"1h"}}"#;
    let reply = upload::Request::decode_reply(&mock.raw(&asking(&mock, &request, scenario))).unwrap();
    let reply = reply.trust_without_checking().0;
    mock.put(&reply.upload_url, mock.archive(&job, &request, &reply));
    let status = mock.status("joe", "other");
    assert_eq!(code(status.result().unwrap()), "0844");
    assert_eq!(status.result().unwrap().result_text.as_deref(), Some("Wait"));
    mock.pass(Duration::from_secs(3600));
    assert_eq!(code(mock.status("joe", "other").result().unwrap()), "1240");

    let refused = mock.raw(&asking(&mock, &job_status::Request::new("leo", "job"), "2301"));
    assert_eq!(refusal_of(&refused), (400, json!({"code": "2301", "error": "System Error"})));
}

#[test]
fn a_header_that_cannot_be_read_says_why() {
    let mock = Mock::new();
    let announce = ready(registration("leo", "job")).upload_request(None);
    for (header, expected) in [
        ("0811", "`Smileid-Mock-Scenario` is not possible: `code` must be one of 0001, 0840, 0841,"),
        ("811", "four digits in quotes"),
        ("", "four digits"),
        (r#"{"code":"0840","cod":1}"#, "is not a scenario: unknown field `cod`, expected one of `code`"),
        (r#"{"code":"0840""#, "is not a scenario: EOF"),
        (r#"{"after":"soon"}"#, "a whole number with `ms`"),
    ] {
        let (status, body) = refusal_of(&mock.raw(&asking(&mock, &announce, header)));
        assert_eq!(status, 400, "{header}");
        assert!(body["error"].as_str().unwrap().contains(expected), "{header}: {body}");
    }
    let status = asking(&mock, &job_status::Request::new("leo", "job"), "0840");
    let (_, body) = refusal_of(&mock.raw(&status));
    assert!(body["error"].as_str().unwrap().contains("these requests have no result"), "{body}");
    mock.send(&announce).unwrap();
}

#[test]
fn header_rule_and_sandbox_in_this_order() {
    let mock = Mock::new();
    let rejected = |job| wishing(job, "1");
    mock.submit(rejected(registration("leo", "sandbox"))).unwrap();
    assert_eq!(code(mock.status("leo", "sandbox").result().unwrap()), "0841");

    let twice = json!({"when": {"user_id": "leo", "job_id": "*rule*"}, "times": 2, "then": {"code": "0943"}});
    let error = mock.service.add_scenario(rule(&twice)).unwrap_err().to_string();
    assert!(error.contains("1242 for smartselfie_registration"), "{error}");
    let twice = json!({"when": {"user_id": "leo", "job_id": "*rule*"}, "times": 2, "then": {"code": "0941"}});
    let id = mock.service.add_scenario(rule(&twice)).unwrap();
    mock.submit(rejected(registration("leo", "rule"))).unwrap();
    assert_eq!(code(mock.status("leo", "rule").result().unwrap()), "0941");

    let announce = ready(registration("leo", "rule and header")).upload_request(None);
    let refused = refusal_of(&mock.raw(&asking(&mock, &announce, "2214")));
    assert_eq!(refused.1["code"], "2214");
    assert_eq!(mock.service.scenarios()[0].used, 1, "a header uses no rule up");

    mock.submit(registration("leo", "rule 2")).unwrap();
    mock.submit(registration("leo", "rule 3")).unwrap();
    let codes = ["rule 2", "rule 3"].map(|job| code(mock.status("leo", job).result().unwrap()).to_owned());
    assert_eq!(codes, ["0941", "0840"], "twice, then as always");
    assert!(mock.service.remove_scenario(id).is_some() && mock.service.scenarios().is_empty());
}

#[test]
fn a_rule_leaves_other_products_alone() {
    let mock = under(&json!({"code": "1013"}));
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!(history(&mock), ["0840"]);
    mock.submit(ImageJob::document_verification(ids("joe", "document"), selfie(), id_card(), "NG").unwrap())
        .unwrap();
    assert_eq!(code(mock.status("joe", "document").result().unwrap()), "0810");
    assert_eq!(mock.service.scenarios()[0].seen, 0);
}

#[test]
fn a_retry_stays_under_its_scenario() {
    let mock = Mock::new();
    mock.service.add_scenario(rule(&json!({"times": 1, "then": {"code": "0841"}}))).unwrap();
    let job = ready(registration("leo", "job"));
    let mut request = job.upload_request(None);
    mock.send(&request).unwrap();
    request.retry = Some(true);
    let reply = mock.send(&request).unwrap();
    mock.put(&reply.upload_url, mock.archive(&job, &request, &reply));
    assert_eq!(history(&mock), ["0841"]);
}

#[test]
fn an_archive_that_cannot_be_used_fails_whatever_was_asked_for() {
    let mock = under(&json!({"code": "0840"}));
    let request = ready(registration("leo", "job")).upload_request(None);
    let reply = mock.send(&request).unwrap();
    mock.put(&reply.upload_url, "no archive");
    assert_eq!(history(&mock), ["0903"]);
}

#[test]
fn calls_that_answer_at_once_obey_too() {
    let mock = under(&json!({"code": "0844"}));
    let form = || smart_selfie_enroll::Request::from(SelfieForm::new("leo", SELFIE));
    let result = mock.send(&form()).unwrap();
    assert_eq!(result.code.unwrap().as_str(), "0844");
    assert_eq!(result.status.unwrap().as_str(), "pending");
    // The user is not enrolled; a scenario in a header makes the job succeed.
    let reply = mock.raw(&asking(&mock, &form(), "0840"));
    assert_eq!(serde_json::from_slice::<Value>(reply.body()).unwrap()["status"], "approved");
}
