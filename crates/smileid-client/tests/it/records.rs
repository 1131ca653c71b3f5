//! Tests the record of a job after its callbacks arrived in any order.

use bytes::Bytes;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use smileid_client::store::{Change, Ignored, JobRecord};
use smileid_protocol::{
    auth::trust::{Confirmed, Window},
    timestamp::Timestamp,
    types::{Decision, Part, Uncertainty},
    v1::job_status,
};

use crate::{
    callbacks::{NOON, fresh, message, signed_at},
    script::{credentials, ids, time},
};

/// Returns the effect of a callback on the record, in one word.
fn word(change: &Change) -> &'static str {
    match change {
        Change::Applied(_) => "applied",
        Change::Ignored(Ignored::Duplicate) => "duplicate",
        Change::Ignored(Ignored::Older) => "older",
        Change::Ignored(Ignored::ProvisionalAfterFinal) => "provisional",
        Change::Ignored(Ignored::AnotherJob) => "another",
        Change::MustConfirm => "confirm",
        _ => "other",
    }
}

fn decision(record: &JobRecord) -> Decision {
    record.verdict().decision
}

/// Returns the API's confirmation, signed at `at`, of a callback with the result `claimed`.
pub(crate) fn confirmed(at: i64, claimed: Value, result: &Value, history: &Value) -> Confirmed {
    let status = json!({"job_complete": true, "job_success": true, "code": "2302", "result": result, "history": history});
    let response = http::Response::new(Bytes::from(signed_at(at, status)));
    let claimed = fresh(NOON, claimed).into_proven().into_result().unwrap();
    let asked = Timestamp::from_utc_millis(at - 1);
    job_status::confirm(&claimed, &response, &asked, &[credentials()], at, Window::default()).unwrap()
}

/// Rows: name, job type, callbacks and final decision. Each callback is a result code, `@` with the second of its signature, and
/// its effect on the record. `p` marks a result from a person.
const RULES: &[(&str, u16, &str, Decision)] = &[
    ("one result", 4, "0840@0 applied", Decision::Approved),
    ("the same again, signed anew", 4, "0840@0 applied, 0840@60 duplicate", Decision::Approved),
    ("the same again, signed earlier", 4, "0840@9 applied, 0840@0 duplicate", Decision::Approved),
    ("a person's after a provisional one", 4, "0844@0 applied, 1240@9 applied", Decision::Approved),
    ("a provisional one after a final one", 4, "1240@9 applied, 0844@0 provisional", Decision::Approved),
    ("however late it is signed", 4, "0841@0 applied, 0844@99 provisional", Decision::Rejected),
    ("a machine's after a person's", 4, "1242@0 applied, 0840@9 older", Decision::Rejected),
    ("a person's after a machine's", 6, "0810@9 applied, 0811@0p applied", Decision::Rejected),
    (
        "the newer provisional one",
        4,
        "0844@0 applied, 0846@9 applied, 0844@99 duplicate",
        Decision::Provisional,
    ),
    ("not the older one", 4, "0846@9 applied, 0844@0 older", Decision::Provisional),
    ("two machines' words", 4, "0840@0 applied, 0841@9 confirm", Decision::Provisional),
    ("the other way round", 4, "0841@9 applied, 0840@0 confirm, 0841@99 confirm", Decision::Provisional),
    ("that a person has settled", 4, "0840@0 applied, 0841@9 confirm, 1240@5 applied", Decision::Approved),
    ("a code of no table", 4, "0899@0 confirm", Decision::Unknown),
    ("after an approval", 4, "0840@0 applied, 1299@9 confirm", Decision::Unknown),
    ("before an approval", 4, "1299@0 confirm, 0840@9 applied", Decision::Unknown),
    ("another product's code", 4, "0810@0 confirm", Decision::Unknown),
    ("both parts", 1, "0810@0 applied, 1012@0 applied", Decision::Approved),
    ("both parts, the lookup first", 1, "1012@0 applied, 0810@9 applied", Decision::Approved),
    ("a lookup that found nobody", 1, "0810@0 applied, 1013@0 applied", Decision::Rejected),
    ("a provisional part", 1, "1012@0 applied, 0814@0 applied", Decision::Provisional),
    ("suspects", 1, "0810@0 applied, 1012@0 applied, 5211@1 applied", Decision::Finding),
    ("suspects first", 1, "5211@0 applied, 0810@0 applied, 1012@0 applied", Decision::Finding),
    ("no suspects", 1, "5210@0 applied, 0810@0 applied, 1012@0 applied", Decision::Approved),
];

