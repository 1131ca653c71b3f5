//! A transport that answers by a script and keeps its own time.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use smileid_client::{
    BlockingTransport, Config, Environment, Now, Outgoing, Retry, TransportError, TransportErrorKind,
    blocking::Client,
};
use smileid_protocol::{
    auth::Credentials,
    job::{Image, ImageJob, JobIds},
    timestamp::Timestamp,
};

/// What comes of a request.
#[derive(Clone)]
pub(crate) enum Answer {
    Reply(u16, Bytes),
    /// A refusal for the moment, and when to come back.
    Busy(u16, &'static str),
    Fail(TransportErrorKind),
    /// The question's own timestamp and signature beside these members, from a server that has no key.
    Echo(Value),
    /// The answer takes this long; a shorter timeout cuts it off.
    Slow(Duration),
    /// The client has too much else to do until time runs out.
    Crowded,
}

/// Answers by a script, keeps what was sent, and lets time pass only when it is waited for.
#[derive(Default)]
pub(crate) struct Script {
    answers: RefCell<VecDeque<Answer>>,
    /// The last answer again and again, once the script is over.
    forever: Option<Bytes>,
    pub(crate) sent: RefCell<Vec<Sent>>,
    pub(crate) waits: RefCell<Vec<Duration>>,
    clock: Cell<Duration>,
    utc_offset: Cell<i64>,
    pub(crate) seed: u64,
}

/// A request, as the other side would see it.
pub(crate) struct Sent {
    pub(crate) at: Duration,
    pub(crate) uri: String,
    pub(crate) resend_count: u32,
    pub(crate) head: http::request::Parts,
    pub(crate) body: Bytes,
}

impl Sent {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: RefCell::new(answers.into_iter().collect()), ..Self::default() }
    }

    pub(crate) fn then_forever(mut self, body: &Value) -> Self {
        self.forever = Some(body.to_string().into());
        self
    }

    /// Sets the wall clock wrong, or lets the world grow older than the answers.
    pub(crate) fn advance_utc(&self, millis: i64) {
        self.utc_offset.set(millis);
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.get()
    }
}

/// 2023-03-09T21:35:00Z, a moment before the answers of [`signed`] were signed.
const START: i64 = 1_678_397_700_000;

impl BlockingTransport for &Script {
    fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let timeout = outgoing.timeout;
        let (head, body) = outgoing.request.into_parts();
        self.sent.borrow_mut().push(Sent {
            at: self.clock.get(),
            uri: head.uri.to_string(),
            resend_count: outgoing.resend_count,
            head,
            body: body.to_bytes().expect("no files, or good ones"),
        });
        let answer = self.answers.borrow_mut().pop_front();
        match (answer, &self.forever) {
            (Some(Answer::Reply(status, body)), _) => {
                Ok(Response::builder().status(status).body(body).expect("a status"))
            }
            (Some(Answer::Busy(status, retry_after)), _) => Ok(Response::builder()
                .status(status)
                .header("retry-after", retry_after)
                .body(Bytes::new())
                .expect("a status")),
            (Some(Answer::Fail(kind)), _) => Err(TransportError::new(kind)),
            (Some(Answer::Echo(mut body)), _) => {
                let asked = self.sent.borrow().last().expect("it was just sent").json();
                body["timestamp"] = asked["timestamp"].clone();
                body["signature"] = asked["signature"].clone();
                Ok(Response::new(body.to_string().into()))
            }
            (Some(Answer::Slow(duration)), _) => {
                self.clock.set(self.clock.get() + duration.min(timeout));
                Err(TransportError::new(TransportErrorKind::Timeout))
            }
            (Some(Answer::Crowded), _) => {
                self.clock.set(self.clock.get() + timeout);
                Err(TransportError::new(TransportErrorKind::Busy))
            }
            (None, Some(body)) => Ok(Response::new(body.clone())),
            (None, None) => panic!("one request more than the script has answers"),
        }
    }

    fn sleep(&self, duration: Duration) {
        self.waits.borrow_mut().push(duration);
        self.clock.set(self.clock.get() + duration);
    }

    fn now(&self) -> Now {
        let millis = i64::try_from(self.clock.get().as_millis()).expect("not that long");
        Now { utc_millis: START + millis + self.utc_offset.get(), monotonic: self.clock.get() }
    }

    fn seed(&self) -> u64 {
        self.seed
    }
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("212", "test-api-key-0001").expect("not empty")
}

/// A client that sends everything once.
pub(crate) fn client(script: &Script) -> Client<&Script> {
    Client::new(config(), script).with_retry(Retry::never())
}

/// A client that sends again, with a budget of its own.
pub(crate) fn persistent(script: &Script) -> Client<&Script> {
    Client::new(config(), script)
}

pub(crate) fn config() -> Config {
    Config::new(credentials(), &"http://127.0.0.1:9".parse::<Environment>().expect("loopback"))
}

pub(crate) fn ids() -> JobIds {
    JobIds::new("user-1", "job-1").expect("not empty")
}

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of an image";

pub(crate) fn registration() -> ImageJob {
    ImageJob::smart_selfie_registration(ids(), Image::bytes(PNG))
}

pub(crate) fn reply(body: &Value) -> Answer {
    Answer::Reply(200, body.to_string().into())
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

/// `body`, signed as the API signs.
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
