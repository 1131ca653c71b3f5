//! Requests and scripted responses that the tests share.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
pub(crate) use smileid_client::testing::{Answer, Script, Sent};
use smileid_client::{Config, Environment, Outcome, Result, Retry, blocking::Client, flow::Failure};
use smileid_protocol::{
    auth::Credentials,
    job::{Image, ImageJob, JobRef},
    timestamp::Timestamp,
};

pub(crate) fn credentials() -> Credentials {
    Credentials::new("212", "test-api-key-0001").expect("not empty")
}

/// Converts milliseconds since 1970 to a time.
pub(crate) fn time(millis: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(millis).expect("a time after 1970"));
    SystemTime::UNIX_EPOCH + since
}

/// Moves the wall clock of a script by some milliseconds, from the time at which scripts begin.
pub(crate) fn shift(script: &Script, millis: i64) {
    script.set_start(time(1_678_397_700_000 + millis));
}

/// Creates a client that sends every request once.
pub(crate) fn client(script: &Script) -> Client {
    Client::new(once(), script.clone())
}

/// Creates a client that repeats failed requests and has its own retry budget.
pub(crate) fn persistent(script: &Script) -> Client {
    Client::new(config(), script.clone())
}

/// Returns the failure of a request, if the call failed because of one.
pub(crate) fn failure<T>(result: &Result<T>) -> Option<&Failure> {
    result.as_ref().err()?.failure()
}

/// Returns true if the API said that the job is complete.
pub(crate) fn is_complete(outcome: &Outcome) -> bool {
    outcome.status().is_some_and(|status| status.job_complete)
}

pub(crate) fn once() -> Config {
    let mut config = config();
    config.retry = Retry::never();
    config
}

pub(crate) fn config() -> Config {
    Config::new(credentials(), &"http://127.0.0.1:9".parse::<Environment>().expect("loopback"))
}

pub(crate) fn ids() -> JobRef {
    JobRef::new("user-1", "job-1").expect("not empty")
}

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

pub(crate) fn registration() -> ImageJob {
    ImageJob::smart_selfie_registration(ids(), Image::bytes(PNG))
}

pub(crate) fn reply(body: &Value) -> Answer {
    Answer::ok(body.to_string())
}

pub(crate) fn answer(status: u16, body: Bytes) -> Answer {
    Response::builder().status(status).body(body).expect("a status").into()
}

/// Returns an error response for a temporary problem, with a `Retry-After`.
pub(crate) fn busy(status: u16, retry_after: &str) -> Answer {
    let response = Response::builder().status(status).header("retry-after", retry_after);
    response.body(Bytes::new()).expect("a status").into()
}

/// Returns a response with these members and the timestamp and signature of the request, as from a server without the API key.
pub(crate) fn echo(body: Value) -> Answer {
    Answer::by(move |sent| {
        let mut body = body.clone();
        body["timestamp"] = sent.json()["timestamp"].clone();
        body["signature"] = sent.json()["signature"].clone();
        Response::new(body.to_string().into())
    })
}

pub(crate) fn upload_reply() -> Answer {
    reply(&json!({
        "upload_url": "http://127.0.0.1:9/videos/212/ref/selfie.zip?Signature=secret",
        "ref_id": "212-0000000001-x",
        "smile_job_id": "0000000001",
        "camera_config": "null",
        "code": "2202",
    }))
}

/// Returns `body` with a signature of the API.
pub(crate) fn signed(mut body: Value) -> Value {
    let timestamp = Timestamp::new("2023-03-09T21:35:00.279Z").expect("not empty");
    body["timestamp"] = timestamp.as_str().into();
    // From the published vectors for this id, key and time, not from the code under test.
    body["signature"] = "ANyq/KI902w+R4faE+AToTtKkbGnJVcfRJftgGdw8XE=".into();
    body
}

pub(crate) fn incomplete() -> Value {
    signed(json!({"job_complete": false, "job_success": false, "code": "2302"}))
}

pub(crate) fn complete() -> Value {
    signed(json!({
        "job_complete": true,
        "job_success": true,
        "code": "2302",
        "result": {"ResultCode": "0840", "ResultText": "Enroll User", "SmileJobID": "0000000001"},
    }))
}

/// Returns the status response with the result of this job, submitted by another process with the same API key.
pub(crate) fn complete_of(job: &ImageJob) -> Value {
    let ready = job.read(|_| -> std::io::Result<Bytes> { unreachable!("no file") }).expect("an image");
    let mut body = complete();
    body["result"]["PartnerParams"] = json!({"content_tag": ready.content_tag(&credentials()).as_str()});
    body
}