#[test]
fn every_rule() {
    for (name, job_type, steps, at_last) in RULES {
        let mut record = JobRecord::new(&ids());
        for step in steps.split(", ") {
            let (callback, expected) = step.split_once(' ').unwrap();
            let (code, seconds) = callback.split_once('@').unwrap();
            let of_machine = json!({"IsMachineResult": !seconds.ends_with('p')});
            let seconds: i64 = seconds.trim_end_matches('p').parse().unwrap();
            let change = record.apply(&fresh(NOON + seconds * 1000, message(*job_type, code, &of_machine)));
            assert_eq!(word(&change), expected, "{name}: {step}");
            if let Change::Applied(verdict) = change {
                assert_eq!(verdict, record.verdict(), "{name}");
            }
        }
        assert_eq!(decision(&record), *at_last, "{name}: {record:?}");
        assert!(!record.is_confirmed(), "{name}");
    }
}

#[test]
fn the_type_of_the_job_says_what_is_awaited() {
    for (job_type, codes, awaited) in [
        (1, vec![], vec![]), // the type is not known yet
        (1, vec!["0810"], vec![Part::Lookup]),
        (1, vec!["1012"], vec![Part::Images]),
        (1, vec!["1012", "0814"], vec![Part::Images]),
        (1, vec!["1012", "0814", "1210"], vec![]),
        (1, vec!["5211"], vec![Part::Images, Part::Lookup]),
        (1, vec!["0810", "1015"], vec![]),
        (11, vec!["0810"], vec![Part::Lookup]),
        (6, vec!["0810"], vec![]),
        (5, vec!["1012"], vec![]),
        (4, vec!["0844"], vec![Part::Images]),
    ] {
        let mut record = JobRecord::new(&ids());
        for code in &codes {
            let _ = record.apply(&fresh(NOON, message(job_type, code, &json!({}))));
        }
        assert_eq!(record.awaited(), awaited, "{job_type} {codes:?}");
    }
}

#[test]
fn other_jobs_and_other_names() {
    let mut record = JobRecord::new(&ids());
    let first = message(4, "0840", &json!({}));
    assert_eq!(word(&record.apply(&fresh(NOON, first.clone()))), "applied");
    let known = record.clone();
    for (change, expected) in [
        (json!({"PartnerParams": {"user_id": "user-1", "job_id": "job-2", "job_type": 4}}), "another"),
        (json!({"PartnerParams": {"user_id": "user-2", "job_id": "job-1", "job_type": 4}}), "another"),
        (json!({"PartnerParams": null}), "another"),
        // One of the two may be a forger's.
        (json!({"SmileJobID": "0000000002", "ResultCode": "0841"}), "confirm"),
        (
            json!({"PartnerParams": {"user_id": "user-1", "job_id": "job-1", "job_type": 2}, "ResultCode": "0820"}),
            "confirm",
        ),
    ] {
        assert_eq!(word(&record.apply(&fresh(NOON, message(4, "0841", &change)))), expected, "{change}");
        assert_eq!(record, known, "{change}");
    }
    // The API's own status decides which SmileJobID is right.
    let other = message(4, "0841", &json!({"SmileJobID": "0000000002"}));
    let answer = confirmed(NOON + 9, other.clone(), &other, &json!([]));
    assert_eq!(word(&record.apply_confirmed(&answer, time(NOON + 8))), "applied");
    assert_eq!((decision(&record), record.smile_job_id()), (Decision::Rejected, Some("0000000002")));
}

