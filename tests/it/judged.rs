//! Tests that the requests of this project's client break no rule for clients, whatever the responses are.

use std::{
    collections::BTreeSet,
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use smileid::{Client, Config, Environment, Image, ImageJob, JobRef, Schedule};
use smileid_conformance::client::{ClientReport, Judge, Level};
use smileid_mock_server::{Fault, MockServer, Observer, Options, Point, Rule, Seen, When};
use smileid_protocol::auth::Credentials;

use crate::{image, root};

#[path = "../peers/rust/broad_run.rs"]
mod broad_run;

/// Rules that are broken on purpose: the drawn images are small, and the last digits of timestamps are a mark (see
/// `docs/decisions/client.md`).
const ON_PURPOSE: [&str; 3] = ["image.few-bytes", "image.few-pixels", "timestamp-form"];

struct Court {
    judge: Arc<Mutex<Judge>>,
    server: MockServer,
    client: Client,
}

impl Court {
    async fn open(processing: &str) -> Self {
        let mut options = Options::new().unwrap();
        let judge = Arc::new(Mutex::new(Judge::new(options.config.partners[0].clone())));
        let shown = Arc::clone(&judge);
        options.config.processing = processing.parse().unwrap();
        options.config.observer = Some(Observer::new(move |seen| {
            if let Seen::Request { request, answer, at, .. } = seen {
                shown.lock().unwrap().observe(request, answer, at.to_utc_millis());
            }
        }));
        let server = MockServer::start_with(options).await.unwrap();
        let environment: Environment = server.base_url().parse().unwrap();
        let mut config = Config::new(server.credentials().clone(), &environment);
        config.wait.schedule = Schedule::doubling(Duration::from_millis(20), Duration::from_secs(4));
        let client = Client::new(config).unwrap();
        Self { judge, server, client }
    }

    fn report(&self) -> ClientReport {
        self.judge.lock().unwrap().report()
    }
}

fn broken(report: &ClientReport) -> BTreeSet<&str> {
    report.rules.iter().map(|rule| rule.rule.as_str()).collect()
}

#[tokio::test]
async fn nothing_that_it_submits_or_asks_breaks_a_rule() {
    let court = Court::open("polls=1").await;
    let images = root().join("docs/images");
    Box::pin(broad_run::broad_run(&court.client, &images)).await.unwrap();
    let report = court.report();
    assert!(report.requests > 80, "{report}");
    assert!(report.is_good(), "{report}");
    assert_eq!(broken(&report), ON_PURPOSE.into(), "{report}");
    assert!(report.rules.iter().all(|rule| rule.level == Level::Quirk));
}

#[tokio::test]
async fn what_it_sends_again_breaks_none_either() {
    let court = Court::open("immediate").await;
    let mut number = 0;
    for endpoint in ["upload", "put_archive", "job_status"] {
        for point in [Point::UploadBytes(9), Point::BeforeHandling, Point::AfterHandling, Point::HalfReply] {
            number += 1;
            let mut when = When::default();
            when.endpoint = Some(endpoint.parse().unwrap());
            let mut rule = Rule::new(when, Fault::reset(point));
            rule.times = 1.try_into().ok();
            court.server.clear_faults();
            court.server.add_fault(rule);
            let ids = JobRef::new(format!("user-{number}"), format!("job-{number}")).unwrap();
            let job = ImageJob::smart_selfie_registration(ids, Image::file(image("selfie.jpg")));
            broad_run::submit(&court.client, job).await.unwrap();
        }
    }
    let report = court.report();
    assert!(report.requests > 12 * 3, "{report}");
    assert_eq!(broken(&report), ["timestamp-form"].into(), "{report}");
}

/// The check of clients reports exactly the mistakes that the signature doctor finds in its own cases.
#[test]
fn proofs_are_judged_by_what_is_suspected_of_them() {
    let of_time = ["timestamp-form", "timestamp-naive", "timestamp-off", "timestamp-unreadable"];
    let mut seen = BTreeSet::new();
    for file in fs::read_dir(root().join("crates/smileid-protocol/tests/cases/doctor")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let case: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        // The judge has one key, and responses name no partner.
        let Some(partner) = case["received"]["partner_id"].as_str() else { continue };
        let has_candidates = case["candidates"].as_array().is_some_and(|it| !it.is_empty());
        if has_candidates || !case["received"]["timestamp_elsewhere"].is_null() {
            continue;
        }
        for (proof, is_right) in [(&case["received"], false), (&case["right"], true)] {
            let partner = proof["partner_id"].as_str().unwrap_or(partner);
            if partner.is_empty() || proof["timestamp"] == "" {
                continue; // cannot be read as a proof
            }
            let body = json!({
                "partner_id": partner, "timestamp": proof["timestamp"], "signature": proof["signature"],
                "user_id": "u", "job_id": "j", "image_links": false, "history": false,
            });
            let request = Request::post("/v1/job_status").header("content-type", "application/json");
            let request = request.body(Bytes::from(body.to_string())).unwrap();
            let text = |member: &str| case["credentials"][member].as_str().unwrap();
            let mut judge = Judge::new(Credentials::new(text("partner_id"), text("api_key")).unwrap());
            let refused = Bytes::from_static(br#"{"code":"2205"}"#);
            let refused = Response::builder().status(400).body(refused).unwrap();
            judge.observe(&request, Some(&refused), 1_700_000_000_000);
            let report = judge.report();
            let found: BTreeSet<_> =
                broken(&report).into_iter().filter(|code| !of_time.contains(code)).collect();
            let expected = case["expect"].as_array().unwrap().iter().filter_map(|it| it["code"].as_str());
            let expected: BTreeSet<_> = expected.filter(|_| !is_right).collect();
            let is_stranger = found.contains("unknown-partner") && expected == ["unexplained"].into();
            assert!(found == expected || is_stranger, "{}: {found:?}", case["id"]);
            seen.extend(found.into_iter().map(str::to_owned));
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
}
