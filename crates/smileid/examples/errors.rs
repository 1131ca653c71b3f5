//! Error handling in a backend: what to do after each kind of error, and the HTTP status of the backend's own response. The
//! errors come from prepared responses instead of the network, as in a test.
//!
//! ```text
//! `id_info.id_number` is empty: 422, correct it
//! no connection: 503, try later
//! the API is overloaded: 503, ask first
//! the response was late: 504, ask first
//! not the API's response: 502, raise an alarm
//! the key is wrong: 502, correct it
//! enrolled already: 422, correct it
//! the job_id is used: 409, correct it
//! no such job: 404, correct it
//! ```

use smileid::{
    Client, Error, ErrorKind, IdNumber, Image, ImageJob, JobRef, Result, Retry,
    client::TransportErrorKind,
    testing::{Answer, Script},
};

fn todo(error: &Error) -> &'static str {
    match error.kind() {
        // Trust nothing in it: the response is not the API's.
        ErrorKind::Forged | ErrorKind::Stale | ErrorKind::AnotherJob => "raise an alarm",
        // It may have been done, and billed. Submit the same `Submission` again, which asks first. The outcome of a
        // lookup in one request cannot be asked for; repeating it is billed again.
        _ if error.is_outcome_unknown() => "ask first",
        // Nothing was done.
        _ if error.is_retryable() => "try later",
        // The input, the key or the program: the next attempt would fail alike.
        _ => "correct it",
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    // Invalid values are reported before there is a job.
    if let Err(error) = IdNumber::new("NG", "NIN", "").map_err(Error::from) {
        println!("{error}: {}, {}", error.http_status().as_u16(), todo(&error));
    }
    let ids = JobRef::new("user-1", "job-1")?;
    let selfie = Image::bytes(&b"\x89PNG\r\n\x1a\n"[..]);
    let unsigned = r#"{"job_complete":true,"job_success":true}"#;
    for (name, answer) in [
        ("no connection", Answer::fail(TransportErrorKind::Connect)),
        ("the API is overloaded", Answer::status(503, "<html>busy</html>")),
        ("the response was late", Answer::fail(TransportErrorKind::Timeout)),
        ("not the API's response", Answer::status(200, unsigned)),
        ("the key is wrong", Answer::status(400, r#"{"code":"2205","error":"unauthorized"}"#)),
        ("enrolled already", Answer::status(400, r#"{"code":"2209","error":"Wrong user id."}"#)),
        ("the job_id is used", Answer::status(400, r#"{"code":"2215","error":"Job already exists."}"#)),
        ("no such job", Answer::status(400, r#"{"code":"2304","error":"Job not found"}"#)),
    ] {
        // By default, safe retries are made before there is an error.
        let client = Client::builder("085", "some-key").retry(Retry::never());
        let script = Script::new([answer]).then_forever(Answer::status(400, r#"{"code":"2304"}"#));
        let client = client.build_with(script)?;
        let is_question = matches!(name, "not the API's response" | "no such job");
        let outcome = if is_question {
            client.status(&ids).await
        } else {
            client.submit(ImageJob::smart_selfie_registration(ids.clone(), selfie.clone())).wait().await
        };
        if let Err(error) = outcome {
            println!("{name}: {}, {}", error.http_status().as_u16(), todo(&error));
        }
    }
    Ok(())
}
