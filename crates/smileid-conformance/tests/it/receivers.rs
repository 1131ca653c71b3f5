//! Tests receivers with known errors: each must fail exactly the expected cases.

pub(crate) mod failures;
mod v3;
pub(crate) mod wrong;

use std::{collections::BTreeSet, sync::LazyLock, time::Duration};

use http::{Response, StatusCode};
use serde_json::{Value, json};
use smileid_conformance::{
    Broken, Case, Outcome, Probe, Report, Suite,
    case::ApiVersion,
    receiver::{Api, Outgoing, ReceiverHarness, ReceiverTarget, State, grade, look_again},
};
use smileid_protocol::auth::Credentials;

use crate::scenarios::suite;
use wrong::{ByUser, Changing, Crashing, Flagged, Middling, Naive, Receiver, Refusing};

static SUITE: LazyLock<Suite> = LazyLock::new(suite);

/// A receiver in this process, with a clock that advances only when the test waits.
struct Stage<R> {
    receiver: R,
    now: i64,
    api: Api,
    /// Time that reading the state takes, in milliseconds.
    state_takes: i64,
}

impl<R: Receiver> ReceiverHarness for Stage<R> {
    fn deliver(&mut self, at_once: &[Outgoing]) -> Vec<Result<StatusCode, Broken>> {
        let mut respond = |outgoing: &Outgoing| {
            if outgoing.pace.cut_off {
                return Err("the connection ended in the middle".into());
            }
            Ok(StatusCode::from_u16(self.receiver.receive(&outgoing.request))?)
        };
        at_once.iter().map(&mut respond).collect()
    }

    fn state(&mut self) -> Result<State, Broken> {
        self.now += self.state_takes;
        Ok(self.receiver.state().try_into()?)
    }

    fn now_utc_millis(&mut self) -> i64 {
        self.now += 1;
        self.now
    }

    fn pause(&mut self, time: Duration) {
        self.now += i64::try_from(time.as_millis()).unwrap();
    }

    fn asked(&self, job_id: &str) -> usize {
        self.api.asked(job_id)
    }
}

fn target() -> ReceiverTarget {
    let key = Credentials::new("085", wrong::KEY).unwrap();
    let mut target = ReceiverTarget::new("http://127.0.0.1:8090/callback".parse().unwrap(), key, "run");
    target.has_api = true;
    target
}

fn grade_with(cases: &[&Case], target: &ReceiverTarget, receiver: impl Receiver) -> Report {
    let api = Api::new(cases.iter().copied(), target).unwrap();
    let mut stage = Stage { receiver, now: 1_700_000_000_000, api, state_takes: 0 };
    let mut items: Vec<_> = cases.iter().map(|case| grade(case, target, &mut stage)).collect();
    look_again(cases, target, &mut stage, &mut items);
    let mut report = Report::new(Probe::Receiver, "a receiver");
    for item in items {
        report.push(item);
    }
    report
}

fn failed(receiver: impl Receiver) -> BTreeSet<String> {
    failed_of(ApiVersion::V1, receiver)
}

fn failed_of(version: ApiVersion, receiver: impl Receiver) -> BTreeSet<String> {
    let report = grade_with(&SUITE.receiver_cases(version).collect::<Vec<_>>(), &target(), receiver);
    assert_eq!(report.errors, 0, "{report}");
    let failed = report.items.into_iter().filter(|it| matches!(it.outcome, Outcome::Failed { .. }));
    failed.map(|it| it.id.rsplit('/').next().unwrap().to_owned()).collect()
}

#[track_caller]
fn fails_exactly(receiver: impl Receiver, expected: &[(&str, &[&str])]) {
    assert_failed(&failed(receiver), expected);
}

#[track_caller]
fn assert_failed(failed: &BTreeSet<String>, expected: &[(&str, &[&str])]) {
    let expected: BTreeSet<String> =
        expected.iter().flat_map(|(_, cases)| *cases).map(|case| (*case).to_owned()).collect();
    let missed: Vec<_> = expected.difference(failed).collect();
    let blamed: Vec<_> = failed.difference(&expected).collect();
    assert!(missed.is_empty() && blamed.is_empty(), "passed: {missed:?}\nfailed: {blamed:?}");
}

#[test]
fn a_naive_receiver_fails_the_expected_cases() {
    fails_exactly(Naive::default(), failures::NAIVE);
}

#[test]
fn a_receiver_that_refuses_everything_fails_all_valid_callbacks() {
    fails_exactly(Refusing, failures::REFUSING);
}

