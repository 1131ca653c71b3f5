//! Transport with prepared responses, for tests.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use smileid_protocol::auth::Credentials;

use super::{Clock, locked, signed};
use crate::{
    clock::Now,
    transport::{BlockingTransport, Outgoing, Transport, TransportError, TransportErrorKind},
};

/// Transport for tests that returns prepared responses in order, and stores the requests. Clones share the responses and
/// requests.
///
/// A request after the last response fails with an error that says so.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// # use serde_json::json;
/// use smileid_client::{
///     TransportErrorKind, blocking::Client,
///     testing::{Answer, Script, Sent},
/// };
/// # use smileid_client::{Config, Environment};
/// # use smileid_client::protocol::{auth::Credentials, job::JobRef};
/// # let credentials = Credentials::new("085", "any key")?;
/// # let config = Config::new(credentials.clone(), &Environment::sandbox());
/// # let ids = JobRef::new("user-1", "job-1")?;
/// # let incomplete = json!({"job_complete": false, "job_success": false, "code": "2302"});
///
/// let script = Script::new([
///     Answer::fail(TransportErrorKind::Connect),
///     Answer::late(Duration::from_secs(60)),
///     Answer::crowded(),
/// ])
/// .then_forever(Answer::signed(&credentials, incomplete))
/// .with_seed(4); // other pauses than those of 0
/// script.set_start(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
///
/// let client = Client::new(config, script.clone());
/// let hours = Duration::from_secs(26 * 3600);
/// let outcome = client.wait(&ids).up_to(hours).send()?;
/// assert!(outcome.is_pending());
/// assert_eq!(script.elapsed(), hours - Duration::from_secs(1)); // and no time has passed
/// let sent: Vec<Sent> = script.sent();
/// assert!(sent.iter().all(|sent| sent.head.uri.path() == "/v1/job_status"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Script(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    answers: Mutex<VecDeque<Answer>>,
    forever: Mutex<Option<Answer>>,
    sent: Mutex<Vec<Sent>>,
    waits: Mutex<Vec<Duration>>,
    clock: Clock,
    seed: Mutex<u64>,
}

impl Script {
    /// Creates a script with these responses, in this order.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Mutex::new(answers.into_iter().collect());
        Self(Arc::new(Shared { answers, ..Shared::default() }))
    }

    /// Sets the response to every request after the prepared ones.
    #[must_use]
    pub fn then_forever(self, answer: Answer) -> Self {
        *locked(&self.0.forever) = Some(answer);
        self
    }

    /// Sets the seed that varies the pauses, instead of 0.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        *locked(&self.0.seed) = seed;
        self
    }

    /// Sets the wall clock to the time at which the script began. By default this is 2023-03-09T21:35:00Z.
    pub fn set_start(&self, time: SystemTime) {
        *locked(&self.0.clock.start) = Some(time);
    }

    /// Returns the requests that the client sent.
    pub fn sent(&self) -> Vec<Sent> {
        locked(&self.0.sent).clone()
    }

    /// Returns the duration of each wait of the client.
    pub fn waits(&self) -> Vec<Duration> {
        locked(&self.0.waits).clone()
    }

    /// Returns the time that has passed: waits, and the time of late responses.
    pub fn elapsed(&self) -> Duration {
        self.0.clock.elapsed()
    }

    fn answer(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let Shared { answers, forever, sent, clock, .. } = &*self.0;
        let timeout = outgoing.timeout;
        let sending = Sent::read(outgoing, clock.elapsed())?;
        locked(sent).push(sending.clone());
        let next = locked(answers).pop_front();
        let Some(Answer(kind)) = next.or_else(|| locked(forever).clone()) else {
            let none = "the script has no response for this request";
            return Err(TransportError::new(TransportErrorKind::Other).with_source(none));
        };
        match kind {
            Kind::Reply(response) => Ok(response),
            Kind::Signed(credentials, body) => {
                Ok(Response::new(signed(&credentials, body, clock.now()).to_string().into()))
            }
            Kind::By(answer) => Ok(answer(&sending)),
            Kind::Fail(kind) => Err(TransportError::new(kind)),
            Kind::Late(duration, kind) => {
                clock.pass(duration.min(timeout));
                Err(TransportError::new(kind))
            }
            Kind::After(duration, response) => {
                clock.pass(duration.min(timeout));
                if duration < timeout {
                    Ok(response)
                } else {
                    Err(TransportError::new(TransportErrorKind::Timeout))
                }
            }
        }
    }

    fn pass(&self, duration: Duration) {
        locked(&self.0.waits).push(duration);
        self.0.clock.pass(duration);
    }
}

