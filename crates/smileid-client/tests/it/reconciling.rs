//! Tests requesting results whose callbacks never arrived, and confirming callbacks immediately.

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use smileid_client::{
    Client as AsyncClient, ErrorKind, Submission, Transport as _, TransportErrorKind,
    callback::{Api, Receipt, Receiver},
    store::{Change, Ignored, InMemory, JobRecord, Store as _, Unsettled},
};
use smileid_protocol::{
    auth::Credentials,
    job::{CallbackUrl, Image, ImageJob, JobRef},
    mock_clock,
    timestamp::utc_millis,
    types::Decision,
};

use crate::{
    callbacks::{NOON, fresh, message, signed_at},
    drivers::run,
    script::*,
};

pub(crate) fn receiving(script: &Script) -> Receiver<InMemory> {
    Receiver::new(client(script), InMemory::default())
}

pub(crate) fn job(job_id: &str) -> JobRef {
    JobRef::new("user-1", job_id).unwrap()
}

/// Submits a job with these ids, and stores that it was submitted.
pub(crate) fn submit(receiver: &Receiver<InMemory>, job_id: &str) {
    let job = ImageJob::smart_selfie_registration(job(job_id), Image::bytes(PNG));
    let mut submission = run(receiver.store().ensure(job)).unwrap();
    let url = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let script = Script::new([upload_reply(), answer(200, "".into())]);
    client(&script).submit(&mut submission).callback(url).send().unwrap();
    run(receiver.store().keep(&submission)).unwrap();
}

/// Returns a result of a job with these ids.
pub(crate) fn result_of(job_id: &str, job_type: u16, code: &str) -> Value {
    let params = json!({"user_id": "user-1", "job_id": job_id, "job_type": job_type});
    message(job_type, code, &json!({"PartnerParams": params}))
}

/// Returns the API's status response, signed at the time of the request.
pub(crate) fn done(result: &Value, history: &[Value]) -> Answer {
    let status = json!({
        "job_complete": true, "job_success": true, "code": "2302", "result": result, "history": history,
    });
    Answer::signed(&credentials(), status)
}