#[test]
fn a_partly_wrong_receiver_fails_the_expected_cases() {
    fails_exactly(Middling::default(), failures::MIDDLING);
}

#[test]
fn a_receiver_that_keeps_one_result_for_each_user_fails_where_a_user_has_two_jobs() {
    let more: Vec<_> = failed(ByUser::default()).difference(&failed(Naive::default())).cloned().collect();
    assert_eq!(more, ["two_jobs_of_a_user"]);
}

#[test]
fn a_receiver_cannot_forge_report_lines() {
    let case = SUITE.receiver_cases(ApiVersion::V1).find(|case| case.id() == "receiver/document").unwrap();
    let state: fn(&str) -> Value =
        |job| json!([{"job_id": job, "decision": "x\npassed   receiver/z\u{1b}[2J\u{202e}\u{85}"}]);
    let report = grade_with(&[case], &target(), wrong::Telling { state, job: String::new() }).to_string();
    assert!(
        report.contains(r"\u{202e}\u{85}") && !report.contains(['\u{1b}', '\u{202e}', '\u{85}']),
        "{report}"
    );
    assert!(!report.lines().any(|line| line.starts_with("passed")), "{report}");
}

/// Common ways to read a flag, and the cases that they fail in comparison with a case-insensitive one.
#[test]
fn a_receiver_that_reads_the_text_false_as_true_fails_for_results_that_are_not_final() {
    let right =
        |flag: &Value| flag.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true")) || flag == true;
    // Like `bool(flag)` in Python and `!!flag` in JavaScript.
    let is_truthy =
        |flag: &Value| !matches!(flag, Value::Null | Value::Bool(false)) && flag != "" && flag != 0;
    let is_not_lower_case_false = |flag: &Value| flag != "false" && flag != false;
    let base = failed(Flagged::new(right));
    for (is_true, expected) in [
        (is_truthy as fn(&Value) -> bool, &["not_final", "not_final_other_letters"][..]),
        (is_not_lower_case_false, &["not_final_other_letters"]),
    ] {
        let failed = failed(Flagged::new(is_true));
        let more: Vec<_> = failed.difference(&base).collect();
        assert_eq!(more, expected);
    }
    assert!(!base.contains("not_final") && !base.contains("not_final_other_letters"), "{base:?}");
}

#[test]
fn every_case_is_failed_by_some_receiver() {
    let mut failed_once = failed(Naive::default());
    failed_once.extend(failed(Refusing));
    failed_once.extend(failed(Crashing));
    let idle: Vec<_> = SUITE
        .receiver_cases(ApiVersion::V1)
        .map(|case| case.id().strip_prefix("receiver/").unwrap())
        .filter(|case| !failed_once.contains(*case))
        .collect();
    assert!(idle.is_empty(), "no receiver fails {idle:?}");
}

/// Returns the outcomes of cases for a changed [`target`], in this order.
fn outcomes(names: &[&str], target: &ReceiverTarget, receiver: impl Receiver) -> Vec<(Outcome, Vec<String>)> {
    let find = |name: &&str| {
        let id = format!("receiver/{name}");
        SUITE.receiver_cases(ApiVersion::V1).find(|case| case.id() == id).unwrap_or_else(|| panic!("{id}"))
    };
    let cases: Vec<_> = names.iter().map(find).collect();
    let report = grade_with(&cases, target, receiver);
    report.items.into_iter().map(|item| (item.outcome, item.ungraded)).collect()
}

fn skipped(why: &str) -> Outcome {
    Outcome::Skipped { why: why.to_owned() }
}

#[test]
fn cases_that_cannot_be_graded_are_skipped() {
    let mut target = target();
    target.has_state = false;
    target.has_api = false;
    let no_state =
        "the responses are correct; the state is not graded, since the receiver does not report it";
    let no_api = "not graded: the receiver has no API to ask";
    let [document, forged, phone, confirmed]: [_; 4] =
        outcomes(&["document", "forged", "phone", "confirmed"], &target, Middling::default())
            .try_into()
            .unwrap();
    assert_eq!(document.0, skipped(no_state));
    assert_eq!(forged.0, skipped(no_state));
    assert_eq!(phone.0, Outcome::Passed, "only its response is judged");
    assert_eq!(confirmed.0, skipped(no_api));
    // A wrong response fails without a state, too.
    let forged = outcomes(&["forged"], &target, Naive::default()).remove(0).0;
    assert!(matches!(forged, Outcome::Failed { step: 1, .. }), "{forged:?}");
}

