//! Tests that an asynchronous lookup is repeated only if it certainly did not arrive, because each one is billed.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::json;
use smileid_client::{Outcome, Result, Stage, Submission, TransportErrorKind, Wait, blocking::Client};
use smileid_protocol::job::{CallbackUrl, IdNumber, LookupJob};

use crate::script::*;

const UNKNOWN: &str = r#"{"code": "2304", "error": "No job found"}"#;

fn lookup() -> Submission {
    let job = LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "00000000000").unwrap());
    let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
    Submission::new(job).callback(callback)
}

fn unknown() -> Answer {
    answer(400, UNKNOWN.into())
}

fn lost() -> Answer {
    Answer::fail(TransportErrorKind::Interrupted)
}

/// Submits the lookup, and returns the times at which it was sent.
fn submit(submission: &mut Submission, script: &Script) -> (Result<Outcome>, Vec<Duration>) {
    let mut config = config();
    config.wait = Wait::up_to(Duration::from_secs(60));
    let client = Client::new(config, script.clone());
    let outcome = client.submit(submission).timeout(Duration::from_secs(60)).wait().send();
    let sent = script.sent();
    let lookups = sent.iter().filter(|it| it.head.uri.path() == "/v1/async_id_verification");
    (outcome, lookups.map(|it| it.at).collect())
}

/// A status response can be delayed for longer than the API takes to know the lookup.
#[test]
fn a_late_answer_says_how_the_lookup_stood_long_ago() {
    let late = Answer::after(
        Duration::from_millis(29_900),
        Response::builder().status(400).body(UNKNOWN.into()).unwrap(),
    );
    let known = || reply(&incomplete());
    let script = Script::new([unknown(), lost(), unknown(), late]).then_forever(known());
    let (_, lookups) = submit(&mut lookup(), &script);
    assert_eq!(lookups.len(), 1, "{lookups:?}");
}

/// Only the API's own error response can say that a lookup is unknown.
#[test]
fn what_is_no_refusal_of_the_api_does_not_make_a_lookup_unknown() {
    let doubled = r#"{"error": "x", "code": "2302", "code": "2304"}"#;
    let escaped = r#"{"code": "2302", "\u0063ode": "2304"}"#;
    for (status, body) in [
        (502, UNKNOWN),
        (503, UNKNOWN),
        (429, UNKNOWN),
        (408, UNKNOWN),
        (200, UNKNOWN),
        (400, doubled),
        (400, escaped),
    ] {
        let odd = || answer(status, Bytes::from(body));
        // After a lost reply, and before it is sent for the first time.
        for (first, sent) in [(vec![unknown(), lost()], 1), (vec![], 0)] {
            let script = Script::new(first).then_forever(odd());
            let (outcome, lookups) = submit(&mut lookup(), &script);
            assert!(outcome.is_err(), "{status} {body}");
            assert_eq!(lookups.len(), sent, "{status} {body}");
        }
    }
    let not_found = Response::builder().status(404).body(UNKNOWN.into()).unwrap();
    let script = Script::new([not_found.into()]).then_forever(answer(200, r#"{"success": true}"#.into()));
    assert_eq!(submit(&mut lookup(), &script).1.len(), 1, "another status of a refusal will do");
}

/// Proxies respond with 408 if they give up on the server, and with 429 to limit the rate after the server has responded.
#[test]
fn a_lookup_that_a_proxy_answered_is_settled_like_a_lost_one() {
    for status in [408, 425, 429] {
        let script = Script::new([unknown(), answer(status, "{}".into())]).then_forever(unknown());
        let (outcome, lookups) = submit(&mut lookup(), &script);
        assert!(outcome.unwrap_err().may_be_billed(), "{status}");
        assert_eq!(lookups.len(), 2, "{status}");
        assert!(lookups[1] >= lookups[0] + Duration::from_secs(30), "{status}: {lookups:?}");
    }
    // The API's own: an ID number that was looked up too often (documentation, rate limits).
    let blocked = || answer(429, r#"{"code": "2222", "error": "blocked"}"#.into());
    let script = Script::new([unknown(), blocked(), unknown(), blocked(), unknown(), blocked()]);
    let (outcome, lookups) = submit(&mut lookup(), &script);
    assert_eq!(outcome.unwrap_err().code().unwrap().as_str(), "2222");
    assert!(lookups.last().unwrap() < &Duration::from_secs(10), "{lookups:?}");
}

#[test]
fn an_accepted_job_is_waited_for_while_the_api_does_not_know_it() {
    let complete = signed(json!({"job_complete": true, "job_success": true, "code": "2302",
        "result": {"ResultCode": "1012", "PartnerParams": {"job_type": 5}}}));
    let answers = || (0..12).map(|_| unknown());
    let wait = Wait::up_to(Duration::from_secs(60));
    let ask = |wait| {
        let script = Script::new(answers()).then_forever(reply(&complete));
        client(&script).wait(&ids()).with(wait).send()
    };
    assert!(ask(wait).unwrap_err().is_unknown_job());
    assert!(is_complete(&ask(wait.of_accepted()).unwrap()));

    let script = Script::new([]).then_forever(unknown());
    let state = client(&script).wait(&ids()).with(wait.of_accepted()).send().unwrap();
    assert!(state.is_pending() && state.status().is_none(), "{state:?}");
    assert!(script.sent().iter().all(|it| it.head.uri.path() == "/v1/job_status"));
}

#[test]
fn an_accepted_lookup_is_never_sent_again() {
    let accepted = answer(200, r#"{"success": true}"#.into());
    let script = Script::new([unknown(), accepted]).then_forever(unknown());
    let mut submission = lookup();
    let (outcome, lookups) = submit(&mut submission, &script);
    let outcome = outcome.unwrap();
    assert!(outcome.is_pending() && outcome.status().is_none());
    assert!(matches!(submission.stage(), Stage::Uploaded { .. }));
    let (_, again) = submit(&mut submission, &script);
    assert_eq!((lookups.len(), again.len()), (1, 1));
}