pub(crate) fn unknown() -> Answer {
    answer(400, r#"{"code": "2304", "error": "No job found"}"#.into())
}

pub(crate) fn not_yet() -> Answer {
    Answer::signed(&credentials(), json!({"job_complete": false, "job_success": false, "code": "2302"}))
}

pub(crate) fn record(receiver: &Receiver<InMemory>, job_id: &str) -> JobRecord {
    run(receiver.store().load(&job(job_id))).unwrap().unwrap().0
}

/// Returns the ids of the jobs whose status was requested.
fn asked(script: &Script) -> Vec<String> {
    let sent = script.sent();
    assert!(sent.iter().all(|sent| sent.head.uri.path() == "/v1/job_status"));
    sent.iter().map(|sent| sent.json()["job_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_result_whose_callback_never_came_is_asked_for() {
    let approved = result_of("job-1", 4, "0840");
    let script = Script::new([done(&approved, &[])]);
    let receiver = receiving(&script);
    submit(&receiver, "job-1");
    assert_eq!(record(&receiver, "job-1").verdict().decision, Decision::Pending, "nothing was heard of it");

    let reconciled = receiver.reconcile_blocking(10).unwrap();
    let [(ids, Ok(verdict))] = &reconciled[..] else { panic!("{reconciled:?}") };
    assert_eq!((ids, verdict.decision), (&job("job-1"), Decision::Approved));
    let kept = record(&receiver, "job-1");
    assert_eq!(&kept.verdict(), verdict);
    assert!(kept.is_confirmed() && kept.is_settled());
    assert_eq!(script.sent()[0].json()["history"], true, "of two results, a status alone has one");

    assert_eq!(receiver.reconcile_blocking(10).unwrap().len(), 0, "there is nothing more to ask for");
    assert_eq!(script.sent().len(), 1);
}

/// The status response of a job with two parts has one result as `result` and the other in the history.
#[test]
fn both_parts_of_a_job_are_asked_for_at_once() {
    let (face, id) = (result_of("job-1", 1, "0810"), result_of("job-1", 1, "1012"));
    for is_half_known in [false, true] {
        let script = Script::new([done(&face, &[face.clone(), id.clone()])]);
        let receiver = receiving(&script);
        if is_half_known {
            // The callback of the lookup came, the other was lost.
            let body = signed_at(NOON, id.clone());
            receiver.handle_blocking(&HeaderMap::new(), &body).unwrap();
            assert_eq!(record(&receiver, "job-1").verdict().decision, Decision::Provisional);
        } else {
            assert!(run(receiver.store().save(JobRecord::new(&job("job-1")), None)).unwrap());
        }
        let reconciled = receiver.reconcile_blocking(10).unwrap();
        let [(_, Ok(verdict))] = &reconciled[..] else { panic!("{reconciled:?}") };
        assert_eq!(verdict.decision, Decision::Approved, "{is_half_known}");
        assert!(record(&receiver, "job-1").is_confirmed(), "{is_half_known}");
    }
}

#[test]
fn a_job_that_is_not_done_stays_as_it_is() {
    let script = Script::new([not_yet()]);
    let receiver = receiving(&script);
    submit(&receiver, "job-1");
    let reconciled = receiver.reconcile_blocking(10).unwrap();
    let [(_, Ok(verdict))] = &reconciled[..] else { panic!("{reconciled:?}") };
    assert_eq!(verdict.decision, Decision::Pending);
    assert_eq!(
        run(receiver.store().unsettled(Unsettled::Awaited, 10)).unwrap(),
        [job("job-1")],
        "it is asked for again"
    );
}

#[test]
fn an_error_about_one_job_is_about_that_job_alone() {
    let script = Script::new([
        unknown(),
        done(&result_of("job-2", 4, "0841"), &[]),
        answer(503, "{}".into()),
        done(&result_of("job-5", 4, "0840"), &[]), // of another job
        done(&result_of("job-5", 4, "0840"), &[]),
    ]);
    let receiver = receiving(&script);
    for number in 1..=5 {
        submit(&receiver, &format!("job-{number}"));
    }
    let seen: Vec<_> = receiver
        .reconcile_blocking(10)
        .unwrap()
        .into_iter()
        .map(|(ids, verdict)| {
            let verdict = verdict.map(|verdict| verdict.decision);
            (ids.job_id().to_owned(), verdict.map_err(|error| (error.kind(), error.is_unknown_job())))
        })
        .collect();
    let expected = [
        ("job-1", Err((ErrorKind::Refused, true))),
        ("job-2", Ok(Decision::Rejected)),
        ("job-3", Err((ErrorKind::Refused, false))),
        ("job-4", Err((ErrorKind::Unconfirmed, false))),
        ("job-5", Ok(Decision::Approved)),
    ];
    assert_eq!(seen, expected.map(|(job_id, verdict)| (job_id.to_owned(), verdict)));
}

/// Without a network, each job would take as long as all its retries.
#[test]
fn without_a_network_the_first_failure_ends_the_call() {
    use TransportErrorKind::{Body, Connect, Interrupted, Timeout};
    for (kind, count) in [(Connect, 1), (Timeout, 1), (Interrupted, 1), (Body, 3)] {
        let script = Script::new([]).then_forever(Answer::fail(kind));
        let receiver = receiving(&script);
        for number in 1..=3 {
            submit(&receiver, &format!("job-{number}"));
        }
        let reconciled = receiver.reconcile_blocking(10).unwrap();
        assert_eq!((reconciled.len(), script.sent().len()), (count, count), "{kind}");
        assert_eq!(reconciled[0].1.as_ref().unwrap_err().transport(), Some(kind));
        let next = receiver.reconcile_blocking(1).unwrap().remove(0).0;
        assert_eq!(next, job(if count == 1 { "job-2" } else { "job-1" }), "{kind}");
    }
}

/// Jobs that never get a result do not prevent requests for others.
#[test]
fn whoever_was_asked_for_longest_ago_is_next() {
    let script = Script::new([unknown(), not_yet(), done(&result_of("job-3", 4, "0840"), &[]), unknown()]);
    let receiver = receiving(&script);
    for number in 1..=3 {
        submit(&receiver, &format!("job-{number}"));
    }
    for _ in 0..4 {
        receiver.reconcile_blocking(1).unwrap();
    }
    assert_eq!(asked(&script), ["job-1", "job-2", "job-3", "job-1"]);
}

#[test]
fn what_only_the_api_can_tell_is_asked_for() {
    let script = Script::new([done(&result_of("job-1", 4, "0841"), &[])]);
    let receiver = receiving(&script);
    for (at, code) in [(NOON, "0840"), (NOON + 1, "0841")] {
        receiver.handle_blocking(&HeaderMap::new(), &signed_at(at, result_of("job-1", 4, code))).unwrap();
    }
    let contested = record(&receiver, "job-1");
    assert!(contested.is_contested() && !contested.is_settled());
    receiver.reconcile_blocking(10).unwrap();
    let kept = record(&receiver, "job-1");
    assert_eq!((kept.verdict().decision, kept.is_confirmed()), (Decision::Rejected, true));
}

#[test]
fn the_asynchronous_client_does_the_same() {
    let script = Script::new([done(&result_of("job-1", 4, "0840"), &[]), unknown()]);
    let receiver = Receiver::new(AsyncClient::new(once(), script.clone()), InMemory::default());
    for number in 1..=2 {
        submit(&receiver, &format!("job-{number}"));
    }
    let reconciled = run(receiver.reconcile(10)).unwrap();
    let [(_, Ok(verdict)), (_, Err(error))] = &reconciled[..] else { panic!("{reconciled:?}") };
    assert_eq!(verdict.decision, Decision::Approved);
    assert!(error.is_unknown_job());
}

#[test]
fn where_nobody_can_be_asked_nothing_is_confirmed() {
    let receiver = Receiver::new(Api::Nobody, InMemory::default());
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    let body = signed_at(now, result_of("job-1", 1, "0810"));
    let error = receiver.handle_blocking(&HeaderMap::new(), &body).unwrap_err();
    assert_eq!(error.callback_status(), StatusCode::UNAUTHORIZED, "it has no key");

    let receiver = receiver.verifying(|verifier| verifier.keys.push(credentials())).confirming();
    let receipt = receiver.handle_blocking(&HeaderMap::new(), &body).unwrap();
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Provisional, false));
    let reconciled = receiver.reconcile_blocking(10).unwrap();
    let [(_, Ok(verdict))] = &reconciled[..] else { panic!("{reconciled:?}") };
    assert_eq!(verdict.decision, Decision::Provisional);
}

pub(crate) fn deliver(receiver: &Receiver<InMemory>, at: i64, message: Value) -> Receipt {
    receiver.handle_blocking(&HeaderMap::new(), &signed_at(at, message)).unwrap()
}

#[test]
fn a_confirming_receiver_asks_before_it_answers() {
    let claimed = result_of("job-1", 4, "0840");
    let script = Script::new([done(&claimed, &[])]);
    let receiver = receiving(&script).confirming();
    let receipt = deliver(&receiver, NOON, claimed.clone());
    assert!(matches!(receipt.change, Change::Applied(ref verdict) if verdict.decision == Decision::Approved));
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Approved, true));
    assert!(record(&receiver, "job-1").is_confirmed());
    assert_eq!(asked(&script), ["job-1"]);

    // The sender did not hear it. There is nothing new to ask.
    let receipt = deliver(&receiver, NOON, claimed);
    assert_eq!(receipt.change, Change::Ignored(Ignored::Duplicate));
    assert!(receipt.is_confirmed());
    assert_eq!(script.sent().len(), 1);

    let script = Script::new([]);
    let receipt = deliver(&receiving(&script), NOON, result_of("job-1", 4, "0840"));
    assert_eq!(
        (receipt.is_confirmed(), script.sent().len()),
        (false, 0),
        "unless it is told to, it does not"
    );
}

