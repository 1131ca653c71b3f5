//! Tests jobs that the API refuses, jobs that are given up, and the order in which stored jobs are continued.

use std::sync::Arc;

use serde_json::Value;
use smileid_client::{
    ErrorKind, Stage, Submission, TransportErrorKind,
    callback::Receiver,
    store::{InMemory, JobRecord, Store as _, Unsettled},
};
use smileid_protocol::{
    job::{CallbackUrl, Image, ImageJob, JobRef},
    types::{Decision, ErrorCode},
};

use crate::{
    drivers::run,
    reconciling::{done, job, receiving, result_of, submit, unknown},
    script::*,
};

fn hook() -> CallbackUrl {
    CallbackUrl::parse("https://partner.example/hook").unwrap()
}

/// Returns a registration whose selfie is a PNG signature and these bytes.
fn registration_with(more: &[u8]) -> ImageJob {
    ImageJob::smart_selfie_registration(ids(), Image::bytes([&PNG[..8], more].concat()))
}

fn refusal(status: u16, code: &str) -> Answer {
    answer(status, format!(r#"{{"code": "{code}", "error": "no"}}"#).into())
}

/// Submits a job that the API refuses, and stores the outcome.
fn refused_as(receiver: &Receiver<InMemory>, answer: Answer) -> Submission {
    let mut submission = run(receiver.store().ensure(registration_with(b"one"))).unwrap();
    let error = client(&Script::new([answer])).submit(&mut submission).callback(hook()).send().unwrap_err();
    assert!(!error.may_be_billed(), "{error:?}");
    run(receiver.store().keep(&submission)).unwrap();
    submission
}

fn unsettled(receiver: &Receiver<InMemory>, what: Unsettled) -> Vec<JobRef> {
    run(receiver.store().unsettled(what, 10)).unwrap()
}

/// Returns true if the record contains a PNG, recognized by the beginning of its base64.
fn has_images(record: &JobRecord) -> bool {
    serde_json::to_string(record).unwrap().contains("iVBORw0KGg")
}

#[test]
fn a_job_that_was_refused_is_not_sent_again() {
    let script = Script::new([]);
    let receiver = receiving(&script);
    let submission = refused_as(&receiver, refusal(400, "2209"));
    assert_eq!(submission.stage(), &Stage::Refused { code: ErrorCode::ALREADY_ENROLLED });
    assert_eq!(submission.stage().to_string(), "the API refused the job");
    let record = &receiver.store().records()[0];
    assert_eq!(record.submission().unwrap().stage(), submission.stage());
    assert!(!has_images(record) && record.unsettled().is_none());
    assert_eq!(unsettled(&receiver, Unsettled::Unsent), []);
    assert_eq!(unsettled(&receiver, Unsettled::Awaited), []);
    assert!(receiver.resume_blocking(10).unwrap().is_empty());
    assert!(receiver.reconcile_blocking(10).unwrap().is_empty());
    assert_eq!(script.sent().len(), 0);
    let stored: Value = serde_json::to_value(record).unwrap();
    assert_eq!(stored["submission"]["stage"]["refused"]["code"], "2209");
    assert_eq!(&serde_json::from_value::<JobRecord>(stored).unwrap(), record);
}

/// The same job can succeed after the API key, the account, the rate limit or the API is corrected.
#[test]
fn only_a_refusal_of_the_content_is_final() {
    for (status, code, is_final) in [
        (400, "2207", true),
        (400, "2210", true),
        (400, "2213", true),
        (400, "2413", true),
        (400, "2204", false),
        (400, "2205", false),
        (400, "2405", false),
        (403, "2413", false),
        (400, "2220", false),
        (400, "2414", false),
        (429, "2222", false),
        (503, "2209", false),
        (400, "9999", false),
        (400, "", false),
    ] {
        let receiver = receiving(&Script::new([]));
        refused_as(&receiver, refusal(status, code));
        let record = &receiver.store().records()[0];
        assert_eq!(record.unsettled().is_none(), is_final, "{status} {code}");
        assert_eq!(has_images(record), !is_final, "{status} {code}");
    }
}

#[test]
fn other_content_takes_the_place_of_a_refused_job() {
    for more in [&b"a better selfie"[..], b"one"] {
        let receiver = receiving(&Script::new([]));
        let late = refused_as(&receiver, refusal(400, "2209"));
        let mut again = run(receiver.store().ensure(registration_with(more))).unwrap();
        assert_eq!((again.stage(), again.callback_url()), (&Stage::New, Some(&hook())));
        let second = run(receiver.store().ensure(registration_with(more))).unwrap();
        assert_eq!(second.stage(), &Stage::Unsure, "the first may be under way");
        let error = run(receiver.store().ensure(registration_with(b"a third"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OtherContent);
        // A process that was slow keeps the old refusal.
        if more != b"one" {
            run(receiver.store().keep(&late)).unwrap();
            assert!(has_images(&receiver.store().records()[0]));
        }

        let script = Script::new([upload_reply(), answer(200, "".into())]);
        client(&script).submit(&mut again).send().unwrap();
        run(receiver.store().keep(&again)).unwrap();
        assert_eq!(unsettled(&receiver, Unsettled::Awaited), [ids()]);
    }
}

/// The submission of the call still has the images.
#[test]
fn a_refused_submission_can_be_submitted_again() {
    let script = Script::new([refusal(400, "2209"), upload_reply(), answer(200, "".into())]);
    let mut submission = Submission::new(registration());
    client(&script).submit(&mut submission).callback(hook()).send().unwrap_err();
    assert!(matches!(submission.stage(), Stage::Refused { .. }));
    client(&script).submit(&mut submission).send().unwrap();
    assert_eq!(script.sent().len(), 3, "the API is not asked about a job that it refused");
}

/// A refusal after a request with unknown outcome may be the response to the first of the two requests.
#[test]
fn a_refusal_after_a_restart_is_final_if_the_api_knows_no_such_job() {
    let script = Script::new([unknown(), refusal(400, "2209")]);
    let receiver = receiving(&script);
    run(receiver.store().ensure(registration())).unwrap();
    let resumed = receiver.resume_blocking(10).unwrap();
    let [(_, Err(error))] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!(error.code(), Some(&ErrorCode::ALREADY_ENROLLED));
    assert!(receiver.resume_blocking(10).unwrap().is_empty());
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn jobs_that_wait_for_results_do_not_keep_others_from_being_sent() {
    let script = Script::new([unknown(), upload_reply(), answer(200, "".into())]);
    let receiver = receiving(&script);
    for number in 1..=5 {
        submit(&receiver, &format!("job-{number}"));
    }
    let unsent = ImageJob::smart_selfie_registration(job("unsent"), Image::bytes(PNG));
    run(receiver.store().ensure(unsent)).unwrap();
    let resumed = receiver.resume_blocking(3).unwrap();
    let [(ids, Ok(_))] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!(ids, &job("unsent"));
    assert_eq!(unsettled(&receiver, Unsettled::Awaited).len(), 6);
}

#[test]
fn jobs_that_cannot_be_sent_do_not_keep_others_from_being_sent_or_asked_for() {
    let script = Script::new([
        Answer::fail(TransportErrorKind::Connect),
        Answer::fail(TransportErrorKind::Connect),
        done(&result_of("job-3", 4, "0840"), &[]),
    ]);
    let receiver = receiving(&script);
    for number in 1..=2 {
        let stored = ImageJob::smart_selfie_registration(job(&format!("job-{number}")), Image::bytes(PNG));
        run(receiver.store().ensure(stored)).unwrap();
    }
    submit(&receiver, "job-3");
    let turn = || receiver.resume_blocking(1).unwrap().remove(0).0;
    assert_eq!([turn(), turn()], [job("job-1"), job("job-2")]);
    let reconciled = receiver.reconcile_blocking(1).unwrap();
    let [(_, Ok(verdict))] = &reconciled[..] else { panic!("{reconciled:?}") };
    assert_eq!(verdict.decision, Decision::Approved);
}

#[test]
fn without_a_network_the_first_failure_ends_the_call_and_the_rest_stays_unsent() {
    let store = Arc::new(InMemory::default());
    let script = Script::new([Answer::fail(TransportErrorKind::Connect)]);
    let receiver = Receiver::new(client(&script), Arc::clone(&store));
    for number in 1..=3 {
        let stored = ImageJob::smart_selfie_registration(job(&format!("job-{number}")), Image::bytes(PNG));
        run(store.ensure(stored)).unwrap();
    }
    let resumed = receiver.resume_blocking(10).unwrap();
    let [(ids, Err(error))] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!((ids, error.kind()), (&job("job-1"), ErrorKind::NoResponse));
    assert_eq!(script.sent().len(), 1);
    let unsent = run(store.unsettled(Unsettled::Unsent, 10)).unwrap();
    assert_eq!(unsent, [job("job-2"), job("job-3"), job("job-1")]);

    // Later the network is back.
    let taken = || [unknown(), upload_reply(), answer(200, "".into())];
    let script = Script::new([taken(), taken(), taken()].into_iter().flatten());
    let resumed = Receiver::new(client(&script), store).resume_blocking(10).unwrap();
    assert!(resumed.len() == 3 && resumed.iter().all(|(_, accepted)| accepted.is_ok()), "{resumed:?}");
}

/// The file of the first job is missing, and then the network fails, so the API cannot be asked about either job.
#[test]
fn a_question_about_an_unreadable_job_ends_the_call_too() {
    let script = Script::new([unknown()]).then_forever(Answer::fail(TransportErrorKind::Connect));
    let receiver = receiving(&script);
    for number in 1..=2 {
        let selfie = Image::file("no such file.jpg");
        let stored = ImageJob::smart_selfie_registration(job(&format!("job-{number}")), selfie);
        run(receiver.store().ensure(stored)).unwrap();
    }
    let resumed = receiver.resume_blocking(10).unwrap();
    let [(_, Err(error))] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::File, 2));
}

#[test]
fn a_job_that_is_given_up_is_neither_sent_nor_asked_for() {
    let script = Script::new([]);
    let receiver = receiving(&script);
    let unsent = run(receiver.store().ensure(registration_with(b"one"))).unwrap();
    submit(&receiver, "job-2");
    for ids in [ids(), job("job-2"), job("never seen")] {
        run(receiver.store().abandon(&ids)).unwrap();
    }
    run(receiver.store().keep(&unsent)).unwrap(); // by a process that was slow
    assert!(receiver.resume_blocking(10).unwrap().is_empty());
    assert!(receiver.reconcile_blocking(10).unwrap().is_empty());
    assert!(!receiver.store().records().iter().any(has_images));

    // The API may have it, so it is asked first.
    let mut again = run(receiver.store().ensure(registration_with(b"another"))).unwrap();
    assert_eq!(again.stage(), &Stage::Unsure);
    let script = Script::new([unknown(), upload_reply(), answer(200, "".into())]);
    client(&script).submit(&mut again).callback(hook()).send().unwrap();
    run(receiver.store().keep(&again)).unwrap();
    assert_eq!(unsettled(&receiver, Unsettled::Awaited), [ids()]);
}

#[test]
fn a_record_that_can_never_fit_is_an_error() {
    let store = InMemory::holding(100);
    let selfie = [PNG, &vec![0; 450_000]].concat();
    let large = ImageJob::smart_selfie_registration(ids(), Image::bytes(selfie));
    let error = run(store.ensure(large.clone())).unwrap_err();
    assert_eq!((error.kind(), store.records().len()), (ErrorKind::Store, 0));
    let shown = format!("{error:?}");
    assert!(shown.contains("at most 102400") && shown.contains("larger capacity"), "{shown}");
    run(InMemory::default().ensure(large)).unwrap();
}