#[test]
fn the_api_s_answer_takes_the_place_of_what_was_claimed() {
    let at = |seconds: i64| NOON + seconds * 1000;
    let callback = |seconds, code| fresh(at(seconds), message(4, code, &json!({})));
    let answer = |seconds, code: &str| {
        let claimed = message(4, "0840", &json!({}));
        confirmed(at(seconds), claimed, &message(4, code, &json!({})), &json!([]))
    };
    let mut record = JobRecord::new(&ids());
    assert_eq!(word(&record.apply(&callback(0, "1240"))), "applied"); // forged
    assert_eq!(word(&record.apply_confirmed(&answer(5, "0841"), time(at(4)))), "applied");
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Rejected, true));

    // The forged one again, and others of before the answer.
    assert_eq!(word(&record.apply(&callback(0, "0840"))), "older");
    assert_eq!(word(&record.apply(&callback(0, "0844"))), "older");
    assert_eq!(word(&record.apply(&callback(0, "0841"))), "duplicate");
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Rejected, true));

    // A callback with a later signature may be forged, or may be a new result.
    assert_eq!(word(&record.apply(&callback(6, "1240"))), "confirm");
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Provisional, false));
    assert_eq!(record.verdict().doubt, Some(Uncertainty::Contradicted));
    assert_eq!(word(&record.apply_confirmed(&answer(9, "1240"), time(at(8)))), "applied");
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Approved, true));
    assert_eq!(word(&record.apply_confirmed(&answer(5, "0841"), time(at(4)))), "older");
    assert_eq!(decision(&record), Decision::Approved);
}

#[test]
fn an_answer_does_not_undo_what_came_after_the_question() {
    let mut record = JobRecord::new(&ids());
    let approved = message(4, "0840", &json!({}));
    let _ = record.apply(&fresh(NOON, approved.clone()));
    // The question is under way when a person's rejection comes.
    let _ = record.apply(&fresh(NOON + 20, message(4, "1242", &json!({}))));
    let answer = confirmed(NOON + 11, approved.clone(), &approved, &json!([]));
    let _ = record.apply_confirmed(&answer, time(NOON + 10));
    assert_eq!((decision(&record), record.is_contested()), (Decision::Provisional, true));
}

#[test]
fn each_part_is_confirmed_by_itself() {
    let face = || message(1, "0810", &json!({}));
    let id = || message(1, "1012", &json!({}));
    let mut record = JobRecord::new(&ids());
    let _ = record.apply(&fresh(NOON, face()));
    let _ = record.apply(&fresh(NOON, id()));
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Approved, false));
    let history = json!([face(), id()]);
    assert_eq!(
        word(&record.apply_confirmed(&confirmed(NOON + 9, id(), &face(), &history), time(NOON + 8))),
        "applied"
    );
    assert!(!record.is_confirmed());
    assert_eq!(
        word(&record.apply_confirmed(&confirmed(NOON + 9, face(), &face(), &history), time(NOON + 8))),
        "applied"
    );
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Approved, true));
}

#[test]
fn a_code_of_no_table_stays_no_success_when_the_api_confirms_it() {
    let unknown = || message(4, "1299", &json!({}));
    let mut record = JobRecord::new(&ids());
    let _ = record.apply(&fresh(NOON, message(4, "0840", &json!({}))));
    assert_eq!(word(&record.apply(&fresh(NOON, unknown()))), "confirm");
    let history = json!([unknown(), message(4, "0840", &json!({}))]);
    let _ = record.apply_confirmed(&confirmed(NOON + 9, unknown(), &unknown(), &history), time(NOON + 8));
    assert_eq!((decision(&record), record.is_contested()), (Decision::Unknown, false));
    // Unless the API says that the known one is newer.
    let mut record = JobRecord::new(&ids());
    let _ = record.apply(&fresh(NOON, unknown()));
    let known = message(4, "1240", &json!({}));
    let _ =
        record.apply_confirmed(&confirmed(NOON + 9, unknown(), &known, &json!([unknown()])), time(NOON + 8));
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Approved, true));
    // Of a job with two parts it may have been of the other one.
    let mut record = JobRecord::new(&ids());
    let unknown = || message(1, "1299", &json!({}));
    let _ = record.apply(&fresh(NOON, message(1, "1012", &json!({}))));
    let _ = record.apply(&fresh(NOON, unknown()));
    let _ = record.apply_confirmed(
        &confirmed(NOON + 9, unknown(), &message(1, "1210", &json!({})), &json!([])),
        time(NOON + 8),
    );
    assert_eq!((decision(&record), record.is_contested()), (Decision::Unknown, true));
    let answer =
        confirmed(NOON + 9, message(1, "1012", &json!({})), &message(1, "1012", &json!({})), &json!([]));
    let _ = record.apply_confirmed(&answer, time(NOON + 8));
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Approved, true));
    assert_eq!(word(&record.apply(&fresh(NOON, unknown()))), "older");
    assert_eq!(word(&record.apply(&fresh(NOON + 20, unknown()))), "confirm");
    assert!(!record.is_confirmed(), "of that the API has said nothing");
}

