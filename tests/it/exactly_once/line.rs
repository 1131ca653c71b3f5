//! Connection to the mock server's core with planned faults.

use std::{
    ops::Deref,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use smileid::{
    Config, Credentials, Environment,
    client::{
        BlockingTransport, Now, Outgoing, TransportError,
        TransportErrorKind::{self, Connect, Interrupted, Timeout},
        blocking::Client,
    },
    protocol::timestamp::system_time,
};
use smileid_mock_server::{Config as MockConfig, Processing, Service, UtcMillis};

/// Fault of an HTTP request and its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Good,
    /// The request does not arrive, and the client gets this error.
    Lost(TransportErrorKind),
    /// The request arrives, but its response does not. The client gets this error.
    Deaf(TransportErrorKind),
    /// A proxy responds with its own error page, after forwarding the request or instead of that.
    ErrorPage {
        arrives: bool,
    },
    /// The request arrives, but a proxy replaces its response with an empty one of status 200.
    EmptyYes,
    /// The request does not arrive, and the client gets this response.
    Says(u16, &'static str),
    /// The request arrives, but a proxy replaces its response with this one.
    Replaced(u16, &'static str),
    /// A proxy sends the request twice, and the client gets the second response.
    Twice,
    /// The request arrives after the next one, and the client gets a timeout.
    Overtaken,
}

/// Response of S3 for an expired presigned URL.
pub(super) const EXPIRED: Line =
    Line::Says(403, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
pub(super) const TAKEN: Line = Line::Says(
    400,
    r#"{"code":"2215","error":"Job already exists. Did you mean to set the retry flag to true?"}"#,
);

pub(super) const BAD: [Line; 17] = [
    Line::Lost(Connect),
    Line::Lost(Interrupted),
    Line::Lost(Timeout),
    Line::Deaf(Interrupted),
    Line::Deaf(Timeout),
    Line::Deaf(TransportErrorKind::Other),
    Line::ErrorPage { arrives: false },
    Line::ErrorPage { arrives: true },
    Line::EmptyYes,
    Line::Says(500, r#"{"code":"2401","error":"System error"}"#),
    Line::Says(503, ""),
    Line::Says(429, r#"{"code":"2222","error":"Too many requests"}"#),
    Line::Says(408, ""),
    Line::Replaced(500, r#"{"error":"internal"}"#),
    Line::Replaced(503, "<html>"),
    Line::Replaced(200, r#"{"upload_url":7"#),
    Line::Overtaken,
];

/// A mock server at the end of a faulty connection, and a clock that advances by waiting. Clones share both.
#[derive(Clone)]
pub(super) struct World(Arc<Shared>);

pub(super) struct Shared {
    service: Service,
    pub(super) credentials: Credentials,
    /// Faults of the next requests. Later requests have none.
    plan: Mutex<Vec<Line>>,
    /// Request that arrives after the next one.
    overtaken: Mutex<Vec<Request<Bytes>>>,
    sent: Mutex<Vec<String>>,
    clock: Mutex<Duration>,
}

impl Deref for World {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

const START: i64 = 1_700_000_000_000;

impl World {
    pub(super) fn new(plan: &[Line]) -> Self {
        Self::processing(plan, Processing::Immediate)
    }

    pub(super) fn processing(plan: &[Line], processing: Processing) -> Self {
        let credentials = Credentials::new("085", "mock-api-key-0000").unwrap();
        let mut config = MockConfig::new([7; 32]);
        config.partners = vec![credentials.clone()];
        config.processing = processing;
        let plan = Mutex::new(plan.iter().rev().copied().collect());
        let (overtaken, sent, clock) = (Mutex::default(), Mutex::default(), Mutex::default());
        let service = Service::new(config);
        Self(Arc::new(Shared { service, credentials, plan, overtaken, sent, clock }))
    }

    pub(super) fn client(&self) -> Client {
        let environment: Environment = "http://127.0.0.1:8085".parse().unwrap();
        Client::new(Config::new(self.credentials.clone(), &environment), self.clone())
    }
}

impl Shared {
    /// Sets the faults of the next requests.
    pub(super) fn breaks(&self, plan: &[Line]) {
        *self.plan.lock().unwrap() = plan.iter().rev().copied().collect();
    }

    /// Returns method and endpoint of each request.
    pub(super) fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }

    pub(super) fn elapsed(&self) -> Duration {
        *self.clock.lock().unwrap()
    }

    pub(super) fn pass(&self, duration: Duration) {
        *self.clock.lock().unwrap() += duration;
    }

    fn millis(&self) -> i64 {
        START + i64::try_from(self.elapsed().as_millis()).unwrap()
    }

    pub(super) fn handle(&self, request: &Request<Bytes>) -> Response<Bytes> {
        self.service.handle(request, UtcMillis::from_utc_millis(self.millis())).response
    }

    pub(super) fn asked(&self, path: &str) -> Value {
        let request = Request::get(format!("http://127.0.0.1:8085/_mock/{path}")).body(Bytes::new()).unwrap();
        let reply = self.handle(&request);
        serde_json::from_slice(reply.body()).unwrap()
    }

    /// Returns the number of charged jobs, and of all jobs.
    pub(super) fn bill_and_jobs(&self) -> (u64, usize) {
        let bill = self.asked("billing?partner_id=085")["total"].as_u64().unwrap();
        (bill, self.asked("jobs?partner_id=085")["jobs"].as_array().unwrap().len())
    }
}

impl BlockingTransport for World {
    fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let timeout = outgoing.timeout;
        let (head, body) = outgoing.request.into_parts();
        self.sent.lock().unwrap().push(format!("{} {}", head.method, outgoing.endpoint.name));
        let request = Request::from_parts(head, body.to_bytes().unwrap());
        let handle = || self.handle(&request);
        let page = || Response::builder().status(502).body(Bytes::from("<html>Bad Gateway</html>")).unwrap();
        let failed = |kind| {
            if kind == Timeout {
                self.pass(timeout);
            }
            Err(TransportError::new(kind))
        };
        let before = std::mem::take(&mut *self.overtaken.lock().unwrap());
        let line = self.plan.lock().unwrap().pop().unwrap_or(Line::Good);
        let outcome = match line {
            Line::Good => Ok(handle()),
            Line::Lost(kind) => failed(kind),
            Line::Deaf(kind) => {
                handle();
                failed(kind)
            }
            Line::ErrorPage { arrives } => {
                if arrives {
                    handle();
                }
                Ok(page())
            }
            Line::EmptyYes => {
                handle();
                Ok(Response::new(Bytes::new()))
            }
            Line::Says(status, body) => {
                Ok(Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap())
            }
            Line::Replaced(status, body) => {
                handle();
                Ok(Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap())
            }
            Line::Twice => {
                handle();
                Ok(handle())
            }
            Line::Overtaken => {
                self.overtaken.lock().unwrap().push(request);
                return failed(Timeout);
            }
        };
        for late in before {
            self.handle(&late);
        }
        outcome
    }

    fn sleep(&self, duration: Duration) {
        self.pass(duration);
    }

    fn now(&self) -> Now {
        // A little behind the server's, so that requests and responses are not signed at one moment.
        Now { wall: system_time(self.millis() - 1).expect("a time after 1970"), monotonic: self.elapsed() }
    }

    fn seed(&self) -> u64 {
        7
    }
}
