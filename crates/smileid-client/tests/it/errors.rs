//! Tests each kind of error: its text, the secrets that it hides, and if the call can be repeated.
//!
//! The expected values are those of the table in the documentation of `ErrorKind`: whether the request may have taken
//! effect, whether the same call may succeed later, and the HTTP status of the response to a callback.

use std::error::Error as _;

use http::{HeaderMap, Response, StatusCode};
use serde_json::json;
use smileid_client::{
    Environment, Error, ErrorKind, Result, Stage, Step, Submission, TransportErrorKind, blocking,
    callback::Receiver, store::InMemory,
};
use smileid_protocol::{
    auth::Credentials,
    job::{CallbackUrl, IdNumber, Image, ImageJob, JobRef, LookupJob},
    v1::get_smile_link,
};

use crate::{
    callbacks::{NOON, fresh, message, signed_at},
    script::*,
};

/// Secrets that no error text may contain: the API key, the signature of a link, the ID number and the person's name.
const CANARIES: [&str; 4] = ["test-api-key-0001", "Signature=secret", "98765432101", "Leonora"];

/// Reaction of a caller to an error.
#[derive(Debug, PartialEq)]
enum Then {
    /// Correct the input, because the call had no effect and would fail again.
    Correct,
    /// Repeat the call later, because it had no effect.
    Retry,
    /// Request the status, then repeat the call: it may have had an effect, and may succeed later.
    AskAndRetry,
    /// Request the status: the call may have had an effect, and repeating it does not help.
    Ask,
}

fn then(error: &Error) -> Then {
    match (error.is_outcome_unknown(), error.is_retryable()) {
        (false, false) => Then::Correct,
        (false, true) => Then::Retry,
        (true, true) => Then::AskAndRetry,
        (true, false) => Then::Ask,
    }
}

fn submit_over(answers: impl IntoIterator<Item = Answer>) -> Error {
    client(&Script::new(answers)).submit(registration()).wait().send().unwrap_err()
}

fn status_over(answer: Answer) -> Error {
    client(&Script::new([answer])).status(&ids()).send().unwrap_err()
}

fn submit(job: ImageJob) -> Error {
    client(&Script::new([])).submit(job).wait().send().unwrap_err()
}

fn resume_over(answer: Answer) -> Error {
    let url = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let resumed = Submission::new(registration()).resumed();
    client(&Script::new([answer])).submit(resumed).callback(url).send().unwrap_err()
}

fn stale() -> Error {
    let script = Script::new([reply(&complete())]);
    shift(&script, 2 * 3_600_000);
    client(&script).status(&ids()).send().unwrap_err()
}

fn another_job() -> serde_json::Value {
    let mut status = complete();
    status["result"]["PartnerParams"] = json!({"user_id": "user-1", "job_id": "job-2", "job_type": 4});
    status
}

fn of_another_type() -> serde_json::Value {
    let mut status = complete();
    status["result"]["PartnerParams"] = json!({"user_id": "user-1", "job_id": "job-1", "job_type": 8});
    status
}

fn no_archive() -> Answer {
    reply(&signed(json!({"job_complete": false, "code": "2314", "result": "No zip file received"})))
}

fn unconfirmed() -> Error {
    let claimed = fresh(NOON - 1000, message(4, "0840", &json!({}))).into_proven().into_result().unwrap();
    client(&Script::new([reply(&incomplete())])).confirm(&claimed).unwrap_err()
}

fn callback(body: &[u8]) -> Error {
    let receiver = Receiver::new(client(&Script::new([])), InMemory::default());
    receiver.handle_blocking(&HeaderMap::new(), body).unwrap_err()
}

