//! Tests callbacks of the mock server with virtual time: delays, retries and faults.

use std::{num::NonZeroU32, time::Duration};

use http::Method;
use serde_json::{Value, json};
use smileid_mock_server::{
    Advance, Clock, Config, DeliveryState, Outgoing, Processing, Received, Rule, Until, When,
};
use smileid_protocol::{
    auth::{AuthError, MaybeSignedReply, Unverified},
    callback::Callback,
    job::{CallbackUrl, IdNumber, ImageJob, LookupJob},
    timestamp::Timestamp,
    v1::{async_id_verification, job_status},
};

use crate::admin::ask;
use crate::support::{Mock, code, id_card, ids, registration, selfie};

const URL: &str = "http://127.0.0.1:9/hook?partner=secret";

/// Submits a job with the callback URL [`URL`].
fn submit(mock: &Mock, job: ImageJob) {
    mock.submit_with(job, Some(&CallbackUrl::parse(URL).unwrap())).unwrap();
}

/// Returns the callbacks of all partners that are due now.
fn due(mock: &Mock) -> Vec<Outgoing> {
    mock.service.take_callbacks(mock.now())
}

fn answer(mock: &Mock, callback: &Outgoing, status: u16) {
    mock.service.callback_sent(callback, Received::Status(status), mock.now());
}

fn body(callback: &Outgoing) -> Value {
    serde_json::from_slice(&callback.body).unwrap()
}

fn read(callback: &Outgoing) -> Unverified<Callback, MaybeSignedReply> {
    Callback::read(&callback.body).unwrap()
}

fn states(mock: &Mock) -> Vec<DeliveryState> {
    mock.service.callbacks(mock.credentials.partner_id()).iter().map(|it| it.state).collect()
}

/// Adds callback faults for all callbacks.
fn disturb(mock: &Mock, callback_faults: Value) {
    mock.service
        .add_callback_fault(Rule::new(When::default(), serde_json::from_value(callback_faults).unwrap()));
}

