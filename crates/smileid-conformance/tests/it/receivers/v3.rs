//! Grades deliberately wrong receivers of version 3. The cases that a receiver must fail follow from its known mistakes, and were
//! not recorded from a run.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use smileid_conformance::{case::ApiVersion, receiver::Api};
use smileid_protocol::{
    auth::{ApiKeyHeader, AuthScheme as _, Credentials},
    endpoint::Endpoint as _,
    timestamp::Timestamp,
    v3::token,
};

use super::{
    SUITE, assert_failed, failed_of, target,
    wrong::{self, Crashing, Receiver, Refusing},
};

/// Takes the status of every callback as the result. The last callback wins.
#[derive(Default)]
struct Naive {
    jobs: BTreeMap<String, Value>,
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl Naive {
    /// Stores the result of a callback. Everything but clear counts as not approved, by its own word.
    fn store(&mut self, request: &Request<Bytes>) {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let Some(job_id) = header(request.headers(), "job-id") else { return };
        let decision = match body["status"].as_str() {
            Some("clear") => "approved",
            Some("attention") => "finding",
            Some("error") => "not_done",
            // Like a program that compares with "clear" alone.
            _ => "rejected",
        };
        let job = json!({"job_id": job_id, "decision": decision});
        self.jobs.insert(job_id.to_owned(), job);
    }
}

impl Receiver for Naive {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        self.store(request);
        200
    }

    fn state(&self) -> Value {
        json!({"jobs": self.jobs.values().collect::<Vec<_>>()})
    }
}

/// Checks the signature over the headers, as a third of the integrations read does: not its age, and nothing else.
#[derive(Default)]
struct Middling {
    naive: Naive,
}

impl Receiver for Middling {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        let headers = request.headers();
        let key = Credentials::new("085", wrong::KEY).unwrap();
        let signature =
            header(headers, "response-timestamp").map(|time| key.sign(&Timestamp::new(time).unwrap()));
        if signature.is_none_or(|it| header(headers, "response-signature") != Some(it.as_str())) {
            return 401;
        }
        if !serde_json::from_slice::<Value>(request.body()).is_ok_and(|body| body.is_object()) {
            return 400;
        }
        self.naive.store(request);
        200
    }

    fn state(&self) -> Value {
        self.naive.state()
    }
}

type Reasons = &'static [(&'static str, &'static [&'static str])];

const MIDDLING: Reasons = &[
    ("it does not check the time", &["stale", "stale_by_a_day", "future", "unreadable_time"]),
    ("it does not detect repeated signatures", &["replayed_on_another_body", "replayed_onto_another_job"]),
    (
        "it does not ask the API",
        &[
            "altered_body",
            "another_users_job",
            "no_user_id",
            "still_processing",
            "stolen_correlation",
            "stolen_correlation_first",
            "unknown_job",
        ],
    ),
    (
        "it calls a status that decides nothing a rejection",
        &["processing", "unknown_status", "capital_letters", "status_null", "status_true"],
    ),
    ("it looks at the status alone", &["clear_with_reason", "clear_with_fraud", "clear_with_suspects"]),
    ("a late status replaces the result", &["processing_after_clear"]),
    ("it lets the last of two members win", &["two_statuses"]),
    ("it accepts any method", &["get"]),
];

/// Reasons in addition to those of [`MIDDLING`].
const NAIVE: Reasons = &[
    (
        "it does not check the signature",
        &[
            "unsigned",
            "lone_signature",
            "lone_timestamp",
            "empty_signature",
            "garbled_signature",
            "forged",
            "wrong_partner",
            "renewed_timestamp",
            "signed_in_body",
        ],
    ),
    (
        "it accepts bodies that are no JSON object",
        &[
            "empty",
            "not_json",
            "html",
            "array",
            "null",
            "json_cut_off",
            "single_quotes",
            "two_objects",
            "deep_nesting",
        ],
    ),
];

#[test]
fn a_naive_receiver_fails_the_expected_cases() {
    assert_failed(&failed_of(ApiVersion::V3, Naive::default()), &[NAIVE, MIDDLING].concat());
}

#[test]
fn a_receiver_that_checks_only_the_signature_fails_the_expected_cases() {
    assert_failed(&failed_of(ApiVersion::V3, Middling::default()), MIDDLING);
}

#[test]
fn every_case_is_failed_by_some_receiver() {
    let mut failed = failed_of(ApiVersion::V3, Naive::default());
    failed.extend(failed_of(ApiVersion::V3, Refusing));
    failed.extend(failed_of(ApiVersion::V3, Crashing));
    let all = SUITE.receiver_cases(ApiVersion::V3);
    let idle: Vec<_> =
        all.map(|case| case.id().rsplit('/').next().unwrap()).filter(|it| !failed.contains(*it)).collect();
    assert!(idle.is_empty(), "no receiver fails {idle:?}");
}

/// The API confirms a job to a receiver with a token, and tells of no other.
#[test]
fn the_api_responds_to_requests_with_a_token() {
    let cases: Vec<_> = SUITE
        .receiver_cases(ApiVersion::V3)
        .filter(|case| {
            ["v3/receiver/retry_after_failure", "v3/receiver/another_users_job"].contains(&case.id())
        })
        .collect();
    let run = |index: usize| target().run_of(cases[index]);
    let (others, own) = (format!("job_01h2xcejq0{}", run(0)), format!("job_01h2xcejq0{}", run(1)));
    let mut api = Api::new(cases.iter().copied(), &target()).unwrap();
    let origin = "http://127.0.0.1:1".parse().unwrap();
    let now = 1_700_000_000_000;
    let mint = |api: &mut Api, key: &str| {
        let key = Credentials::new("085", key).unwrap();
        let proof = ApiKeyHeader::prove(&key, &Timestamp::from_utc_millis(now));
        api.answer(&token::Request::unbound().encode(&origin, &proof).unwrap(), now)
    };
    assert_eq!(mint(&mut api, "another").status(), 401);
    let minted = mint(&mut api, wrong::KEY);
    let minted = token::Request::decode_reply(&minted).unwrap().trust_without_checking().0;
    assert_eq!(minted.expires_at(), Some(now / 1000 + 900));
    let ask = |api: &mut Api, job: &str, token: &str, now: i64| {
        let request =
            Request::get(format!("http://127.0.0.1:1/v3/status/{job}")).header("SmileID-Token", token);
        let response = api.answer(&request.body(Bytes::new()).unwrap(), now);
        (response.status().as_u16(), serde_json::from_slice::<Value>(response.body()).unwrap())
    };
    let token = minted.token.expose();
    for (job, token, now, status) in [
        (&*own, "a.b.c", now, 401),
        (&*own, "", now, 400),
        (&*own, token, now + 900_000, 401),
        ("job_1", token, now, 400),
        ("job_01h2xcejq00000000000000000", token, now, 404),
    ] {
        assert_eq!(ask(&mut api, job, token, now).0, status, "{job} {token}");
    }
    for _ in 0..3 {
        assert_eq!(ask(&mut api, &own, token, now).0, 503);
    }
    let (status, body) = ask(&mut api, &own, token, now);
    assert_eq!((status, &body["status"], &body["job_id"]), (200, &json!("clear"), &json!(own)));
    assert_eq!(body["user_id"], format!("user-{}", run(1)));
    assert_eq!(ask(&mut api, &others, token, now).1["user_id"], format!("other-{}", run(0)));
    assert_eq!(api.asked(&own), 4, "requests without a token do not count");
}
