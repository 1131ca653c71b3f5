//! Tests polling of the job status until there is a result.

use std::time::Duration;

use serde_json::json;
use smileid_client::{ErrorKind, Schedule, TransportErrorKind, Wait, blocking::Client, flow::Failure};
use smileid_protocol::auth::{
    AuthError,
    trust::{TrustError, Window},
};

use crate::script::*;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_first_question_may_be_asked_at_once() {
    let script = Script::new([]).then_forever(reply(&incomplete()));
    let mut wait = Wait::up_to(seconds(60));
    wait.schedule = Schedule::doubling(Duration::ZERO, seconds(2));
    client(&script).wait(&ids()).with(wait).send().unwrap();
    let at: Vec<_> = script.sent().iter().map(|sent| sent.at).collect();
    assert_eq!(at[0], Duration::ZERO);
    assert!((26..=39).contains(&at.len()), "{at:?}"); // a fifth more or less than two seconds apart
}

#[test]
fn no_schedule_is_too_slow() {
    for seed in 0..10 {
        let script = Script::new([reply(&incomplete())]).with_seed(seed);
        let mut wait = Wait::up_to(seconds(60));
        wait.schedule = Schedule::doubling(Duration::MAX, Duration::MAX);
        client(&script).wait(&ids()).with(wait).send().unwrap();
        assert_eq!(script.elapsed(), seconds(59), "a second for the answer");
    }
}

#[test]
fn waits_twice_as_long_each_time_up_to_four_seconds() {
    let mut answers: Vec<_> = (0..6).map(|_| reply(&incomplete())).collect();
    answers.push(reply(&complete()));
    let script = Script::new(answers);
    let state = client(&script).wait(&ids()).send().unwrap();
    assert!(is_complete(&state));
    let waits: Vec<_> = script.waits().iter().map(Duration::as_millis).collect();
    let expected = [250, 500, 1000, 2000, 4000, 4000, 4000];
    assert_eq!(waits.len(), expected.len());
    for (wait, expected) in waits.iter().zip(expected) {
        assert!((expected * 8 / 10..=expected * 12 / 10).contains(wait), "{waits:?}");
    }
}

#[test]
fn a_wait_that_runs_out_is_pending_and_can_be_resumed() {
    let script = Script::new([]).then_forever(reply(&incomplete()));
    let state = client(&script).wait(&ids()).up_to(seconds(10)).send().unwrap();
    assert!(state.is_pending() && !state.status().unwrap().job_complete, "{state:?}");
    assert_eq!(script.elapsed(), seconds(9), "the last answer had a second");

    let script = Script::new([reply(&incomplete())]).then_forever(Answer::late(seconds(3600)));
    client(&script).wait(&ids()).up_to(seconds(10)).send().unwrap();
    assert_eq!(script.elapsed(), seconds(10), "to the end of the wait and not beyond");

    let script = Script::new([reply(&complete())]);
    let state = client(&script).wait(&ids()).up_to(seconds(10)).send().unwrap();
    assert!(is_complete(&state));
}

#[test]
fn twenty_six_hours_pass_in_no_time() {
    let script = Script::new([]).then_forever(reply(&incomplete()));
    let hours = seconds(26 * 3600);
    let mut config = config();
    config.reply_window = Window::UNLIMITED; // the script signs at one moment for ever
    let client = Client::new(config, script.clone());
    let state = client.wait(&ids()).up_to(hours).send().unwrap();
    assert!(!is_complete(&state));
    assert_eq!(script.elapsed() + seconds(1), hours);
}

#[test]
fn even_no_time_is_enough_for_one_question() {
    let script = Script::new([reply(&complete())]);
    let state = client(&script).wait(&ids()).up_to(Duration::ZERO).send().unwrap();
    assert!(is_complete(&state));
}

#[test]
fn a_forged_answer_ends_it_at_once() {
    let mut altered = complete();
    altered["timestamp"] = "2023-03-09T21:35:00.280Z".into();
    let mut unsigned = complete();
    unsigned.as_object_mut().unwrap().remove("signature");
    let mut anonymous = complete();
    anonymous.as_object_mut().unwrap().retain(|name, _| !["signature", "timestamp"].contains(&name.as_str()));
    let mut garbled = complete();
    garbled["signature"] = "not base64!".into();

    for (answer, expected) in [
        (altered, AuthError::Mismatch),
        (unsigned, AuthError::Missing),
        (anonymous, AuthError::Missing),
        (garbled, AuthError::Malformed),
    ] {
        let script = Script::new([reply(&answer)]);
        let error = client(&script).wait(&ids()).send().unwrap_err();
        match error.failure() {
            Some(Failure::Forged(cause)) => assert_eq!(*cause, expected),
            _ => panic!("{error:?}"),
        }
        assert_eq!(script.sent().len(), 1);
    }
}