#[test]
fn it_is_kept_as_json_and_keeps_nothing_personal() {
    let mut record = JobRecord::new(&ids());
    let personal = json!({
        "FullName": "canary", "IDNumber": "canary", "Photo": "canary", "ResultText": "canary", "canary": "canary",
        "ImageLinks": {"selfie_image": "canary"}, "Antifraud": {"SuspectUsers": [{"user_id": "canary"}]},
    });
    let _ = record.apply(&fresh(NOON, message(1, "1012", &personal)));
    let text = serde_json::to_string(&record).unwrap();
    assert!(!text.contains("canary"), "{text}");
    assert!(!format!("{record:?}").contains("user-1"), "{record:?}");
    let read: JobRecord = serde_json::from_str(&text).unwrap();
    assert_eq!(read, record);
    assert_eq!(read.verdict(), record.verdict());
}

#[test]
fn it_is_bounded() {
    let mut record = JobRecord::new(&ids());
    for number in 0..40_u32 {
        let code = format!("x{number:03}");
        assert_eq!(word(&record.apply(&fresh(NOON, message(4, &code, &json!({}))))), "confirm");
    }
    assert!(serde_json::to_string(&record).unwrap().len() < 2048);
    // The record is full, but still takes the API's own result.
    let answer = message(4, "0840", &json!({}));
    assert_eq!(
        word(
            &record
                .apply_confirmed(&confirmed(NOON + 9, answer.clone(), &answer, &json!([])), time(NOON + 8))
        ),
        "applied"
    );
    assert_eq!((decision(&record), record.is_confirmed()), (Decision::Approved, true));
}

/// One result code of every kind that a Biometric KYC can have.
const CODES: &[&str] =
    &["0810", "0811", "0814", "0815", "1210", "1212", "1012", "1013", "1015", "5210", "5211", "0899"];

fn callbacks() -> impl Strategy<Value = Vec<(String, Value)>> {
    let more = prop_oneof![
        Just(json!({})),
        Just(json!({"Actions": {"Verify_ID_Number": "Verified"}})),
        Just(json!({"IsFinalResult": "false"})),
        Just(json!({"IsMachineResult": "false"})),
        Just(json!({"PartnerParams": {"user_id": "user-1", "job_id": "job-1"}})),
        Just(json!({"SmileJobID": null})),
    ];
    prop::collection::vec((prop::sample::select(CODES).prop_map(str::to_owned), more), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_end_in_the_same_record(
        callbacks in callbacks(),
        // Each callback's first time of signing, by its place; and which are sent again, how much later, when.
        times in prop::collection::vec(0_i64..100, 6),
        again in prop::collection::vec((any::<Index>(), 0_i64..100, any::<Index>()), 0..8),
        order in Just(()).prop_perturb(|(), mut rng| std::array::from_fn::<u64, 16, _>(|_| rng.random())),
    ) {
        let all: Vec<(i64, Value)> = callbacks
            .iter()
            .zip(&times)
            .map(|((code, more), seconds)| (NOON + seconds * 1000, message(1, code, more)))
            .collect();
        let end = |deliveries: &[(i64, Value)]| {
            let mut record = JobRecord::new(&ids());
            for (at, message) in deliveries {
                let _ = record.apply(&fresh(*at, message.clone()));
            }
            record
        };
        let mut repeated = all.clone();
        for (which, later, place) in &again {
            let (at, message) = which.get(&all).clone();
            repeated.insert(place.index(repeated.len() + 1), (at + later * 1000, message));
        }
        let mut shuffled: Vec<_> = repeated.into_iter().zip(order).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(delivery, _)| delivery).collect();
        prop_assert_eq!(end(&shuffled), end(&all));
    }
}