#[test]
fn what_the_api_says_counts_and_not_what_the_callback_claims() {
    let script = Script::new([done(&result_of("job-1", 4, "0841"), &[])]);
    let receipt = deliver(&receiving(&script).confirming(), NOON, result_of("job-1", 4, "0840"));
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Rejected, true));
}

#[test]
fn a_callback_that_the_api_does_not_bear_out_is_taken_and_stays_a_claim() {
    let claimed = result_of("job-1", 4, "0840");
    let forged =
        signed(json!({"job_complete": true, "result": claimed, "timestamp": "2024-01-01T00:00:00Z"}));
    for (what, answer) in [
        ("not done", not_yet()),
        ("unknown", unknown()),
        ("another job", done(&result_of("job-2", 4, "0840"), &[])),
        (
            "forged",
            reply(&{
                let mut forged = forged;
                forged["signature"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
                forged
            }),
        ),
    ] {
        let script = Script::new([answer]);
        let receipt = deliver(&receiving(&script).confirming(), NOON, claimed.clone());
        assert!(!receipt.is_confirmed(), "{what}");
        assert_eq!(script.sent().len(), 1, "{what}");
    }
}

/// The sender repeats the callback later, and then the status is requested again.
#[test]
fn a_callback_that_cannot_be_confirmed_now_is_to_come_again() {
    let claimed = result_of("job-1", 4, "0840");
    let script =
        Script::new([Answer::fail(TransportErrorKind::Connect), answer(503, "".into()), done(&claimed, &[])]);
    let receiver = receiving(&script).confirming();
    let body = signed_at(NOON, claimed);
    for _ in 0..2 {
        let error = receiver.handle_blocking(&HeaderMap::new(), &body).unwrap_err();
        assert_eq!(error.callback_status(), StatusCode::SERVICE_UNAVAILABLE, "{error:?}");
        assert!(!record(&receiver, "job-1").is_confirmed(), "but it is kept");
    }
    let receipt = receiver.handle_blocking(&HeaderMap::new(), &body).unwrap();
    assert!(receipt.is_confirmed());
}

/// The callback of each part causes a status request, and the second confirmation completes the job.
#[test]
fn a_job_of_two_parts_is_confirmed_part_by_part() {
    let (face, id) = (result_of("job-1", 1, "0810"), result_of("job-1", 1, "1012"));
    let both = || done(&face, &[face.clone(), id.clone()]);
    let script = Script::new([both(), both()]);
    let receiver = receiving(&script).confirming();
    assert_eq!(deliver(&receiver, NOON, face.clone()).verdict().decision, Decision::Provisional);
    let receipt = deliver(&receiver, NOON - 1, id.clone());
    assert_eq!((receipt.verdict().decision, receipt.is_confirmed()), (Decision::Approved, true));
}

/// Headers are accepted in the types of any web framework. A mock server on this machine gives the time in a header.
#[test]
fn the_time_of_a_mock_is_that_of_its_header() {
    let script = Script::new([]);
    let now = utc_millis(script.now().wall);
    let long_ago = now - 86_400_000;
    let body = signed_at(long_ago, result_of("job-1", 4, "0840"));
    let header = mock_clock::header(long_ago);
    let receiver = receiving(&script); // of http://127.0.0.1:9
    let headers = HeaderMap::from_iter([(mock_clock::HEADER, header.clone())]);
    assert!(receiver.handle_blocking(&headers, &body).is_ok());
    let name = mock_clock::HEADER;
    let pairs = [("content-type", "application/json"), (name.as_str(), header.to_str().unwrap())];
    assert!(receiver.handle_blocking(pairs, &body).is_ok());
    let bytes = vec![(b"X-Odd \xff".to_vec(), b"\0".to_vec())];
    let error = receiver.handle_blocking(bytes, &body).unwrap_err();
    assert_eq!(error.callback_status(), StatusCode::UNAUTHORIZED, "without it, the callback is a day old");
}

#[test]
fn two_keys_are_taken_while_one_is_replaced() {
    let new = Credentials::new("212", "the-next-key").unwrap();
    let mut config = once();
    config.credentials = new;
    let client = smileid_client::blocking::Client::new(config, Script::new([]));
    let body = signed_at(NOON, result_of("job-1", 4, "0840"));
    let receiver = Receiver::new(client, InMemory::default());
    assert_eq!(receiver.handle_blocking(&HeaderMap::new(), &body).unwrap_err().kind(), ErrorKind::Callback);
    let receiver = receiver.verifying(|verifier| verifier.keys.push(credentials()));
    assert!(receiver.handle_blocking(&HeaderMap::new(), &body).is_ok());
}

/// An empty record of another program does not prevent storing a submission.
#[test]
fn a_callback_joins_the_submission_that_is_kept() {
    let script = Script::new([]);
    let receiver = receiving(&script);
    submit(&receiver, "job-1");
    let receipt = deliver(&receiver, NOON, result_of("job-1", 4, "0840"));
    assert_eq!(receipt.verdict().decision, Decision::Approved);
    let kept = record(&receiver, "job-1");
    assert!(kept.submission().is_some_and(|submission: &Submission| submission.ids() == &job("job-1")));

    let mut forged = JobRecord::new(&job("job-1"));
    let _ = forged.apply(&fresh(NOON, result_of("job-1", 4, "0840")));
    assert!(forged.submission().is_none());
}

/// A process stored the job and ended before it sent anything.
#[test]
fn a_stored_job_that_nobody_sent_is_sent_by_the_next_process() {
    let script = Script::new([unknown(), upload_reply(), answer(200, "".into())]);
    let receiver = receiving(&script);
    let stored = ImageJob::smart_selfie_registration(job("job-1"), Image::bytes(PNG));
    run(receiver.store().ensure(stored)).unwrap();
    submit(&receiver, "job-2"); // it needs nothing

    let resumed = receiver.resume_blocking(10).unwrap();
    let [(ids, Ok(accepted))] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!((ids, accepted.smile_job_id()), (&job("job-1"), Some("0000000001")));
    assert_eq!(script.sent().len(), 3);
    assert!(receiver.resume_blocking(10).unwrap().is_empty(), "the API has it");
}

/// A process ended after the API had the archive and before it could store that.
#[test]
fn a_confirmed_result_drops_the_images_of_a_submission() {
    let approved = result_of("job-1", 4, "0840");
    let receiver = receiving(&Script::new([done(&approved, &[])])).confirming();
    let stored = ImageJob::smart_selfie_registration(job("job-1"), Image::bytes(PNG));
    run(receiver.store().ensure(stored)).unwrap();
    let kept = |receiver| serde_json::to_string(&record(receiver, "job-1")).unwrap();
    assert!(kept(&receiver).contains("iVBORw0KGgo"), "the beginning of a PNG in base64");

    deliver(&receiver, NOON, approved);
    assert!(!kept(&receiver).contains("iVBORw0KGgo"), "{}", kept(&receiver));
    let record = record(&receiver, "job-1");
    assert_eq!(record.submission().unwrap().stage().smile_job_id(), record.smile_job_id());
}
