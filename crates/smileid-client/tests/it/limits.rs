//! Tests time limits of submissions, and the limit of requests per second.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use smileid_client::{
    Attempt, Now, OnAttempt, Outcome, RateLimit, Result, Step, Submission, TransportErrorKind, Wait,
    blocking::Client,
    flow::{Action, Event, Flow as _, SubmitJob, SubmitOptions},
    read_files,
};
use smileid_protocol::job::{CallbackUrl, IdNumber, LookupJob};

use crate::script::*;

const LIMIT: Duration = Duration::from_secs(5);

fn forever() -> Answer {
    Answer::late(Duration::from_secs(999_999))
}

/// Creates a client whose own time limits are several minutes.
fn patient(script: &Script) -> Client {
    let mut config = config();
    config.wait = Wait::up_to(Duration::from_secs(3600));
    Client::new(config, script.clone())
}

fn images() -> Submission {
    Submission::new(registration())
}

fn lookup() -> Submission {
    let job = LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "00000000000").unwrap());
    let callback = CallbackUrl::parse("https://partner.example/hook").unwrap();
    Submission::new(job).callback(callback)
}

fn unknown() -> Answer {
    answer(400, r#"{"code": "2304", "error": "No job found"}"#.into())
}

fn accepted() -> Answer {
    answer(200, r#"{"success": true}"#.into())
}

/// Submits a job and waits for its result, within `limit` seconds.
fn submit_within(limit: u64, submission: &mut Submission, script: &Script) -> Result<Outcome> {
    patient(script).submit(submission).timeout(Duration::from_secs(limit)).wait().send()
}

/// A phase of a submission: name, submission, responses so far, and what is known if the phase never ends.
type Phase = (&'static str, Submission, Vec<Answer>, Option<(Step, bool)>);

fn phases() -> Vec<Phase> {
    let put = || answer(200, "".into());
    vec![
        ("announcement", images(), vec![], Some((Step::Announce, false))),
        ("archive", images(), vec![upload_reply()], Some((Step::Upload, true))),
        ("first status", images(), vec![upload_reply(), put()], None),
        ("second status", images(), vec![upload_reply(), put(), reply(&incomplete())], None),
        ("question before a lookup", lookup(), vec![], Some((Step::LookUp, false))),
        ("lookup", lookup(), vec![unknown()], Some((Step::LookUp, true))),
        ("status of a lookup", lookup(), vec![unknown(), accepted()], None),
    ]
}

#[test]
fn whatever_phase_is_silent_a_submission_ends_in_time_and_says_how_far_it_came() {
    for (phase, mut submission, answers, expected) in phases() {
        let script = Script::new(answers).then_forever(forever());
        let outcome = submit_within(5, &mut submission, &script);
        assert!(script.elapsed() <= LIMIT, "{phase}: {:?}", script.elapsed());
        match (outcome, expected) {
            (Err(error), Some((step, may_be_billed))) => {
                assert_eq!((error.step(), error.may_be_billed()), (Some(step), may_be_billed), "{phase}");
                assert!(error.is_timeout(), "{phase}: {error:?}");
                let told = if may_be_billed { "it may be billed" } else { "nothing is billed" };
                assert!(error.to_string().ends_with(told), "{phase}: {error}");
            }
            (Ok(outcome), None) => assert!(outcome.is_pending(), "{phase}: {outcome:?}"),
            (outcome, _) => panic!("{phase}: {outcome:?}"),
        }
    }
}

#[test]
fn a_server_that_asks_to_be_left_alone_for_days_does_not_make_it_longer() {
    for (phase, mut submission, answers, _) in phases() {
        let script = Script::new(answers).then_forever(busy(503, "999999"));
        let outcome = submit_within(5, &mut submission, &script);
        assert!(script.elapsed() <= LIMIT, "{phase}: {:?}", script.elapsed());
        match outcome {
            Err(error) => assert_eq!(error.status().map(|it| it.as_u16()), Some(503), "{phase}"),
            Ok(outcome) => assert!(outcome.is_pending() && outcome.status().is_some(), "{phase}"),
        }
    }
}

#[test]
fn no_mix_of_silence_and_refusals_lasts_longer() {
    for seed in 0..100 {
        for (phase, mut submission, mut answers, _) in phases() {
            let mut random = fastrand::Rng::with_seed(seed);
            let trouble = std::iter::repeat_with(|| match random.u8(0..4) {
                0 => Answer::late(Duration::from_millis(random.u64(0..2000))),
                1 => busy(503, "1"),
                2 => Answer::fail(TransportErrorKind::Connect),
                _ => unknown(),
            });
            answers.extend(trouble.take(40));
            let script = Script::new(answers).then_forever(forever()).with_seed(seed);
            drop(submit_within(5, &mut submission, &script));
            assert!(script.elapsed() <= LIMIT, "{phase}, seed {seed}: {:?}", script.elapsed());
        }
    }
}

/// A lookup that may have been sent is repeated only after the API did not know it for half a minute. Observed lookups took up to
/// 7.9 s (records of `/v1/async_id_verification`).
#[test]
fn a_lookup_that_may_have_arrived_is_not_sent_again_in_a_hurry() {
    for (limit, sent) in [(5, 0), (20, 0), (29, 0), (60, 1)] {
        let mut submission = lookup().resumed();
        let script = Script::new([]).then_forever(unknown());
        let error = submit_within(limit, &mut submission, &script).unwrap_err();
        assert!(error.may_be_billed() && error.is_outcome_unknown() == (sent == 0), "{limit}: {error}");
        let lookups = script.sent().iter().filter(|it| it.head.uri.path().contains("async_id")).count();
        assert_eq!(lookups, sent, "{limit}");
        assert!(script.elapsed() <= Duration::from_secs(limit), "{limit}");
    }

    // The same when it was sent here, and its answer is lost.
    let mut submission = lookup();
    let script =
        Script::new([unknown(), Answer::fail(TransportErrorKind::Interrupted)]).then_forever(unknown());
    assert!(submit_within(20, &mut submission, &script).unwrap_err().may_be_billed());
    let lookups = script.sent().iter().filter(|it| it.head.uri.path().contains("async_id")).count();
    assert_eq!(lookups, 1);
}

/// Error responses of the API do not tell if the lookup is unknown, so only the time after them counts.
#[test]
fn a_lookup_is_not_unknown_before_the_api_has_said_so_for_long_enough() {
    for (limit, sent) in [(45, 0), (90, 1)] {
        let mut submission = lookup().resumed();
        let script = Script::new((0..4).map(|_| busy(503, "7"))).then_forever(unknown());
        let error = submit_within(limit, &mut submission, &script).unwrap_err();
        assert!(error.may_be_billed(), "{limit}: {error}");
        let lookups = script.sent().iter().filter(|it| it.head.uri.path().contains("async_id")).count();
        assert_eq!(lookups, sent, "{limit}");
    }
}

#[test]
fn the_reading_of_files_is_part_of_it() {
    let config = config();
    let start = Now { wall: time(1_678_397_700_000), monotonic: Duration::from_secs(100) };
    let later = Now { monotonic: start.monotonic + Duration::from_secs(4), ..start };
    let mut submission = images();
    let ready = read_files(&registration());
    let mut options = SubmitOptions::default();
    options.timeout = Some(LIMIT);
    let mut flow = SubmitJob::new(config, &mut submission, options, Some(ready), 0).since(start);
    match flow.on(Event::Start, later) {
        Action::Send(outgoing) => assert_eq!(outgoing.timeout, Duration::from_secs(1)),
        other => panic!("{other:?}"),
    }
}

/// A client and its clones share the rate limit, and every attempt is reported.
#[test]
fn requests_are_spaced_and_reported() {
    let script = Script::new([Answer::fail(TransportErrorKind::Connect)]).then_forever(reply(&incomplete()));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = persistent(&script).with(|config| {
        config.rate_limit = RateLimit::per_second(2);
        config.on_attempt = OnAttempt::new(move |attempt: &Attempt| {
            let status = attempt.status.map(|status| status.as_u16());
            log.lock().unwrap().push((attempt.endpoint.name, attempt.resend_count, status, attempt.error));
        });
    });
    for client in [client.clone(), client.clone(), client] {
        client.status(&ids()).send().unwrap();
    }
    let name = "v1::job_status";
    let connect = Some(TransportErrorKind::Connect);
    let ok = |resend_count| (name, resend_count, Some(200), None);
    assert_eq!(*seen.lock().unwrap(), [(name, 0, None, connect), ok(1), ok(0), ok(0)]);
    let sent = script.sent();
    for (before, after) in sent.iter().zip(&sent[1..]) {
        assert!(
            after.at.saturating_sub(before.at) >= Duration::from_millis(500),
            "{:?} {:?}",
            before.at,
            after.at
        );
    }
}