/// A row: kind of error, expected reaction, an error of this kind, and its text (the whole text, or the beginning up to the
/// message of another crate).
type Row = (ErrorKind, Then, Error, &'static str);

/// Rows for values that cannot be sent.
fn about_values() -> Vec<Row> {
    let unwritable = client(&Script::new([])).get_smile_link(get_smile_link::Request::new("")).unwrap_err();
    vec![
        (
            ErrorKind::InvalidInput,
            Then::Correct,
            JobRef::new("", "job-1").unwrap_err().into(),
            "`partner_params.user_id` is empty",
        ),
        (
            ErrorKind::Config,
            Then::Correct,
            Credentials::new("212", "").unwrap_err().into(),
            "the API key is empty",
        ),
        (
            ErrorKind::Config,
            Then::Correct,
            "http://api.example".parse::<Environment>().unwrap_err().into(),
            "invalid environment: expected `sandbox`, `production` or the URL of an API: \
             plain http is for loopback hosts only; use https",
        ),
        (
            ErrorKind::Config,
            Then::Correct,
            Error::config("TLS cannot be set up").with_source("no certificates"),
            "TLS cannot be set up: no certificates",
        ),
        (
            ErrorKind::Image,
            Then::Correct,
            submit(ImageJob::smart_selfie_registration(ids(), Image::bytes(&b"Leonora"[..]))),
            "the job cannot be sent; nothing is billed: `selfie` is neither a JPEG nor a PNG image: convert it to one of them",
        ),
        (ErrorKind::Unwritable, Then::Correct, unwritable, "the request cannot be encoded: "),
    ]
}

/// Rows for responses that cannot be used, or did not come.
fn about_requests() -> Vec<Row> {
    let refused = |status, body: &str| answer(status, body.to_owned().into());
    let said = r#"{"code": "2205", "error": "no 98765432101"}"#;
    vec![
        (
            ErrorKind::NoResponse,
            Then::Retry,
            submit_over([Answer::fail(TransportErrorKind::Connect)]),
            "the first request of the job (/v1/upload) failed; nothing is billed: no connection could be made, so nothing was sent",
        ),
        (
            ErrorKind::NoResponse,
            Then::Retry,
            status_over(Answer::fail(TransportErrorKind::Busy)),
            "too many requests of this client were in progress, so this one was not sent: try again later",
        ),
        (
            ErrorKind::NoResponse,
            Then::AskAndRetry,
            submit_over([upload_reply(), Answer::fail(TransportErrorKind::Interrupted)]),
            "the first request of the job succeeded, but its archive could not be uploaded; it may be billed: \
             the connection was interrupted before the whole response came",
        ),
        (
            ErrorKind::NoResponse,
            Then::Retry,
            status_over(Answer::fail(TransportErrorKind::Timeout)),
            "no response came within the time limit",
        ),
        (
            ErrorKind::NoResponse,
            Then::Correct,
            status_over(Answer::fail(TransportErrorKind::ReplyTooLarge)),
            "the response is larger than `reply_limit` allows",
        ),
        (
            ErrorKind::File,
            Then::Correct,
            submit_over([upload_reply(), Answer::fail(TransportErrorKind::Body)]),
            "the first request of the job succeeded, but its archive could not be uploaded; nothing is billed: \
             a file could not be read again while it was sent, or has changed",
        ),
        (
            ErrorKind::Refused,
            Then::Correct,
            submit_over([refused(400, said)]),
            "the first request of the job (/v1/upload) failed; nothing is billed: the API refused the request with code 2205 (HTTP 400 Bad Request)",
        ),
        (
            ErrorKind::Refused,
            Then::Retry,
            status_over(refused(503, "Leonora")),
            "the API refused the request with HTTP status 503 Service Unavailable",
        ),
        (
            ErrorKind::Malformed,
            Then::AskAndRetry,
            submit_over([answer(200, "<html>Leonora".into())]),
            "the first request of the job (/v1/upload) failed; nothing is billed: the API's response (HTTP 200 OK, 13 bytes) cannot be read: ",
        ),
        (
            ErrorKind::Forged,
            Then::Ask,
            submit_over([upload_reply(), answer(200, "".into()), reply(&json!({"job_complete": true}))]),
            "the job was submitted, but requesting its result failed; it may be billed: \
             the response of the API could not be verified: its signature or timestamp is wrong: ",
        ),
        (
            ErrorKind::Stale,
            Then::Correct,
            stale(),
            "the timestamp of the response is too old or in the future: check the clock, or raise the limit (`reply_window`): the message was signed 7199 seconds ago, which is too long ago: it may be a replay, or a clock is wrong",
        ),
    ]
}

/// Rows for jobs and their callbacks.
fn about_jobs() -> Vec<Row> {
    let upload_to = |url: &str| reply(&json!({"upload_url": url, "smile_job_id": "0000000001"}));
    let old = signed_at(NOON - 86_400_000, message(4, "0840", &json!({"FullName": "Leonora"})));
    vec![
        (
            ErrorKind::AnotherJob,
            Then::Correct,
            status_over(reply(&another_job())),
            "the response is about another job than the request: its result was not used",
        ),
        (
            ErrorKind::OtherContent,
            Then::Correct,
            resume_over(reply(&of_another_type())),
            "the first request of the job (/v1/upload) failed; nothing is billed: \
             a job with this user_id and job_id exists already with other content: use another job_id",
        ),
        (
            ErrorKind::Unsettled,
            Then::AskAndRetry,
            resume_over(reply(&incomplete())),
            "the first request of the job (/v1/upload) failed; it may be billed: a job with this user_id and job_id is being processed, and \
             only its result will show if it is the same job: submit it again later",
        ),
        (
            ErrorKind::NoArchive,
            Then::Retry,
            client(&Script::new([]).then_forever(no_archive())).wait(&ids()).send().unwrap_err(),
            "the API has not received the archive of the job: submit the job again",
        ),
        (
            ErrorKind::UploadUrl,
            Then::Correct,
            submit_over([upload_to("http://uploads.example/?Signature=secret")]),
            "the first request of the job succeeded, but its archive could not be uploaded; nothing is billed: \
             the API returned an upload URL that must not be used: only https is allowed, or http on a loopback host: plain http is for loopback hosts only; use https",
        ),
        (ErrorKind::Callback, Then::Correct, callback(b"{}"), "the callback has no signature: refuse it"),
        (
            ErrorKind::Callback,
            Then::Correct,
            callback(&old),
            "the timestamp of the callback is too old or in the future: it may be a replay, or a clock is wrong: the message was signed 86400 seconds ago, which is too long ago: it may be a replay, or a clock is wrong",
        ),
        (
            ErrorKind::Unconfirmed,
            Then::Retry,
            unconfirmed(),
            "the job is not complete yet: request its status again later",
        ),
    ]
}

#[test]
fn every_kind_says_what_happened_and_what_may_be_done() {
    for (kind, then, error, shown) in about_values().into_iter().chain(about_requests()).chain(about_jobs()) {
        let debug = format!("{error:?}");
        assert_eq!(error.kind(), kind, "{debug}");
        assert_eq!(self::then(&error), then, "{kind:?}: {debug}");
        if shown.ends_with(": ") {
            assert!(debug.starts_with(shown) && debug.len() > shown.len(), "{debug}");
        } else if shown.ends_with(')') {
            assert!(debug.starts_with(&format!("{shown}: ")), "the code's meaning follows: {debug}");
        } else {
            assert_eq!(debug, shown);
        }
        // `Debug` is the chain of messages, each once; `Display` is the first.
        let sources = std::iter::successors(error.source(), |&error| error.source());
        let chain: Vec<_> =
            std::iter::once(error.to_string()).chain(sources.map(ToString::to_string)).collect();
        assert_eq!(debug, chain.join(": "), "{kind:?}");
        assert!(chain.windows(2).all(|pair| pair[0] != pair[1]), "{chain:?}");
        assert!(!debug.contains('\n') && !format!("{error:#?}").contains('\n'), "{debug}");
        for canary in CANARIES {
            assert!(!debug.contains(canary), "{debug}");
        }
    }
}

/// The text of the operating system's error is not compared, because it differs between systems.
#[test]
fn a_file_is_named_with_its_field() {
    let error = submit(ImageJob::smart_selfie_registration(ids(), Image::file("no/such/selfie.jpg")));
    assert_eq!((error.kind(), error.step()), (ErrorKind::File, Some(Step::Read)));
    assert_eq!(error.field(), Some("selfie"));
    let shown = "the job cannot be sent; nothing is billed: \
         the file `no/such/selfie.jpg` of `selfie` could not be read: ";
    assert!(format!("{error:?}").starts_with(shown), "{error:?}");
    assert!(error.not_sent() && !error.is_retryable() && !error.is_outcome_unknown());
}

#[test]
fn what_did_not_leave_is_said_to_be_unsent() {
    let kinds = [
        (TransportErrorKind::Connect, true),
        (TransportErrorKind::Busy, true),
        (TransportErrorKind::Timeout, false),
        (TransportErrorKind::Interrupted, false),
        (TransportErrorKind::Other, false),
    ];
    for (kind, not_sent) in kinds {
        let error = status_over(Answer::fail(kind));
        assert_eq!((error.transport(), error.not_sent()), (Some(kind), not_sent));
    }
    assert!(Error::from(JobRef::new("user-1", "").unwrap_err()).not_sent());
    assert!(!callback(b"{}").not_sent());
}

#[test]
fn a_refusal_has_its_code_its_status_and_its_number() {
    let response = Response::builder().status(400).header("x-request-id", "4711");
    let response = response.body(r#"{"code": "2205", "error": "no"}"#.into()).unwrap();
    let error = status_over(response.into());
    assert_eq!(error.code().unwrap().as_str(), "2205");
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert_eq!(error.request_id(), Some("4711"));
    assert_eq!(error.refusal().unwrap().message().as_deref(), Some("no"));

    let response = Response::builder().header("x-request-id", "4712").body("<html>".into()).unwrap();
    let error = status_over(response.into());
    assert_eq!((error.code(), error.status()), (None, Some(StatusCode::OK)));
    assert_eq!((error.request_id(), error.refusal().is_none()), (Some("4712"), true));

    let error = status_over(Answer::fail(TransportErrorKind::Timeout));
    assert_eq!((error.code(), error.status(), error.request_id()), (None, None, None));
}

/// An owned submission is returned with the stage that it reached; a borrowed one stays with its owner.
#[test]
fn a_failed_submission_is_returned_to_whoever_gave_it() {
    let script = Script::new([upload_reply(), Answer::fail(TransportErrorKind::Interrupted)]);
    let error = client(&script).submit(registration()).wait().send().unwrap_err();
    assert_eq!((error.smile_job_id(), error.may_be_billed()), (Some("0000000001"), true));
    let mut submission = error.into_submission().unwrap();
    assert!(matches!(submission.stage(), Stage::Announced { .. }), "{:?}", submission.stage());
    let script = Script::new([no_archive(), upload_reply(), answer(200, "".into()), reply(&complete())]);
    assert!(is_complete(&client(&script).submit(&mut submission).wait().send().unwrap()));

    let mut lent = Submission::new(registration());
    let script = Script::new([Answer::fail(TransportErrorKind::Connect)]);
    let error = client(&script).submit(&mut lent).wait().send().unwrap_err();
    assert_eq!((error.step(), error.into_submission()), (Some(Step::Announce), None));
    assert_eq!(lent.stage(), &Stage::New);

    assert_eq!(status_over(Answer::fail(TransportErrorKind::Connect)).into_submission(), None);
    let id = IdNumber::new("NG", "BVN", "98765432101").unwrap();
    let script = Script::new([Answer::fail(TransportErrorKind::Interrupted)]);
    let error = client(&script).submit(LookupJob::enhanced_kyc(ids(), id)).send().unwrap_err();
    assert!(error.may_be_billed() && error.is_outcome_unknown(), "each request of a lookup is billed");
    assert_eq!((error.step(), error.into_submission()), (None, None));
}

#[test]
fn a_callback_is_answered_by_what_is_wrong_with_it() {
    let large = vec![b' '; (4 << 20) + 1];
    for (body, status) in [
        (&b"{}"[..], StatusCode::UNAUTHORIZED),
        (b"canary", StatusCode::BAD_REQUEST),
        (&large, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(callback(body).callback_status(), status);
    }
    assert_eq!(unconfirmed().callback_status(), StatusCode::OK, "it is kept, and stays a claim");
    let late = status_over(Answer::fail(TransportErrorKind::Timeout));
    assert_eq!(late.callback_status(), StatusCode::SERVICE_UNAVAILABLE, "the sender tries again");
}

/// Rows of `Error::http_status`: HTTP status and code of the API's error response, and the HTTP status for the own response.
#[test]
fn a_refusal_has_a_status_for_the_user() {
    for (status, code, expected) in [
        // Our key or account, and not the user's input. HTTP 400 with 2205 is what the API sends for a wrong key.
        (400, "2205", 502),
        (400, "2204", 502),
        (400, "2405", 502),
        (401, "", 502),
        (403, "2413", 502),
        (400, "2220", 502),
        (400, "2217", 502),
        (400, "2414", 502),
        (400, "2203", 502),
        (400, "2212", 502),
        (404, "", 502),
        // The job.
        (400, "2304", 404),
        (404, "2304", 404),
        (400, "2215", 409),
        (400, "2206", 409),
        // The user.
        (400, "2207", 422),
        (400, "2208", 422),
        (400, "2209", 422),
        (400, "2210", 422),
        (400, "2211", 422),
        (400, "2213", 422),
        (400, "2216", 422),
        (400, "2413", 422),
        (400, "", 422),
        (422, "9999", 422),
        // The API.
        (400, "2201", 503),
        (400, "2301", 503),
        (500, "2401", 503),
        (429, "2222", 503),
        (400, "2222", 503),
        (429, "", 503),
        (502, "", 503),
        (503, "2304", 503),
        (504, "", 504),
        (408, "", 504),
    ] {
        let body = format!(r#"{{"code": "{code}", "error": "no"}}"#);
        let error = status_over(answer(status, body.into()));
        assert_eq!(error.http_status(), expected, "{status} {code}");
    }
}

#[test]
fn every_kind_has_a_status_for_the_user() {
    let in_time = |kind| status_over(Answer::fail(kind));
    for (error, expected) in [
        (in_time(TransportErrorKind::Timeout), 504),
        (in_time(TransportErrorKind::Connect), 503),
        (in_time(TransportErrorKind::Busy), 503),
        (in_time(TransportErrorKind::Interrupted), 503),
        (in_time(TransportErrorKind::ReplyTooLarge), 502),
        (status_over(answer(200, "<html>".into())), 502),
        (status_over(reply(&json!({"job_complete": true}))), 502),
        (stale(), 502),
        (status_over(reply(&another_job())), 502),
        (resume_over(reply(&of_another_type())), 409),
        (resume_over(reply(&incomplete())), 503),
        (client(&Script::new([]).then_forever(no_archive())).wait(&ids()).send().unwrap_err(), 503),
        (JobRef::new("", "job-1").unwrap_err().into(), 422),
        (submit(ImageJob::smart_selfie_registration(ids(), Image::bytes(&b"Leonora"[..]))), 422),
        (submit(ImageJob::smart_selfie_registration(ids(), Image::file("no/such/selfie.jpg"))), 500),
        (Credentials::new("212", "").unwrap_err().into(), 500),
        (callback(b"{}"), 401),
        (unconfirmed(), 503),
        (Error::store(std::fmt::Error), 503),
    ] {
        assert_eq!(error.http_status(), expected, "{error:?}");
    }
}

/// A request that only reads has no effect, so its outcome is never unknown.
#[test]
fn nothing_is_billed_by_a_question() {
    let lost = || client(&Script::new([]).then_forever(Answer::fail(TransportErrorKind::Timeout)));
    let claimed = fresh(NOON - 1000, message(4, "0840", &json!({}))).into_proven().into_result().unwrap();
    let status = smileid_protocol::v1::job_status::Request::new("user-1", "job-1");
    for error in [
        lost().status(&ids()).send().unwrap_err(),
        lost().wait(&ids()).send().unwrap_err(),
        lost().wait(&ids()).watch().next().unwrap().unwrap_err(),
        lost().confirm(&claimed).unwrap_err(),
        lost().services().unwrap_err(),
        lost().send(status).unwrap_err(),
        lost().get_smile_link(get_smile_link::Request::new("ref-1")).unwrap_err(),
        stale(),
        status_over(reply(&another_job())),
    ] {
        assert!(!error.may_be_billed() && !error.is_outcome_unknown(), "{error:?}");
    }
    let lookup = LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "98765432101").unwrap());
    let error = lost().submit(lookup).send().unwrap_err();
    assert!(error.may_be_billed() && error.is_outcome_unknown(), "{error:?}");
}

/// A lookup that must be billed only once needs a callback URL. Errors call it a lookup, not a job.
#[test]
fn a_lookup_is_called_a_lookup() {
    let lookup = || LookupJob::enhanced_kyc(ids(), IdNumber::new("NG", "BVN", "98765432101").unwrap());
    let script = Script::new([]);
    let error = client(&script).submit(Submission::new(lookup())).send().unwrap_err();
    assert_eq!((error.kind(), error.http_status().as_u16()), (ErrorKind::Config, 500));
    assert!(error.not_sent() && !error.may_be_billed() && script.sent().is_empty());
    assert!(
        format!("{error:?}").starts_with(
            "the lookup could not be sent; nothing is billed: the lookup has no callback URL: add it with \
             `Submission::callback`"
        ),
        "{error:?}"
    );
    let url = CallbackUrl::parse("https://partner.example/hook").unwrap();
    let script = Script::new([Answer::fail(TransportErrorKind::Connect)]);
    let error = client(&script).submit(lookup()).callback(url).send().unwrap_err();
    assert_eq!(error.step(), Some(Step::LookUp));
    assert!(error.to_string().starts_with("the lookup could not be sent; "), "{error}");
}

/// A `main` function that returns the error prints it with `Debug`.
#[test]
fn every_error_converts_with_a_question_mark() {
    fn job(user_id: &str, number: &str, url: &str) -> Result<(ImageJob, CallbackUrl)> {
        let ids = JobRef::new(user_id, "job-1")?;
        let id = IdNumber::new("NG", "BVN", number)?;
        Ok((ImageJob::biometric_kyc(ids, Image::bytes(PNG), id), CallbackUrl::parse(url)?))
    }
    fn whole(environment: &str, key: &str) -> Result<blocking::Client> {
        let config = smileid_client::Config::new(Credentials::new("212", key)?, &environment.parse()?);
        Ok(blocking::Client::new(config, Script::new([])))
    }
    assert_eq!(job("user-1", "", "https://partner.example").unwrap_err().field(), Some("id_info.id_number"));
    assert_eq!(job("user-1", "1", "nowhere").unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(whole("sandbox", "").unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(whole("nowhere", "key").unwrap_err().kind(), ErrorKind::Config);
}