#[test]
fn asks_for_what_was_wished() {
    let script = Script::new([reply(&complete())]);
    client(&script).status(&ids()).history().image_links().send().unwrap();
    let question = script.sent()[0].json();
    assert_eq!(
        (&question["user_id"], &question["job_id"], &question["history"], &question["image_links"]),
        (&json!("user-1"), &json!("job-1"), &json!(true), &json!(true))
    );
}

#[test]
fn an_answer_that_never_comes_is_a_timeout_until_the_wait_is_over() {
    let script = Script::new([Answer::late(seconds(3600))]);
    let error = client(&script).wait(&ids()).up_to(seconds(120)).send().unwrap_err();
    assert_eq!(error.transport(), Some(TransportErrorKind::Timeout));

    let script = Script::new([Answer::late(seconds(3600))]);
    let state = client(&script).wait(&ids()).up_to(seconds(20)).send().unwrap();
    assert!(state.is_pending() && state.status().is_none());
    assert_eq!(script.elapsed(), seconds(20));
}

#[test]
fn a_client_with_too_much_to_do_is_late_and_no_more() {
    let script = Script::new([Answer::crowded()]);
    let state = client(&script).wait(&ids()).up_to(seconds(20)).send().unwrap();
    assert!(state.is_pending() && state.status().is_none());
    assert_eq!(script.elapsed(), seconds(20));

    let script = Script::new(vec![Answer::crowded(); 50]).then_forever(reply(&complete()));
    let client = Client::new(config(), script.clone());
    let budget = client.config().retry.budget.clone();
    let state = client.wait(&ids()).up_to(seconds(3600)).send().unwrap();
    assert!(is_complete(&state));
    assert_eq!(budget.left(), 500, "fifty failures of the API would have cost 500");
}

#[test]
fn a_server_without_the_key_cannot_send_the_signature_back() {
    let echo = || echo(complete());
    for asking in ["wait", "status"] {
        let script = Script::new([echo(), echo(), echo()]);
        let client = client(&script);
        let refused = match asking {
            "wait" => client.wait(&ids()).send().map(drop),
            _ => client.status(&ids()).send().map(drop),
        };
        assert!(
            matches!(failure(&refused), Some(Failure::Forged(AuthError::Reflected))),
            "{asking}: {refused:?}"
        );
        assert_eq!(script.sent().len(), 3);
    }
    // An honest server that answers in the question's own millisecond is believed the next time.
    let script = Script::new([echo(), reply(&complete())]);
    assert!(client(&script).status(&ids()).send().is_ok());
}

#[test]
fn an_answer_that_somebody_kept_is_stale() {
    for hours in [-2, 2] {
        let script = Script::new([reply(&complete())]);
        shift(&script, hours * 3_600_000);
        let refused = client(&script).status(&ids()).send().unwrap_err();
        match (hours, refused.failure()) {
            (2, Some(Failure::Stale(TrustError::Stale { .. })))
            | (-2, Some(Failure::Stale(TrustError::Ahead { .. }))) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_mock_on_this_machine_is_held_against_its_own_clock() {
    // As the recording is signed: 2023-03-09T21:35:00.279Z.
    let header = ("smileid-mock-clock", "1678397700279");
    for (origin, is_followed) in [
        ("http://127.0.0.1:8085", true),
        ("https://localhost:8443", true),
        ("https://testapi.smileidentity.com", false),
        ("https://localhost.example", false),
    ] {
        let answer = http::Response::builder().header(header.0, header.1);
        let answer = answer.body(bytes::Bytes::from(complete().to_string()));
        let script = Script::new([answer.unwrap().into()]);
        shift(&script, 2 * 3_600_000);
        let mut config = config();
        config.origin = origin.parse().unwrap();
        let answered = Client::new(config, script).status(&ids()).send();
        match answered {
            Ok(_) => assert!(is_followed, "{origin}"),
            Err(error) => assert!(!is_followed && error.kind() == ErrorKind::Stale, "{origin}: {error:?}"),
        }
    }
}

#[test]
fn an_answer_about_another_job_is_none() {
    for (user_id, job_id, is_other) in
        [("user-1", "job-1", false), ("user-2", "job-1", true), ("user-1", "job-2", true)]
    {
        let mut body = complete();
        body["result"]["PartnerParams"] = json!({"user_id": user_id, "job_id": job_id, "job_type": "4"});
        let asked_once = client(&Script::new([reply(&body)])).status(&ids()).send();
        let script = Script::new([reply(&body)]);
        let awaited = client(&script).wait(&ids()).send();
        assert_eq!(matches!(failure(&asked_once), Some(Failure::AnotherJob)), is_other);
        assert_eq!(matches!(failure(&awaited), Some(Failure::AnotherJob)), is_other);
        assert_eq!(asked_once.is_ok(), !is_other);
    }
}
