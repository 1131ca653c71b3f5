//! Tests retries: which requests are repeated, when, and how often.

use std::time::Duration;

use serde_json::json;
use smileid_client::{
    Budget, ErrorKind, Retry, TransportErrorKind, TransportErrorKind::*, Wait, blocking::Client,
};
use smileid_protocol::{
    job::{IdNumber, LookupJob},
    types::Decision,
    v1::services,
};

use crate::script::*;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn waits(script: &Script) -> Vec<Duration> {
    script.waits().clone()
}

fn sent(script: &Script) -> usize {
    script.sent().len()
}

fn lookup() -> LookupJob {
    LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "00000000000").unwrap())
}

/// Returns temporary failures, each with a flag that is true if a request that is billed each time may be repeated after it.
fn passing() -> Vec<(Answer, bool)> {
    let failures =
        [(Connect, true), (Timeout, false), (Interrupted, false), (TransportErrorKind::Other, false)];
    let pages = [408, 425, 429, 500, 502, 503, 504];
    let garbled = [answer(200, "<html>".into()), answer(200, "".into())];
    failures
        .into_iter()
        .map(|(kind, not_sent)| (Answer::fail(kind), not_sent))
        .chain(pages.map(|status| (answer(status, "".into()), false)))
        .chain(garbled.map(|garbled| (garbled, false)))
        .collect()
}

#[test]
fn a_question_is_asked_three_times_and_what_is_billed_once() {
    for (answer, not_sent) in passing() {
        let all_bad = || [answer.clone(), answer.clone(), answer.clone()];
        let script = Script::new(all_bad());
        assert!(persistent(&script).send(services::Request::default()).is_err());
        assert_eq!(sent(&script), 3);

        let script = Script::new(all_bad());
        assert!(persistent(&script).submit(lookup()).send().is_err());
        assert_eq!(sent(&script), if not_sent { 3 } else { 1 });
    }
}

#[test]
fn what_is_no_passing_fault_is_not_tried_again() {
    for status in [300, 301, 400, 401, 403, 404, 405, 409, 413, 422] {
        let script = Script::new([answer(status, "".into())]);
        assert!(persistent(&script).send(services::Request::default()).is_err());
        assert_eq!(sent(&script), 1, "{status}");
    }
    let script = Script::new([Answer::fail(ReplyTooLarge)]);
    assert!(persistent(&script).send(services::Request::default()).is_err());
    assert_eq!(sent(&script), 1);
}