#[test]
fn a_job_is_called_back_when_it_is_done() {
    let mock = Mock::processing(Processing::After(Duration::from_secs(2)));
    submit(&mock, registration("leo", "job"));
    assert_eq!(due(&mock), []);
    assert_eq!(mock.service.next_event(mock.now()), Some(mock.now().after(Duration::from_secs(2))));

    mock.pass(Duration::from_secs(2));
    let [sent] = due(&mock).try_into().unwrap();
    assert_eq!(sent.url, URL);
    assert_eq!(due(&mock), [], "it is under way");
    let members = body(&sent);
    assert_eq!((&members["ResultCode"], &members["SmileJobID"]), (&json!("0840"), &json!("0000000001")));
    assert_eq!(members["PartnerParams"], json!({"user_id": "leo", "job_id": "job", "job_type": 4}));
    assert_eq!(members["timestamp"], mock.timestamp().as_str());
    let link = members["ImageLinks"]["selfie_image"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:8085/images/085/0000000001/selfie_image?"), "{link}");

    // The callback has what the status has.
    let callback = read(&sent).verify(&mock.credentials).unwrap();
    let mut result = callback.result().unwrap().clone();
    result.image_links = None;
    assert_eq!(Some(&result), mock.status("leo", "job").result());

    answer(&mock, &sent, 200);
    assert_eq!(states(&mock), [DeliveryState::Delivered]);
    assert_eq!(mock.service.next_event(mock.now()), None);
}

#[test]
fn without_an_address_nobody_is_called() {
    let mock = Mock::new();
    mock.submit(registration("leo", "job")).unwrap();
    assert_eq!((due(&mock).len(), states(&mock).len()), (0, 0));
}

#[test]
fn polls_complete_a_job_and_have_it_called_back() {
    let mock = Mock::processing(Processing::Polls(1));
    submit(&mock, registration("leo", "job"));
    assert!(!mock.status("leo", "job").job_complete);
    assert_eq!(due(&mock), []);
    assert!(mock.status("leo", "job").job_complete);
    assert_eq!(due(&mock).len(), 1);
}

#[test]
fn biometric_kyc_has_two_one_after_the_other() {
    let mock = Mock::new();
    let number = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let job = ImageJob::biometric_kyc(ids("leo", "job"), selfie(), number);
    submit(&mock, job.with_partner_param("sandbox_result", "0").unwrap());

    let [first] = due(&mock).try_into().unwrap();
    answer(&mock, &first, 500);
    let [second] = due(&mock).try_into().unwrap();
    answer(&mock, &second, 200);
    let mut codes = [&first, &second].map(|it| body(it)["ResultCode"].as_str().unwrap().to_owned());
    codes.sort();
    assert_eq!(codes, ["0810", "1012"]);
    assert_eq!(states(&mock), [DeliveryState::Waiting, DeliveryState::Delivered], "the first is tried again");
    for callback in [&first, &second] {
        assert_eq!(body(callback)["SmileJobID"], "0000000001");
    }
}

#[test]
fn a_lookup_is_called_back() {
    let mock = Mock::new();
    let number = IdNumber::new("NG", "BVN", "00000000000").unwrap();
    let lookup = LookupJob::enhanced_kyc(ids("leo", "job"), number).into_lookup();
    mock.send(&async_id_verification::Request::new(lookup, &CallbackUrl::parse(URL).unwrap())).unwrap();
    let [sent] = due(&mock).try_into().unwrap();
    let callback = read(&sent).verify(&mock.credentials).unwrap();
    assert_eq!(code(callback.result().unwrap()), "1012");
    assert_eq!(callback.result(), mock.status("leo", "job").result());
}

#[test]
fn whoever_does_not_take_it_is_asked_for_a_day() {
    let mock = Mock::new();
    submit(&mock, registration("leo", "job"));
    let partner = mock.credentials.partner_id().clone();
    assert!(mock.service.freeze(&partner, mock.now()));
    let start = mock.service.clock(&partner).unwrap().now(mock.now());

    // The pauses in docs/decisions/mock-server.md: 1 and 10 minutes, 1, 3, 6 and 15 hours.
    let minutes = [0, 1, 11, 71, 251, 611, 1511];
    let until = Until::Moment(start.after(Duration::from_secs(26 * 3600)));
    let clock_advance = mock.service.clock_advance(&partner, until).unwrap();
    let mut sent = Vec::new();
    let mut answers = [302, 404, 500, 503, 199, 304, 400].into_iter();
    loop {
        match mock.service.advance(&clock_advance, mock.now()) {
            Advance::Send(callback) => {
                assert_eq!(due(&mock), [], "nobody else sends it meanwhile");
                let now = mock.service.clock(&partner).unwrap().now(mock.now());
                sent.push((now.to_utc_millis() - start.to_utc_millis()) / 60_000);
                // A clock that stands still signs each callback a millisecond later, so that no two are signed alike.
                let signed_for = Timestamp::from_utc_millis(now.to_utc_millis() + 1);
                assert_eq!(body(&callback)["timestamp"], signed_for.as_str());
                read(&callback).verify(&mock.credentials).unwrap();
                answer(&mock, &callback, answers.next().unwrap());
            }
            Advance::Wait => panic!("every outcome is known"),
            Advance::Done => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sent, minutes);
    assert_eq!(states(&mock), [DeliveryState::GivenUp]);
    let end = mock.service.clock(&partner).unwrap().now(mock.now());
    assert_eq!(end, start.after(Duration::from_secs(26 * 3600)));
    let delivery = &mock.service.callbacks(&partner)[0];
    assert_eq!(delivery.attempts.len(), 7);
    assert_eq!(delivery.attempts[0].received, Some(Received::Status(302)));

    assert!(mock.service.resend_callback(&partner, delivery.id, mock.now()));
    assert!(!mock.service.resend_callback(&partner, 99, mock.now()));
    let [again] = due(&mock).try_into().unwrap();
    answer(&mock, &again, 204);
    assert_eq!(states(&mock), [DeliveryState::Delivered]);
}

#[test]
fn a_clock_waits_for_what_is_under_way() {
    let mock = Mock::new();
    submit(&mock, registration("leo", "job"));
    let partner = mock.credentials.partner_id();
    let clock_advance = mock.service.clock_advance(partner, Until::Idle).unwrap();
    let Advance::Send(callback) = mock.service.advance(&clock_advance, mock.now()) else { panic!() };
    assert_eq!(mock.service.advance(&clock_advance, mock.now()), Advance::Wait);
    answer(&mock, &callback, 200);
    assert_eq!(mock.service.advance(&clock_advance, mock.now()), Advance::Done);
}

#[test]
fn a_reset_ends_the_moves_of_a_clock_and_so_does_a_removal() {
    const AGAIN: &str = r#"{"partner_id":"085","api_key":"mock-api-key-0000"}"#;
    for calls in [
        vec![(Method::POST, "/reset", "")],
        vec![(Method::POST, "/reset?partner_id=085", "")],
        vec![(Method::POST, "/clock", r#"{"partner_id":"085","real":true}"#)],
        vec![(Method::DELETE, "/partners/085", ""), (Method::POST, "/partners", AGAIN)],
    ] {
        let mock = Mock::new();
        submit(&mock, registration("leo", "job"));
        let partner = mock.credentials.partner_id();
        let moment = mock.now().after(Duration::from_secs(30 * 3600));
        let clock_advance = mock.service.clock_advance(partner, Until::Moment(moment)).unwrap();
        let Advance::Send(callback) = mock.service.advance(&clock_advance, mock.now()) else { panic!() };
        for (method, path, body) in &calls {
            let answered = ask(&mock, method, path, &[], body);
            assert!(answered.status().is_success(), "{path}: {answered:?}");
        }
        answer(&mock, &callback, 503);
        assert_eq!(mock.service.advance(&clock_advance, mock.now()), Advance::Done, "{calls:?}");
        assert_eq!(mock.service.clock(partner), Some(Clock::REAL), "{calls:?}");
    }
    let mock = Mock::new();
    assert_eq!(ask(&mock, &Method::DELETE, "/partners/085", &[], "").status(), 200);
    assert!(mock.service.clock_advance(mock.credentials.partner_id(), Until::Idle).is_none());
}

#[test]
fn of_two_moves_the_last_to_end_lets_callbacks_go_out_again() {
    let mock = Mock::new();
    let partner = mock.credentials.partner_id();
    let later = |hours: u64| Until::Moment(mock.now().after(Duration::from_secs(hours * 3600)));
    let [first, second] = [1, 2].map(|hours| mock.service.clock_advance(partner, later(hours)).unwrap());
    submit(&mock, registration("leo", "job"));
    let Advance::Send(callback) = mock.service.advance(&second, mock.now()) else { panic!() };
    assert_eq!(mock.service.advance(&first, mock.now()), Advance::Wait);
    answer(&mock, &callback, 200);
    assert_eq!(mock.service.advance(&first, mock.now()), Advance::Done);
    submit(&mock, registration("amina", "other job"));
    assert_eq!(due(&mock), [], "the second move sends it");
    let Advance::Send(callback) = mock.service.advance(&second, mock.now()) else { panic!() };
    answer(&mock, &callback, 200);
    assert_eq!(mock.service.advance(&second, mock.now()), Advance::Done);
    submit(&mock, registration("kofi", "third job"));
    assert_eq!(due(&mock).len(), 1);
}

#[test]
fn a_clock_that_is_not_the_worlds_is_told_with_replies_and_callbacks() {
    let mock = Mock::new();
    let header = |mock: &Mock| {
        let response = mock.raw(&mock.encode(&job_status::Request::new("leo", "job")));
        response.headers().get("smileid-mock-clock").map(|it| it.to_str().unwrap().to_owned())
    };
    assert_eq!(header(&mock), None);
    let frozen_at = mock.now();
    assert!(mock.service.freeze(mock.credentials.partner_id(), frozen_at));
    mock.pass(Duration::from_secs(7200));
    assert_eq!(header(&mock), Some(frozen_at.to_utc_millis().to_string()));
    submit(&mock, registration("leo", "job"));
    assert_eq!(due(&mock)[0].mock_clock, Some(frozen_at));

    let clock = crate::admin::get(&mock, "/clock?partner_id=085");
    assert_eq!((&clock["is_real"], &clock["is_frozen"]), (&json!(false), &json!(true)));
    let (_, clock) = crate::admin::post(&mock, "/clock", r#"{"partner_id":"085","real":true}"#);
    assert_eq!((&clock["is_real"], &clock["is_frozen"]), (&json!(true), &json!(false)));
    assert_eq!(header(&mock), None);
}

#[test]
fn until_idle_is_until_the_last_retry() {
    let mock = Mock::new();
    submit(&mock, registration("leo", "job"));
    let partner = mock.credentials.partner_id();
    let start = mock.now();
    let clock_advance = mock.service.clock_advance(partner, Until::Idle).unwrap();
    let mut count = 0;
    while let Advance::Send(callback) = mock.service.advance(&clock_advance, mock.now()) {
        mock.service.callback_sent(&callback, Received::Nothing("refused".to_owned()), mock.now());
        count += 1;
    }
    assert_eq!(count, 7);
    let now = mock.service.clock(partner).unwrap().now(mock.now());
    assert_eq!(now, start.after(Duration::from_secs(1511 * 60)), "a running clock is ahead now");
    assert_eq!(mock.service.next_event(mock.now()), None);
}

#[test]
fn who_may_not_be_contacted_is_not_tried_again() {
    let mock = Mock::new();
    submit(&mock, registration("leo", "job"));
    let [sent] = due(&mock).try_into().unwrap();
    mock.service.callback_sent(&sent, Received::NotAllowed("not on this machine".to_owned()), mock.now());
    assert_eq!(states(&mock), [DeliveryState::NotAllowed]);
    assert_eq!(mock.service.next_event(mock.now()), None);
}

#[test]
fn a_frozen_clock_sends_what_is_due_and_nothing_else() {
    let mock = Mock::processing(Processing::After(Duration::from_secs(5)));
    let partner = mock.credentials.partner_id();
    mock.service.freeze(partner, mock.now());
    submit(&mock, registration("leo", "job"));
    mock.pass(Duration::from_secs(3600));
    assert_eq!((due(&mock).len(), mock.service.next_event(mock.now())), (0, None));
    assert!(!mock.status("leo", "job").job_complete);
    mock.service.resume(partner, mock.now());
    assert_eq!(mock.service.next_event(mock.now()), Some(mock.now().after(Duration::from_secs(5))));
    mock.pass(Duration::from_secs(5));
    assert_eq!(due(&mock).len(), 1);
}

#[test]
fn the_same_seed_and_time_give_the_same_bytes() {
    let run = || {
        let mut config = Config::new([7; 32]);
        config.clock =
            smileid_mock_server::Clock::Frozen { at: smileid_mock_server::UtcMillis::from_utc_millis(0) };
        let mock = Mock::with(config);
        for job in ["a", "b"] {
            submit(&mock, registration(job, job));
        }
        let status = mock.raw(&mock.encode(&job_status::Request::new("a", "a")));
        (due(&mock), status.into_body())
    };
    assert_eq!(run(), run());
    assert_eq!(run().0.len(), 2);
}

#[test]
fn what_is_dropped_is_never_sent() {
    let mock = Mock::new();
    disturb(&mock, json!({"drop": true}));
    submit(&mock, registration("leo", "job"));
    assert_eq!(due(&mock), []);
    assert_eq!((states(&mock), mock.service.next_event(mock.now())), (vec![DeliveryState::Dropped], None));
}

#[test]
fn duplicates_are_equal() {
    let mock = Mock::new();
    disturb(&mock, json!({"duplicates": 2}));
    submit(&mock, registration("leo", "job"));
    let sent = due(&mock);
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|it| it.body == sent[0].body));
}

#[test]
fn a_delay_is_from_when_it_would_have_been_sent() {
    let mock = Mock::new();
    disturb(&mock, json!({"delay": "5m"}));
    submit(&mock, registration("leo", "job"));
    mock.pass(Duration::from_secs(299));
    assert_eq!(due(&mock), []);
    mock.pass(Duration::from_secs(1));
    assert_eq!(due(&mock).len(), 1);
}

#[test]
fn reordered_is_after_the_next_one() {
    let mock = Mock::new();
    let mut rule = Rule::new(When::default(), serde_json::from_value(json!({"reorder": true})).unwrap());
    rule.times = NonZeroU32::new(1);
    mock.service.add_callback_fault(rule);
    for job in ["first", "second"] {
        submit(&mock, registration(job, job));
    }
    let [sent] = due(&mock).try_into().unwrap();
    assert_eq!(body(&sent)["PartnerParams"]["job_id"], "second");
    assert_eq!(due(&mock), []);
    answer(&mock, &sent, 200);
    let [sent] = due(&mock).try_into().unwrap();
    assert_eq!(body(&sent)["PartnerParams"]["job_id"], "first");
    answer(&mock, &sent, 200);
    mock.pass(Duration::from_secs(3600));
    assert_eq!(due(&mock), [], "the minute it would have waited at most is of no matter any more");
}

#[test]
fn reordered_without_a_next_one_comes_a_minute_later() {
    let mock = Mock::new();
    disturb(&mock, json!({"reorder": true}));
    submit(&mock, registration("leo", "job"));
    assert_eq!(due(&mock), []);
    mock.pass(Duration::from_secs(60));
    assert_eq!(due(&mock).len(), 1);
}

#[test]
fn signatures_and_times_can_be_wrong() {
    for (callback_faults, error, shift) in [
        (json!({"wrong_signature": true}), Some(AuthError::Mismatch), 0),
        (json!({"stale": "10m"}), None, -600_000),
        (json!({"future": "1h"}), None, 3_600_000),
    ] {
        let mock = Mock::new();
        disturb(&mock, callback_faults);
        submit(&mock, registration("leo", "job"));
        let [sent] = due(&mock).try_into().unwrap();
        assert_eq!(read(&sent).verify(&mock.credentials).err(), error);
        let expected = Timestamp::from_utc_millis(mock.now().to_utc_millis() + shift);
        assert_eq!(body(&sent)["timestamp"], expected.as_str());
    }
}

#[test]
fn a_body_can_be_altered_under_a_right_signature() {
    let mock = Mock::new();
    disturb(&mock, json!({"alter": {"ResultCode": "0841", "Actions": null, "New": [1]}}));
    submit(&mock, registration("leo", "job"));
    let [sent] = due(&mock).try_into().unwrap();
    let members = body(&sent);
    assert_eq!(
        (&members["ResultCode"], &members["New"], members.get("Actions")),
        (&json!("0841"), &json!([1]), None)
    );
    read(&sent).verify(&mock.credentials).expect("signatures do not cover the body");
    assert_eq!(code(mock.status("leo", "job").result().unwrap()), "0840");
}

#[test]
fn a_receiver_can_be_made_up() {
    let mock = Mock::new();
    disturb(&mock, json!({"receiver": {"answers": {"status": 307, "times": 2}}}));
    submit(&mock, registration("leo", "job"));
    let partner = mock.credentials.partner_id();
    let clock_advance = mock.service.clock_advance(partner, Until::Idle).unwrap();
    let Advance::Send(third) = mock.service.advance(&clock_advance, mock.now()) else { panic!() };
    answer(&mock, &third, 200);
    assert_eq!(mock.service.advance(&clock_advance, mock.now()), Advance::Done);
    let attempts = mock.service.callbacks(partner)[0].attempts.clone();
    let received: Vec<_> = attempts.into_iter().filter_map(|it| it.received).collect();
    assert_eq!(received, [307, 307, 200].map(Received::Status));
}

#[test]
fn a_rule_is_for_whom_it_names() {
    let mock = Mock::new();
    let when = serde_json::from_value(json!({"partner_id": "085", "user_id": "l*", "job_type": 4})).unwrap();
    mock.service.add_callback_fault(Rule::new(when, serde_json::from_value(json!({"drop": true})).unwrap()));
    let [front] = [id_card()];
    submit(&mock, registration("leo", "dropped"));
    submit(&mock, registration("joe", "sent"));
    let document = ImageJob::document_verification(ids("leo", "document"), selfie(), front, "NG");
    submit(&mock, document.unwrap());
    let jobs: Vec<_> = due(&mock).iter().map(|it| body(it)["PartnerParams"]["job_id"].clone()).collect();
    assert_eq!(jobs, ["sent", "document"]);
}

#[test]
fn addresses_are_in_no_debug() {
    let mock = Mock::new();
    submit(&mock, registration("leo", "job"));
    let shown = format!("{:?} {:?}", mock.service.callbacks(mock.credentials.partner_id()), due(&mock));
    assert!(!shown.contains("secret") && shown.contains("0840"), "{shown}");
}

#[test]
fn what_comes_of_a_callback_of_before_a_reset_is_nobodys() {
    let mock = Mock::new();
    submit(&mock, registration("leo", "job"));
    let [before] = due(&mock).try_into().unwrap();
    mock.admin(&Method::POST, "/reset?partner_id=085");
    submit(&mock, registration("leo", "job"));
    let [after] = due(&mock).try_into().unwrap();
    assert_eq!((before.delivery, &before.body), (after.delivery, &after.body), "as at first");

    answer(&mock, &before, 200);
    assert_eq!(states(&mock), [DeliveryState::UnderWay]);
    answer(&mock, &after, 500);
    assert_eq!(states(&mock), [DeliveryState::Waiting]);
}

#[test]
fn a_callback_of_one_s_choice_needs_no_job() {
    let mock = Mock::new();
    let wanted = |version: &str, result: Value| {
        let partner = mock.credentials.partner_id().as_str();
        json!({"partner_id": partner, "url": URL, "version": version, "result": result}).to_string()
    };
    let result = json!({
        "ResultCode": "0814", "SmileJobID": "77", "PartnerParams": {"user_id": "leo", "job_id": "job", "job_type": 1},
        "member_of_tomorrow": [1],
    });
    let (status, reply) = crate::admin::post(&mock, "/callbacks", &wanted("v1", result.clone()));
    assert_eq!((status, &reply), (200, &json!({"id": 1})));
    let [sent] = due(&mock).try_into().unwrap();
    assert_eq!(sent.url, URL);
    let members = self::body(&sent);
    for (name, value) in result.as_object().unwrap() {
        assert_eq!(&members[name], value, "{name}");
    }
    assert!(read(&sent).verify(&mock.credentials).is_ok());

    let result = json!({"status": "block", "reason": "spoof_detected", "job_id": "job_01h2xcejqtf2nbrexx3vqjhp41", "user_id": "leo"});
    assert_eq!(crate::admin::post(&mock, "/callbacks", &wanted("v3", result)), (200, json!({"id": 2})));
    let [sent] = due(&mock).try_into().unwrap();
    assert_eq!(sent.headers["job-id"], "job_01h2xcejqtf2nbrexx3vqjhp41");
    assert_eq!(self::body(&sent)["status"], "block");
    let callback = smileid_protocol::v3::callback::Callback::read(&sent.headers, &sent.body).unwrap();
    assert_eq!(callback.verify(&mock.credentials).unwrap().result.user_id.as_deref(), Some("leo"));

    for (name, value) in [("url", json!("ftp://x")), ("partner_id", json!("999"))] {
        let mut wrong: Value = serde_json::from_str(&wanted("v1", json!({}))).unwrap();
        wrong[name] = value;
        let (status, reply) = crate::admin::post(&mock, "/callbacks", &wrong.to_string());
        assert!(status >= 400 && reply["field"] == name, "{status} {reply}");
    }
    assert_eq!(due(&mock), [], "nothing else is sent");
}
