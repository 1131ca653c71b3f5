//! Tests of version 3: access tokens, jobs and their outcomes.

mod images;
mod jobs;
mod look_up;
mod receiving;
mod tokens;
mod unknown;

use http::{HeaderValue, Request, Response};
use serde_json::{Value, json};
use smileid_client::{
    Config, Environment,
    blocking::Client,
    protocol::{
        codec::form_parts,
        job::{IdNumber, PersonName},
        timestamp::Timestamp,
    },
    testing::{Answer, Script, Sent},
    v3::{Consent, JobId, Selfie, UserDetails, UserId, enhanced_kyc},
};

use crate::script::{config, once};

const JOB: &str = "job_01h2xcejqtf2nbrexx3vqjhp41";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0";

fn job_id() -> JobId {
    JOB.parse().unwrap()
}

fn person() -> UserDetails {
    UserDetails::by_email(PersonName { first: "Joe", last: "Leo" }, "joe.leo@example.com").unwrap()
}

fn consent() -> Consent {
    Consent::granted(Timestamp::from_utc_millis(1_678_397_000_000), "EN", "https://partner.example/p")
        .unwrap()
}

fn selfie() -> Selfie {
    Selfie::new(JPEG, [JPEG; 6]).unwrap()
}

fn lookup() -> enhanced_kyc::Request {
    enhanced_kyc::Request::new(IdNumber::new("NG", "NIN", "00000000000").unwrap(), person(), consent())
        .unwrap()
}

fn lookup_of(user_id: &str) -> enhanced_kyc::Request {
    lookup().with_user_id(UserId::new(user_id).unwrap())
}

/// Returns an access token with the claims `{"exp":1678398600}`, encoded with Python's `base64`: it expires 900 seconds after a
/// script begins.
fn jwt(number: usize) -> String {
    format!("eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE2NzgzOTg2MDB9.{number}")
}

fn token(text: impl Into<String>) -> Answer {
    Answer::ok(json!({"token": text.into()}).to_string())
}

/// Response to an accepted job, as in the official API description.
fn accepted() -> Answer {
    let body = json!({"status": "accepted", "message": "m", "job_id": JOB, "user_id": "user-1"});
    Answer::status(202, body.to_string())
}

fn status(word: &str) -> Answer {
    Answer::ok(json!({"status": word, "job_id": JOB, "user_id": "user-1", "message": "m"}).to_string())
}

fn not_found() -> Answer {
    let body =
        json!({"status": "not_found", "job_id": JOB, "user_id": "unknown", "message": "Job not found"});
    Answer::status(404, body.to_string())
}

fn paths(script: &Script) -> Vec<String> {
    script.sent().iter().map(|sent| sent.head.uri.path().to_owned()).collect()
}

fn header<'s>(sent: &'s Sent, name: &str) -> Option<&'s str> {
    sent.head.headers.get(name).map(HeaderValue::to_str)?.ok()
}

/// Returns the texts of a multipart form, by part name.
fn form(sent: &Sent) -> Value {
    let request = Request::from_parts(sent.head.clone(), sent.body.clone());
    let parts = form_parts(&request).unwrap_or_default();
    let texts = parts
        .into_iter()
        .filter_map(|part| Some((part.name.clone(), String::from_utf8(part.body.to_vec()).ok()?.into())));
    Value::Object(texts.collect())
}

fn client(answers: impl IntoIterator<Item = Answer>) -> (Client, Script) {
    let script = Script::new(answers);
    (Client::new(once(), script.clone()), script)
}

/// Creates a client that repeats failed requests where that is safe.
fn persistent(answers: impl IntoIterator<Item = Answer>) -> (Client, Script) {
    let script = Script::new(answers);
    (Client::new(config(), script.clone()), script)
}

fn of(environment: &Environment, change: impl FnOnce(&mut Config)) -> (Client, Script) {
    let script = Script::new([]).then_forever(Answer::by(|sent| {
        let body = match sent.head.uri.path() {
            "/v3/token" => json!({"token": jwt(0)}),
            _ => json!({"status": "accepted", "job_id": JOB, "user_id": "user-1"}),
        };
        Response::new(body.to_string().into())
    }));
    let mut config = Config::new(crate::script::credentials(), environment);
    change(&mut config);
    (Client::new(config, script.clone()), script)
}
