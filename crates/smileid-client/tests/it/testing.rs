//! Tests of the module [`smileid_client::testing`]: scripts, recordings and replays.

use std::{
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use serde_json::json;
use smileid_client::{
    Client as AsyncClient, Config, Environment, Result, TransportErrorKind,
    blocking::Client,
    flow::Failure,
    testing::{Mismatch, Never, Recorder, Recording, Replay},
};
use smileid_protocol::{
    auth::Credentials,
    job::{IdNumber, Image, ImageJob, JobRef, LookupJob},
    v1::services,
};

use crate::{drivers::run, script::*};

/// Secrets that no recording may contain: the API key, the signature of a link, an image, a name, and ID numbers, also as JSON
/// numbers.
const CANARIES: [&str; 8] = [
    "test-api-key-0001",
    "Signature=secret",
    "not much of an image",
    "Leonora",
    "12345678901",
    "98765",
    "leo@example.com",
    "ANyq/KI902w",
];

/// Records a submission with its result and a lookup, with scripted responses of a server.
fn recording() -> Recording {
    let mut result = complete();
    result["result"]["FullName"] = "Leonora Doe".into();
    result["result"]["ID Number 12345678901"] = json!({"Photo": "/9j/4AAQ", "n": [98765]});
    result["result"]["Actions"] = json!({"Liveness_Check": "Passed"});
    result["result"]["PartnerParams"] =
        json!({"user_id": "user-1", "job_id": "job-1", "job_type": 4, "code": "leo@example.com"});
    let script = Script::new([
        upload_reply(),
        answer(200, "".into()),
        busy(503, "7"),
        reply(&incomplete()),
        reply(&result),
        answer(200, r#"{"ResultCode": "1012", "FullName": "Leonora Doe"}"#.into()),
        Answer::fail(TransportErrorKind::Connect),
        answer(200, "{}".into()),
    ]);
    let recorder = Recorder::new(script.clone());
    journey(&Client::new(config(), recorder.clone())).unwrap();
    assert_eq!(script.sent().len(), 8);
    recorder.recording()
}

/// Runs the calls that are recorded and replayed.
fn journey(client: &Client) -> Result<()> {
    let outcome = client.submit(registration()).wait().send()?;
    let result = outcome.result().unwrap();
    assert_eq!(result.result_code.as_ref().unwrap().as_str(), "0840");
    assert_eq!(result.actions.as_ref().unwrap().values().next().unwrap().as_str(), "Passed");

    let id = IdNumber::new("NG", "BVN", "12345678901")?;
    client.submit(LookupJob::enhanced_kyc(ids(), id)).send()?;
    client.send(services::Request::default())?; // at the second attempt
    Ok(())
}

fn replayed(recording: &Recording) -> (Client, Replay) {
    let credentials = Credentials::new("212", "another key").unwrap();
    let replay = Replay::new(recording.clone(), &credentials);
    let environment: Environment = "http://127.0.0.1:9".parse().unwrap();
    (Client::new(Config::new(credentials, &environment), replay.clone()), replay)
}

#[test]
fn a_recording_holds_no_secret_and_nobody_s_data() {
    let text = serde_json::to_string_pretty(&recording()).unwrap();
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary}: {text}");
    }
    for shown in
        ["user-1", "job-1", "\"0840\"", "Passed", "<application/zip>", "\"retry_after\": \"7\"", "connect"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

#[test]
fn a_recording_plays_again_with_another_key() {
    let recording = recording();
    let kept = serde_json::to_string(&recording).unwrap();
    let read: Recording = serde_json::from_str(&kept).unwrap();
    assert_eq!(read, recording);
    let (client, replay) = replayed(&read);
    journey(&client).unwrap();
    assert_eq!(replay.finish(), Ok(()));
}

#[test]
fn another_request_than_the_recorded_is_told_by_its_difference() {
    let recording = recording();
    let (client, replay) = replayed(&recording);
    let other = JobRef::new("user-2", "job-1").unwrap();
    let job = ImageJob::smart_selfie_authentication(other, Image::bytes(PNG));
    let error = client.submit(job).wait().send().unwrap_err();
    let Some(Failure::Transport(source)) = error.failure() else { panic!("{error:?}") };
    let told = std::error::Error::source(source).unwrap().downcast_ref::<Mismatch>().unwrap();
    assert_eq!(
        told.to_string(),
        "request 1 differs from the recorded one:\
        \n  /body/partner_params/job_type: 2 instead of 4\
        \n  /body/partner_params/user_id: \"user-2\" instead of \"user-1\""
    );
    assert_eq!(replay.finish().unwrap_err(), *told);
}

#[test]
fn what_was_not_asked_for_is_told_and_what_was_not_recorded() {
    let recording = recording();
    let (client, replay) = replayed(&recording);
    let script = Script::new([reply(&complete())]);
    let recorder = Recorder::new(script);
    Client::new(config(), recorder.clone()).status(&ids()).send().unwrap();
    drop(client);
    assert_eq!(replay.finish().unwrap_err().to_string(), "8 of the recorded requests were not sent");

    let (client, replay) = replayed(&recorder.recording());
    client.status(&ids()).send().unwrap();
    assert!(client.status(&ids()).send().is_err());
    assert_eq!(replay.finish().unwrap_err().to_string(), "nothing was recorded after request 1");
}

#[test]
fn a_script_that_is_over_says_so() {
    let script = Script::new([]);
    let error = client(&script).status(&ids()).send().unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("the script has no response for this request"), "{source}");
}

#[test]
fn a_script_signs_for_whoever_asks_and_its_time_is_its_own() {
    let body =
        json!({"job_complete": true, "job_success": true, "code": "2302", "result": {"ResultCode": "0840"}});
    let script = Script::new([Answer::late(Duration::from_secs(9))])
        .then_forever(Answer::signed(&credentials(), body));
    let client = AsyncClient::new(config(), script.clone());
    let state = run(client.wait(&ids()).up_to(Duration::from_secs(3600)).send()).unwrap();
    assert!(is_complete(&state));
    assert!(script.elapsed() > Duration::from_secs(9), "{:?}", script.elapsed());
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn never_is_never() {
    let client = AsyncClient::new(config(), Never);
    let ids = ids();
    let mut call = pin!(client.status(&ids).send());
    for _ in 0..3 {
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    let blocking = Client::new(config(), Never);
    let error = blocking.status(&ids).send().unwrap_err();
    assert_eq!(error.transport(), Some(TransportErrorKind::Timeout));
}