#[test]
fn each_attempt_is_signed_afresh_and_counted() {
    let script = Script::new([Answer::fail(Interrupted), Answer::fail(Interrupted), reply(&complete())]);
    persistent(&script).status(&ids()).send().unwrap();
    let sent = script.sent();
    let stamps: Vec<_> = sent.iter().map(|it| it.json()["timestamp"].clone()).collect();
    assert!(stamps[0] != stamps[1] && stamps[1] != stamps[2], "{stamps:?}");
    assert_eq!(sent.iter().map(|it| it.resend_count).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_server_that_says_when_is_obeyed_up_to_a_minute() {
    // The script's clock starts at 2023-03-09T21:35:00Z.
    for (said, least, most) in [
        ("7", 7, 7),
        ("Thu, 09 Mar 2023 21:35:30 GMT", 30, 30),
        ("Thu, 09 Mar 2023 21:34:30 GMT", 0, 1),
        ("86400", 60, 60),
        ("soon", 0, 1),
    ] {
        let script = Script::new([busy(503, said), reply(&complete())]);
        persistent(&script).status(&ids()).send().unwrap();
        let wait = waits(&script)[0];
        assert!((seconds(least)..=seconds(most)).contains(&wait), "{said}: {wait:?}");
    }
}

#[test]
fn a_server_that_says_when_is_obeyed_wherever_a_submission_is() {
    for (step, status) in [(0, 503), (0, 429), (1, 503), (1, 429)] {
        let no_archive = signed(json!({"job_complete": false, "result": "No zip file received"}));
        let again = [reply(&no_archive), upload_reply(), answer(200, "".into()), reply(&complete())];
        let before = [upload_reply()].into_iter().take(step);
        let script = Script::new(before.chain([busy(status, "30")]).chain(again));
        let client = persistent(&script);
        client.submit(registration()).wait().send().unwrap();
        assert_eq!(waits(&script)[0], seconds(30), "{status} at exchange {step}");
    }
}

#[test]
fn a_call_has_an_end() {
    let mut config = config();
    config.timeouts.operation = seconds(70);
    config.retry = Retry::up_to(100);
    let script = Script::new((0..4).map(|_| Answer::late(seconds(3600))));
    let error = Client::new(config, script.clone()).send(services::Request::default()).unwrap_err();
    assert!(error.is_timeout());
    assert!(script.elapsed() <= seconds(70), "{:?}", script.elapsed());
    assert!((2..=4).contains(&sent(&script)));
}

#[test]
fn an_archive_has_no_more_time_than_its_call() {
    let mut config = config();
    config.timeouts.operation = seconds(70);
    let script = Script::new([upload_reply(), Answer::late(seconds(3600))]);
    let error = Client::new(config, script.clone()).submit(registration()).wait().send().unwrap_err();
    assert!(error.is_timeout());
    assert!(script.elapsed() <= seconds(70), "{:?}", script.elapsed());
}

#[test]
fn the_budget_is_shared_and_each_call_may_have_its_own_rule() {
    let mut retry = Retry::up_to(3);
    retry.budget = Budget::new(20);
    let script = Script::new((0..100).map(|_| Answer::fail(Connect)));
    let client = persistent(&script).with(|config| config.retry = retry.clone());
    let clone = client.clone();
    for _ in 0..10 {
        client.send(services::Request::default()).unwrap_err();
        clone.send(services::Request::default()).unwrap_err();
    }
    assert_eq!(sent(&script), 20 + 4, "twenty first attempts, and four for twenty tokens");

    let before = sent(&script);
    client.with(|config| config.retry = Retry::up_to(5)).send(services::Request::default()).unwrap_err();
    assert_eq!(sent(&script) - before, 5);
    client.with(|config| config.retry = Retry::never()).send(services::Request::default()).unwrap_err();
    assert_eq!(sent(&script) - before, 6);
}

#[test]
fn what_was_not_used_or_came_to_something_is_not_spent() {
    // An attempt that was not made, as it would have come too late.
    let mut config = config();
    config.timeouts.operation = seconds(5);
    let script = Script::new([busy(503, "30")]);
    let client = Client::new(config, script.clone());
    client.status(&ids()).send().unwrap_err();
    assert_eq!((client.config().retry.budget.left(), sent(&script)), (500, 1));

    // An archive that was lost, and sent again.
    let no_archive = signed(json!({"job_complete": false, "code": "2314", "result": "No zip file received"}));
    let again = [reply(&no_archive), upload_reply(), answer(200, "".into()), reply(&complete())];
    let script = Script::new([upload_reply(), Answer::fail(Timeout)].into_iter().chain(again));
    let client = persistent(&script);
    client.submit(registration()).wait().send().unwrap();
    assert_eq!(client.config().retry.budget.left(), 500);
}

#[test]
fn many_clients_do_not_come_back_together() {
    let mut moments: Vec<_> = (0..200)
        .map(|seed| {
            let script = Script::new([Answer::fail(Connect), reply(&json!({}))]).with_seed(seed);
            persistent(&script).send(services::Request::default()).ok();
            waits(&script)[0].as_millis()
        })
        .collect();
    moments.sort_unstable();
    // Spread over half a second: a quarter of them in each quarter of it, give or take.
    for (quarter, expected) in [(50, 125), (100, 250), (150, 375)] {
        assert!(moments[quarter].abs_diff(expected) < 60, "{moments:?}");
    }
}

#[test]
fn an_hour_of_waiting_survives_an_outage() {
    let outage =
        (0..40).map(|number| if number % 2 == 0 { Answer::fail(Connect) } else { answer(502, "".into()) });
    let answers =
        [reply(&incomplete())].into_iter().chain(outage).chain([reply(&incomplete()), reply(&complete())]);
    let script = Script::new(answers);
    let state = persistent(&script).wait(&ids()).up_to(seconds(3600)).send().unwrap();
    assert!(is_complete(&state));
    assert!(script.elapsed() > seconds(60), "it was not stormed: {:?}", script.elapsed());
}

#[test]
fn an_outage_without_end_ends_with_what_is_known() {
    // Nothing was ever heard: what went wrong is said.
    let script = Script::new((0..1000).map(|_| Answer::fail(Connect)));
    let error = persistent(&script).wait(&ids()).up_to(seconds(120)).send().unwrap_err();
    assert_eq!(error.transport(), Some(Connect));
    assert!(script.elapsed() <= seconds(120));
    // The job was there when it was last heard of.
    let answers = [reply(&incomplete())].into_iter().chain((0..1000).map(|_| Answer::fail(Connect)));
    let script = Script::new(answers);
    let state = persistent(&script).wait(&ids()).up_to(seconds(120)).send().unwrap();
    assert!(state.is_pending() && state.status().is_some(), "{state:?}");
    assert!(script.elapsed() <= seconds(120));
    // No more is spent than the budget has.
    let script = Script::new((0..1000).map(|_| Answer::fail(Connect)));
    let mut retry = Retry::up_to(3);
    retry.budget = Budget::new(50);
    let error =
        persistent(&script).with(|config| config.retry = retry).wait(&ids()).up_to(seconds(36_000)).send();
    assert!(error.is_err());
    assert_eq!(sent(&script), 11);
}

#[test]
fn a_refusal_or_a_forgery_ends_a_wait_at_once() {
    let mut forged = complete();
    forged["timestamp"] = "2023-03-09T21:35:00.280Z".into();
    let refused = answer(400, json!({"code": "2205", "error": "no"}).to_string().into());
    for bad in [refused, reply(&forged)] {
        let script = Script::new([reply(&incomplete()), bad]);
        assert!(persistent(&script).wait(&ids()).up_to(seconds(3600)).send().is_err());
        assert_eq!(sent(&script), 2);
    }
}

#[test]
fn a_wait_for_the_final_result_goes_on_after_a_provisional_one() {
    // 0814 is provisional, 1210 the person's approval: the documentation's table of SmartSelfie results.
    let with_code = |code: &str| {
        signed(json!({
            "job_complete": true, "job_success": true, "code": "2302",
            "result": {"ResultCode": code, "PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 1}},
        }))
    };
    let answers = || [reply(&with_code("0814")), reply(&with_code("0814")), reply(&with_code("0911"))];
    let script = Script::new(answers());
    let client = persistent(&script);
    let first = client.wait(&ids()).up_to(seconds(60)).send().unwrap();
    assert!(is_complete(&first));
    assert_eq!(sent(&script), 1);

    let script = Script::new(answers());
    let wait = Wait::up_to(seconds(3600)).until_final();
    let last = persistent(&script).wait(&ids()).with(wait).send().unwrap();
    let result = last.result().unwrap();
    assert_eq!(result.result_code.as_ref().unwrap().as_str(), "0911");

    let script = Script::new([]).then_forever(reply(&with_code("0814")));
    let state = persistent(&script).wait(&ids()).up_to(seconds(60)).until_final().send().unwrap();
    assert!(is_complete(&state));
    assert_eq!(state.decision(), Decision::Provisional, "a result, but not the one that was waited for");
}

#[test]
fn a_watch_tells_each_state_and_ends() {
    let script = Script::new([
        reply(&incomplete()),
        Answer::fail(Connect),
        reply(&incomplete()),
        reply(&complete()),
        reply(&complete()),
    ]);
    let client = persistent(&script);
    let states: Vec<_> = client.wait(&ids()).watch().map(Result::unwrap).collect();
    assert_eq!(states.iter().map(is_complete).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(sent(&script), 4);

    let script = Script::new([]).then_forever(reply(&incomplete()));
    let count = persistent(&script).wait(&ids()).up_to(seconds(10)).watch().count();
    assert_eq!(count, sent(&script));
    assert_eq!(script.elapsed(), seconds(9));

    let script = Script::new([reply(&incomplete()), answer(400, "".into())]);
    let states: Vec<_> = persistent(&script).wait(&ids()).watch().collect();
    assert!(matches!(&states[..], [Ok(_), Err(error)] if error.kind() == ErrorKind::Refused));
}

#[test]
fn a_day_of_waiting_takes_few_questions() {
    let script = Script::new([]).then_forever(reply(&incomplete()));
    let mut config = config();
    config.reply_window = smileid_protocol::auth::trust::Window::UNLIMITED;
    let day = seconds(26 * 3600);
    Client::new(config, script.clone()).wait(&ids()).up_to(day).send().unwrap();
    assert_eq!(script.elapsed() + seconds(1), day);
    assert!((780..1000).contains(&sent(&script)), "about one in two minutes: {}", sent(&script));
    let longest = waits(&script).into_iter().max().unwrap();
    assert!(longest <= seconds(144), "{longest:?}");
}

#[test]
fn a_submission_s_own_status_is_not_asked_for_ever() {
    let answers = [Answer::fail(Timeout)].into_iter().chain((0..100).map(|_| Answer::fail(Connect)));
    let script = Script::new(answers);
    let error = persistent(&script).submit(registration()).wait().send().unwrap_err();
    assert!(error.is_timeout(), "what went wrong first: {error:?}");
    assert_eq!(sent(&script), 1 + 3);
}
