//! Tests the example service with the mock server: outcome of a job whose callbacks are repeated, late, forged or altered. The
//! expected codes are those of the sandbox's test data.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use smileid::{
    CallbackUrl, Client, IdNumber, Image, ImageJob, JobRef,
    callback::Receiver,
    protocol::{
        auth::{AuthScheme as _, SignedReply},
        callback::Callback,
        timestamp::Timestamp,
    },
    store::InMemory,
};
use smileid_mock_server::{Clock, MockServer, Options, Received, Rule, UtcMillis, When};
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};

use crate::raw_http::send;

#[expect(dead_code, reason = "an example has a main function")]
#[path = "../../examples/callback_receiver.rs"]
mod example;

struct World {
    mock: MockServer,
    client: Client,
    address: String,
}

impl World {
    async fn new() -> Self {
        Self::with_confirmation(true).await
    }

    async fn with_confirmation(confirms: bool) -> Self {
        Self::at(Clock::REAL, confirms).await
    }

    async fn at(clock: Clock, confirms: bool) -> Self {
        let mut options = Options::new().unwrap();
        options.config.clock = clock;
        let mock = MockServer::start_with(options).await.unwrap();
        let client = Client::new(mock.client_config().unwrap()).unwrap();
        let receiver = Receiver::new(client.clone(), InMemory::default());
        let app = Arc::new(if confirms { receiver.confirming() } else { receiver });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async { axum::serve(listener, example::service(app)).await });
        Self { mock, client, address }
    }

    fn disturb(&self, callback_faults: Value) {
        let callback_faults = serde_json::from_value(callback_faults).unwrap();
        self.mock.service().add_callback_fault(Rule::new(When::default(), callback_faults));
    }

    /// Submits a Biometric KYC for which the mock server sends two callbacks.
    async fn submit(&self, sandbox_result: &str) {
        let number = IdNumber::new("NG", "BVN", "00000000000").unwrap();
        let selfie = Image::file(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/selfie.jpg"));
        let job = ImageJob::biometric_kyc(JobRef::new("leo", "job-1").unwrap(), selfie, number)
            .with_partner_param("sandbox_result", sandbox_result)
            .unwrap();
        let url = CallbackUrl::parse(format!("http://{}/callback", self.address)).unwrap();
        self.client.submit(job).callback(url).await.unwrap();
    }

    /// Returns the responses of the service, after this number of callbacks was sent.
    async fn answers(&self, callbacks: usize) -> Vec<u16> {
        let partner = self.mock.credentials().partner_id();
        let answered = async {
            loop {
                let sent = self.mock.service().callbacks(partner);
                let first = |delivery: &smileid_mock_server::Delivery| match delivery
                    .attempts
                    .first()?
                    .received
                    .clone()?
                {
                    Received::Status(status) => Some(status),
                    other => panic!("{other:?}"),
                };
                let answers: Vec<_> = sent.iter().filter_map(first).collect();
                if answers.len() >= callbacks {
                    return answers;
                }
                sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(Duration::from_secs(20), answered).await.expect("answers in time")
    }

    /// Sends a request, and returns status and body of the response.
    async fn send(&self, head: &str, body: &[u8]) -> (u16, String) {
        let response = send(&self.address, head, body).await;
        (response.status, response.body)
    }

    async fn state(&self) -> Value {
        serde_json::from_str(&self.send("GET /state", b"").await.1).unwrap()
    }
}

fn state(decision: &str, code: &str, confirmed: bool, awaited: &Value) -> Value {
    json!({"jobs": [{
        "job_id": "job-1", "smile_job_id": "0000000001",
        "decision": decision, "code": code, "confirmed": confirmed, "awaited": awaited,
    }]})
}

#[tokio::test]
async fn the_two_callbacks_of_a_biometric_kyc_are_one_outcome() {
    let world = World::new().await;
    world.submit("0").await;
    assert_eq!(world.answers(2).await, [200, 200]);
    assert_eq!(world.state().await, state("approved", "0810", true, &json!([])));
}

/// The mock's clock is behind real time, so that every callback would be too old, and then ahead of it.
#[tokio::test]
async fn the_service_goes_by_the_clock_of_a_mock() {
    for utc_millis in [1_678_397_700_000, 4_073_544_000_000] {
        let at = UtcMillis::from_utc_millis(utc_millis);
        let world = World::at(Clock::Frozen { at }, true).await;
        world.submit("0").await;
        assert_eq!(world.answers(2).await, [200, 200], "{at:?}");
        assert_eq!(world.state().await, state("approved", "0810", true, &json!([])), "{at:?}");
    }
}

#[tokio::test]
async fn callback_faults_change_nothing_about_the_outcome() {
    for (callback_faults, callbacks) in [
        (json!({"duplicates": 3}), 8),
        (json!({"duplicates": 2, "delay": "20ms"}), 6),
        (json!({"slow": "30ms"}), 2),
    ] {
        let world = World::new().await;
        world.disturb(callback_faults.clone());
        world.submit("0").await;
        assert_eq!(world.answers(callbacks).await, vec![200; callbacks], "{callback_faults}");
        assert_eq!(world.state().await, state("approved", "0810", true, &json!([])), "{callback_faults}");
    }
    // The first of the two after the second.
    let world = World::new().await;
    let once = serde_json::from_value(json!({"times": 1, "then": {"reorder": true}})).unwrap();
    world.mock.service().add_callback_fault(once);
    world.submit("0").await;
    assert_eq!(world.answers(2).await, [200, 200]);
    assert_eq!(world.state().await, state("approved", "0810", true, &json!([])));
}

#[tokio::test]
async fn what_is_not_the_api_s_is_not_accepted() {
    for callback_faults in [json!({"wrong_signature": true}), json!({"stale": "6m"}), json!({"future": "2m"})]
    {
        let world = World::new().await;
        world.disturb(callback_faults.clone());
        world.submit("0").await;
        assert_eq!(world.answers(2).await, [401, 401], "{callback_faults}");
        assert_eq!(world.state().await, json!({"jobs": []}), "{callback_faults}");
    }
}

#[tokio::test]
async fn a_body_altered_under_a_valid_signature_is_found_out() {
    for (alter, decision) in [
        (json!({"ResultCode": "0810", "Actions": {"Verify_ID_Number": "Verified"}}), "rejected"),
        (json!({"ResultCode": "1210", "Actions": {"Verify_ID_Number": "Verified"}}), "rejected"),
        (json!({"ResultCode": "0899"}), "unknown"), // the lookup's true code never comes
    ] {
        let world = World::new().await;
        world.disturb(json!({"alter": alter}));
        world.submit("1").await; // the images do not match
        assert_eq!(world.answers(2).await, [200, 200]);
        let state = world.state().await;
        assert_eq!(state["jobs"][0]["decision"], decision, "{alter}: {state}");
    }
    // Of another job, which the API does not know.
    let world = World::new().await;
    let params = json!({"user_id": "mallory", "job_id": "job-2", "job_type": 1});
    world.disturb(json!({"alter": {"ResultCode": "0810", "PartnerParams": params}}));
    world.submit("1").await;
    world.answers(2).await;
    assert_eq!(world.state().await["jobs"][0]["confirmed"], false);
}

#[tokio::test]
async fn two_bodies_under_one_signature_are_told_apart_by_the_api() {
    for (confirms, after) in [
        (true, state("rejected", "0811", true, &json!(["lookup"]))),
        (false, state("provisional", "0811", false, &json!(["lookup"]))), // which of them is true is not known
    ] {
        let world = World::with_confirmation(confirms).await;
        world.disturb(json!({"drop": true}));
        world.submit("1").await;
        let proof = SignedReply::prove(world.mock.credentials(), &now());
        let body = |code: &str| {
            let params = json!({"user_id": "leo", "job_id": "job-1", "job_type": 1});
            let text =
                json!({"ResultCode": code, "SmileJobID": "0000000001", "PartnerParams": params}).to_string();
            let (callback, _) = Callback::read(text.as_bytes()).unwrap().trust_without_checking();
            callback.write(Some(&proof)).unwrap()
        };
        for code in ["0811", "0810", "1210", "0811", "0810"] {
            assert_eq!(world.send("POST /callback", &body(code)).await, (200, String::new()), "{code}");
        }
        assert_eq!(world.state().await, after, "{confirms}");
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_utc_millis(since.as_millis().try_into().unwrap())
}

#[tokio::test]
async fn without_the_api_nothing_is_confirmed() {
    let world = World::with_confirmation(false).await;
    world.submit("0").await;
    assert_eq!(world.answers(2).await, [200, 200]);
    assert_eq!(world.state().await, state("approved", "0810", false, &json!([])));
}

#[tokio::test]
async fn a_refusal_is_a_status_and_nothing_else() {
    let world = World::with_confirmation(false).await;
    let unsigned = br#"{"ResultCode": "0810", "FullName": "canary"}"#;
    for (body, status) in [
        (&b"canary"[..], 400),
        (b"", 400),
        (unsigned, 401),
        (br#"{"ResultCode": "0810", "timestamp": "2023-03-09T21:35:00.000Z", "signature": "canary"}"#, 401),
    ] {
        assert_eq!(world.send("POST /callback", body).await, (status, String::new()), "{}", body.len());
    }
    // The framework refuses it, in its own words.
    assert_eq!(world.send("POST /callback", &vec![b' '; (4 << 20) + 1]).await.0, 413);
    assert_eq!(world.send("GET /callback", b"").await.0, 405);
    assert_eq!(world.state().await, json!({"jobs": []}));
}