const NOT_REPORTED: &str = "the state is not graded, since the receiver does not report the needed members";

fn in_words(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed { why, .. } | Outcome::Error { why, .. } | Outcome::Skipped { why } => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_state_is_graded_by_its_reported_members() {
    let said = |state: fn(&str) -> Value| wrong::Telling { state, job: String::new() };
    for (case, state, outcome, ungraded) in [
        (
            "document",
            (|job| json!([{"job_id": job, "decision": "approved"}])) as fn(&str) -> Value,
            "passed",
            "code",
        ),
        ("document", |job| json!({"jobs": [{"job_id": job, "decision": "rejected"}]}), "`decision`", "code"),
        ("document", |job| json!([{"job_id": job, "decision": "approved", "code": 810}]), "`code`", ""),
        ("document", |job| json!([{"job_id": job}]), "does not report the needed members", "code, decision"),
        ("document", |_| json!([]), "got nothing", ""),
        ("document", |job| json!([{"job_id": job}, {"job_id": job}]), "more than once", "code, decision"),
        ("document", |_| json!({"jobs": {}}), "failed to read", ""),
        ("document", |_| json!([{"decision": "approved"}]), "failed to read", ""),
        ("confirmed", |job| json!([{"job_id": job, "confirmed": true}]), "passed", ""),
        (
            "confirmed",
            |job| json!([{"job_id": job, "decision": "approved"}]),
            "does not report the needed members",
            "confirmed",
        ),
        ("confirmed", |job| json!([{"job_id": job, "confirmed": false}]), "was not asked", ""),
    ] {
        let (got, missing) = outcomes(&[case], &target(), said(state)).remove(0);
        let shown = in_words(&got);
        assert!(shown.contains(outcome), "{outcome}: {shown}");
        assert_eq!(missing.join(", "), ungraded, "{shown}");
    }
}

#[test]
fn an_alternative_with_unreported_members_is_not_graded() {
    for (state, outcome, ungraded) in [
        (
            (|job| json!([{"job_id": job}])) as fn(&str) -> Value,
            "does not report the needed members",
            "confirmed, decision",
        ),
        (
            |job| json!([{"job_id": job, "code": null}]),
            "does not report the needed members",
            "confirmed, decision",
        ),
        (|job| json!([{"job_id": job, "decision": "approved"}]), "`decision` \"provisional\" or", ""),
        (|job| json!([{"job_id": job, "confirmed": true}]), "or `confirmed` false, got", ""),
        (
            |job| json!([{"job_id": job, "decision": "approved", "confirmed": true}]),
            "`confirmed` false, got",
            "",
        ),
        (|job| json!([{"job_id": job, "decision": "approved", "confirmed": false}]), "passed", ""),
        (|job| json!([{"job_id": job, "decision": "rejected"}]), "passed", ""),
        (|job| json!([{"job_id": job, "confirmed": false}]), "passed", ""),
    ] {
        let said = wrong::Telling { state, job: String::new() };
        let (got, mut missing) = outcomes(&["replayed_on_another_result"], &target(), said).remove(0);
        missing.sort();
        assert!(in_words(&got).contains(outcome), "{outcome}: {got:?}");
        assert_eq!(missing.join(", "), ungraded, "{got:?}");
    }
    let silent = wrong::Telling { state: |job| json!([{"job_id": job}]), job: String::new() };
    let (got, missing) = outcomes(&["no_code"], &target(), silent).remove(0);
    assert_eq!((got, missing), (skipped(NOT_REPORTED), vec!["decision".to_owned()]));
}

#[test]
fn a_correct_state_must_stay_correct() {
    type State = fn(&str) -> Value;
    let approved: State = |job| json!([{"job_id": job, "decision": "approved"}]);
    let rejected: State = |job| json!([{"job_id": job, "decision": "rejected"}]);
    let nothing: State = |_| json!([]);
    let silent: State = |job| json!([{"job_id": job}]);
    let broken: State = |_| json!("gone");
    for (case, first, then, outcome) in [
        ("document", approved, approved, "passed"),
        ("document", approved, rejected, "correct at first, but changed later: the state of job-"),
        ("document", approved, rejected, "`decision`: expected \"approved\", got \"rejected\""),
        ("document", approved, nothing, "expected `code` \"0810\" and `decision` \"approved\", got nothing"),
        ("document", silent, rejected, "correct at first, but changed later: "),
        ("document", approved, broken, "failed to read its state: invalid state"),
        ("no_code", nothing, rejected, "passed"),
        ("no_code", nothing, approved, "correct at first, but changed later: "),
        // A state that is wrong at the time limit stays wrong.
        ("document", nothing, nothing, "expected `code`"),
    ] {
        let receiver = Changing::new(first, then);
        let (got, _) = outcomes(&[case], &target(), receiver).remove(0);
        assert!(in_words(&got).contains(outcome), "{case} {outcome}: {got:?}");
    }
}

#[test]
fn reading_the_state_counts_toward_the_time_limit() {
    let case = SUITE.receiver_cases(ApiVersion::V1).find(|case| case.id() == "receiver/document").unwrap();
    let api = Api::new([case], &target()).unwrap();
    let mut stage = Stage { receiver: Refusing, now: 0, api, state_takes: 900 };
    let report = grade(case, &target(), &mut stage);
    // Two seconds, plus the last read.
    assert!((2000..3000).contains(&report.millis), "{} ms", report.millis);
}

#[test]
fn ids_do_not_reveal_the_case_but_the_report_shows_them() {
    let cases: Vec<_> = SUITE.receiver_cases(ApiVersion::V1).collect();
    let report = grade_with(&cases, &target(), Naive::default());
    let mut runs = BTreeSet::new();
    for (case, item) in cases.iter().zip(&report.items) {
        let run = item.run.as_deref().unwrap();
        assert!(run.len() == 16 && run.bytes().all(|it| it.is_ascii_hexdigit()), "{run}");
        assert!(runs.insert(run), "two cases share {run}");
        let is_of_the_run = |job: &str| {
            let words = ["job", "other", "second"];
            job.bytes().all(|it| it.is_ascii_digit())
                || job.split_once('-').is_some_and(|(word, end)| words.contains(&word) && end == run)
        };
        // Single words are also names of products and members.
        let name = case.id().strip_prefix("receiver/").unwrap();
        for name in [name.to_owned(), name.replace('_', "-")].iter().filter(|_| name.contains('_')) {
            assert!(item.steps.iter().all(|step| !step.sent.contains(name)), "{name}: {:?}", item.steps);
        }
        let state = item.steps.iter().filter(|step| step.step == "state");
        for line in state.flat_map(|step| step.got.lines()) {
            let job = line.split(": ").next().unwrap();
            assert!(is_of_the_run(job), "{}: {job}", case.id());
        }
    }
    let mut other_run = target();
    other_run.run = "run-2".to_owned();
    assert_ne!(other_run.run_of(cases[0]), target().run_of(cases[0]));
    assert!(report.to_string().contains(&format!("  ids: …-{}\n", target().run_of(cases[0]))), "{report}");
}

#[test]
fn the_api_responds_to_requests_with_the_key() {
    use smileid_protocol::{
        auth::{AuthScheme as _, SignedBody},
        endpoint::Endpoint as _,
        timestamp::Timestamp,
        v1::job_status,
    };

    let cases: Vec<_> = SUITE
        .receiver_cases(ApiVersion::V1)
        .filter(|case| case.id() == "receiver/retry_after_failure")
        .collect();
    let run = target().run_of(cases[0]);
    let mut api = Api::new(cases, &target()).unwrap();
    let mut ask = |job: &str, key: &str| -> Response<bytes::Bytes> {
        let key = Credentials::new("085", key).unwrap();
        let mut request = job_status::Request::new(format!("user-{run}"), job);
        request.history = true;
        let proof = SignedBody::prove(&key, &Timestamp::from_utc_millis(2));
        api.answer(&request.encode(&"http://127.0.0.1:1".parse().unwrap(), &proof).unwrap(), 2)
    };
    let job = &*format!("job-{run}");
    assert_eq!(ask(job, "another").status(), 400);
    let unknown = ask("unknown-job", wrong::KEY);
    assert!(
        !unknown.status().is_success()
            && unknown.body().ends_with(br#""code":"2304","error":"Job not found"}"#),
        "{unknown:?}"
    );
    for _ in 0..3 {
        assert_eq!(ask(job, wrong::KEY).status(), 503);
    }
    let response = ask(job, wrong::KEY);
    assert_eq!(response.status(), 200);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["result"]["PartnerParams"]["job_id"], job);
    assert_eq!((&body["job_complete"], &body["job_success"]), (&json!(true), &json!(true)));
    assert_eq!(body["history"].as_array().map(Vec::len), Some(1));
    assert_ne!(body["timestamp"], Timestamp::from_utc_millis(2).as_str(), "the timestamp of the request");
    assert_eq!(api.asked(job), 4, "requests without the key do not count");
}
