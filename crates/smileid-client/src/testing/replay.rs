//! Replays recorded responses in tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Response, header::RETRY_AFTER};
use serde_json::Value;
use smileid_protocol::auth::Credentials;

use super::{
    Clock, locked,
    recorder::{Answered, Recording, Request},
    signed,
};
use crate::{
    clock::Now,
    transport::{BlockingTransport, Outgoing, Transport, TransportError, TransportErrorKind},
};

/// Transport that returns the responses of a [`Recording`], as long as the same requests come in the same order. Clones share the
/// position.
///
/// A reply that was signed is signed anew for the credentials of the test, so they need not be those of the recording.
/// A request that differs from the recorded one fails, and every later one too, with a [`Mismatch`] as the source of
/// its error; [`finish`](Self::finish) returns it too.
///
/// ```
/// # use serde_json::json;
/// use smileid_client::{blocking::Client, testing::{Mismatch, Recorder, Recording, Replay}};
/// # use smileid_client::{Config, Environment, testing::{Answer, Script}};
/// # use smileid_client::protocol::{auth::Credentials, job::JobRef};
/// # let credentials = Credentials::new("085", "the real key")?;
/// # let config = Config::new(credentials.clone(), &Environment::sandbox());
/// # let status = json!({"job_complete": true, "job_success": true, "code": "2302",
/// #     "result": {"FullName": "Leo Doe"}});
/// # let transport = Script::new([Answer::signed(&credentials, status)]);
/// # let ids = JobRef::new("user-1", "job-1")?;
///
/// // Once, over a real transport:
/// let recorder = Recorder::new(transport);
/// Client::new(config, recorder.clone()).status(&ids).send()?;
/// let kept = serde_json::to_string_pretty(&recorder.recording())?;
/// # assert!(!kept.contains("Leo") && !kept.contains("the real key"));
///
/// // In every test run:
/// let credentials = Credentials::new("085", "any key")?;
/// let recording: Recording = serde_json::from_str(&kept)?;
/// let replay = Replay::new(recording, &credentials);
/// let client = Client::new(Config::new(credentials, &Environment::sandbox()), replay.clone());
/// assert!(client.status(&ids).send()?.status().unwrap().job_success);
/// replay.finish()?;
///
/// assert!(client.status(&ids).send().is_err());
/// let mismatch: Mismatch = replay.finish().unwrap_err();
/// assert_eq!(mismatch.to_string(), "nothing was recorded after request 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Replay(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    recording: Recording,
    credentials: Credentials,
    played: Mutex<Played>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Played {
    exchanges: usize,
    mismatch: Option<Mismatch>,
}

impl Replay {
    /// Creates a replay of `recording` whose responses are signed with `credentials`.
    pub fn new(recording: Recording, credentials: &Credentials) -> Self {
        let credentials = credentials.clone();
        let (played, clock) = (Mutex::default(), Clock::default());
        Self(Arc::new(Shared { recording, credentials, played, clock }))
    }

    /// Checks that all recorded requests were sent, and no other requests.
    ///
    /// # Errors
    ///
    /// The first request that differs, or the number of requests that did not come.
    pub fn finish(&self) -> Result<(), Mismatch> {
        let played = locked(&self.0.played);
        match (&played.mismatch, self.0.recording.exchanges.len() - played.exchanges) {
            (Some(mismatch), _) => Err(mismatch.clone()),
            (None, 0) => Ok(()),
            (None, left) => Err(Mismatch(format!("{left} of the recorded requests were not sent"))),
        }
    }

    fn answer(&self, outgoing: &Outgoing) -> Result<Response<Bytes>, TransportError> {
        let answer = self
            .recorded(outgoing)
            .map_err(|mismatch| TransportError::new(TransportErrorKind::Other).with_source(mismatch))?;
        let (status, retry_after, body) = match answer {
            Answered::Reply { status, retry_after, body } => (status, retry_after, body),
            Answered::Failed(failure) => return Err(TransportError::new(*failure)),
        };
        let body = match body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            signed_then if signed_then.get("signature").is_some() => {
                signed(&self.0.credentials, signed_then.clone(), self.0.clock.now()).to_string()
            }
            other => other.to_string(),
        };
        let mut response = Response::builder().status(*status);
        if let Some(retry_after) = retry_after {
            response = response.header(RETRY_AFTER, retry_after);
        }
        response
            .body(body.into())
            .map_err(|error| TransportError::new(TransportErrorKind::Other).with_source(error))
    }

    fn recorded(&self, outgoing: &Outgoing) -> Result<&Answered, Mismatch> {
        let mut played = locked(&self.0.played);
        if let Some(mismatch) = &played.mismatch {
            return Err(mismatch.clone());
        }
        let request = Request::from_outgoing(outgoing);
        let mismatch = match self.0.recording.exchanges.get(played.exchanges) {
            Some(exchange) if exchange.request == request => {
                played.exchanges += 1;
                return Ok(&exchange.answer);
            }
            Some(exchange) => Mismatch::between(played.exchanges + 1, &request, &exchange.request),
            None => Mismatch(format!("nothing was recorded after request {}", played.exchanges)),
        };
        played.mismatch = Some(mismatch.clone());
        Err(mismatch)
    }
}

impl Transport for Replay {
    async fn send(&self, request: Outgoing) -> Result<Response<Bytes>, TransportError> {
        self.answer(&request)
    }

    async fn sleep(&self, duration: Duration) {
        self.0.clock.pass(duration);
    }

    fn now(&self) -> Now {
        self.0.clock.now()
    }

    fn seed(&self) -> u64 {
        0
    }
}

impl BlockingTransport for Replay {
    fn send(&self, request: Outgoing) -> Result<Response<Bytes>, TransportError> {
        self.answer(&request)
    }

    fn sleep(&self, duration: Duration) {
        self.0.clock.pass(duration);
    }

    fn now(&self) -> Now {
        self.0.clock.now()
    }

    fn seed(&self) -> u64 {
        0
    }
}

/// Error: a request differs from the recorded one. `Display` shows the differences, one line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Mismatch(String);

impl Mismatch {
    fn between(number: usize, asked: &Request, recorded: &Request) -> Self {
        let flat = |request: &Request| {
            let mut values = BTreeMap::new();
            let request = serde_json::to_value(request).unwrap_or_default();
            flatten(&request, String::new(), &mut values);
            values
        };
        let (asked, recorded) = (flat(asked), flat(recorded));
        let places: BTreeSet<_> = asked.keys().chain(recorded.keys()).collect();
        let differing = places.into_iter().filter(|place| asked.get(*place) != recorded.get(*place));
        let lines = differing.map(|place| {
            format!("\n  {place}: {} instead of {}", Shown(asked.get(place)), Shown(recorded.get(place)))
        });
        Self(format!("request {number} differs from the recorded one:{}", lines.collect::<Vec<_>>().concat()))
    }
}

struct Shown<'a>(Option<&'a Value>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("nothing"),
        }
    }
}

/// Collects the values of a JSON value by their JSON pointers.
fn flatten(value: &Value, pointer: String, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                flatten(value, format!("{pointer}/{name}"), into);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                flatten(value, format!("{pointer}/{index}"), into);
            }
        }
        value => drop(into.insert(pointer, value.clone())),
    }
}
