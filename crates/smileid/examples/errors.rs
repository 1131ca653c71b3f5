//! Errors, and a backend's reactions to them. Each failure is made by a closure in place of the network, as in
//! a test of yours.
//!
//! ```text
//! `id_info.id_number` is empty: nothing was sent
//! nobody listens: TryLater
//! the API is overloaded: AskFirst
//! the answer was lost: AskFirst
//! not the API's answer: Alarm
//! the key is wrong: Mend
//! ```

use bytes::Bytes;
use http::{Response, StatusCode};
use smileid::{
    Config, Credentials, Environment, Error, IdNumber, JobRef, PollOptions, Retry,
    client::{Outgoing, TransportError, TransportErrorKind, blocking::Client},
};

/// What to do about a failure.
#[derive(Debug)]
enum Todo {
    /// Mend the input, the key or the program: the next attempt would end like this one.
    Mend,
    /// Do the same again later: nothing was done.
    TryLater,
    /// It may have been done, and billed. Submit the same `Submission` again, which asks first. What became of a lookup
    /// that is answered at once cannot be asked for; the same again is billed again.
    AskFirst,
    /// Believe none of it and tell somebody: the answer is not the API's.
    Alarm,
}

fn triage(error: &Error) -> Todo {
    match error {
        Error::Forged(_) | Error::Stale(_) | Error::AnotherJob => Todo::Alarm,
        _ if error.is_outcome_unknown() => Todo::AskFirst,
        _ if error.is_retryable() => Todo::TryLater,
        _ => Todo::Mend,
    }
}

type Answer = Result<Response<Bytes>, TransportError>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What is wrong with a job is said before there is one.
    let invalid = IdNumber::new("NG", "NIN", "").err().ok_or("a number is needed")?;
    println!("{invalid}: nothing was sent");

    show("nobody listens", |_| Err(TransportError::new(TransportErrorKind::Connect)))?;
    show("the API is overloaded", |_| answer(StatusCode::SERVICE_UNAVAILABLE, "<html>busy</html>"))?;
    show("the answer was lost", |_| Err(TransportError::new(TransportErrorKind::Interrupted)))?;
    show("not the API's answer", |_| answer(StatusCode::OK, r#"{"job_complete":true,"job_success":true}"#))?;
    show("the key is wrong", |_| answer(StatusCode::FORBIDDEN, r#"{"code":"2205","error":"unauthorized"}"#))?;
    Ok(())
}

fn show(name: &str, network: impl Fn(Outgoing) -> Answer) -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::new(Credentials::new("085", "some-key")?, &Environment::sandbox());
    config.retry = Retry::never(); // by default, what may be sent again has been before you see the error
    let ids = JobRef::new("user-1", "job-1")?;
    let error = Client::new(config, network).status(&ids, PollOptions::default()).err().ok_or("no error")?;
    println!("{name}: {:?}", triage(&error));
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "what a transport returns")]
fn answer(status: StatusCode, body: &'static str) -> Answer {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    Ok(response)
}