impl Transport for Script {
    async fn send(&self, request: Outgoing) -> Result<Response<Bytes>, TransportError> {
        self.answer(request)
    }

    async fn sleep(&self, duration: Duration) {
        self.pass(duration);
    }

    fn now(&self) -> Now {
        self.0.clock.now()
    }

    fn seed(&self) -> u64 {
        *locked(&self.0.seed)
    }
}

impl BlockingTransport for Script {
    fn send(&self, request: Outgoing) -> Result<Response<Bytes>, TransportError> {
        self.answer(request)
    }

    fn sleep(&self, duration: Duration) {
        self.pass(duration);
    }

    fn now(&self) -> Now {
        self.0.clock.now()
    }

    fn seed(&self) -> u64 {
        *locked(&self.0.seed)
    }
}

/// Prepared outcome of a request: a response or a failure.
#[derive(Clone)]
pub struct Answer(Kind);

#[derive(Clone)]
enum Kind {
    Reply(Response<Bytes>),
    Signed(Credentials, Value),
    By(Arc<Answering>),
    Fail(TransportErrorKind),
    Late(Duration, TransportErrorKind),
    After(Duration, Response<Bytes>),
}

type Answering = dyn Fn(&Sent) -> Response<Bytes> + Send + Sync;

impl Answer {
    /// Creates a response with this body and HTTP status 200.
    pub fn ok(body: impl Into<Bytes>) -> Self {
        Response::new(body.into()).into()
    }

    /// Creates a response with this HTTP status and body. A number that is not an HTTP status becomes 500.
    ///
    /// ```
    /// use smileid_client::testing::{Answer, Script};
    ///
    /// let script = Script::new([Answer::status(503, "<html>busy</html>")]);
    /// ```
    pub fn status(status: u16, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.into()
    }

    /// Creates a response with this body and HTTP status 200, signed with these credentials at the time of the request. A status
    /// response must be signed.
    pub fn signed(credentials: &Credentials, body: Value) -> Self {
        Self(Kind::Signed(credentials.clone(), body))
    }

    /// Creates a response from the function `answer`, which gets the request.
    pub fn by(answer: impl Fn(&Sent) -> Response<Bytes> + Send + Sync + 'static) -> Self {
        Self(Kind::By(Arc::new(answer)))
    }

    /// Creates a failure of this kind.
    pub fn fail(kind: TransportErrorKind) -> Self {
        Self(Kind::Fail(kind))
    }

    /// Creates a timeout after `duration`, or at the time limit of the request if that is shorter. No real time passes.
    pub fn late(duration: Duration) -> Self {
        Self(Kind::Late(duration, TransportErrorKind::Timeout))
    }

    /// Creates the response `response` after `duration`, or a timeout if the time limit of the request is shorter. No real time
    /// passes.
    pub fn after(duration: Duration, response: Response<Bytes>) -> Self {
        Self(Kind::After(duration, response))
    }

    /// Creates a failure [`TransportErrorKind::Busy`] at the time limit of the request: the transport has too many other
    /// requests.
    pub fn crowded() -> Self {
        Self(Kind::Late(Duration::MAX, TransportErrorKind::Busy))
    }
}

/// Creates a response with any status and headers.
impl From<Response<Bytes>> for Answer {
    fn from(response: Response<Bytes>) -> Self {
        Self(Kind::Reply(response))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Reply(response) => f.debug_tuple("Reply").field(&response.status()).finish(),
            Kind::Signed(..) => f.write_str("Signed"),
            Kind::By(_) => f.write_str("By"),
            Kind::Fail(kind) => f.debug_tuple("Fail").field(kind).finish(),
            Kind::Late(duration, kind) => f.debug_tuple("Late").field(duration).field(kind).finish(),
            Kind::After(duration, response) => {
                f.debug_tuple("After").field(duration).field(&response.status()).finish()
            }
        }
    }
}

/// A request as the server receives it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Sent {
    /// Time that had passed when the request was sent.
    pub at: Duration,
    /// Number of times the request was sent before.
    pub resend_count: u32,
    /// Method, URL and headers of the request.
    pub head: http::request::Parts,
    /// Body of the request.
    pub body: Bytes,
}

impl Sent {
    fn read(outgoing: Outgoing, at: Duration) -> Result<Self, TransportError> {
        let (head, body) = outgoing.request.into_parts();
        let body = body
            .to_bytes()
            .map_err(|error| TransportError::new(TransportErrorKind::Body).with_source(error))?;
        Ok(Self { at, resend_count: outgoing.resend_count, head, body })
    }

    /// Returns the request body as JSON; `null` if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent")
            .field("at", &self.at)
            .field("method", &self.head.method)
            .field("host", &self.head.uri.host())
            .finish_non_exhaustive()
    }
}
