//! Callback receivers with common errors.

use std::{
    cell::Cell,
    collections::BTreeMap,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use smileid_protocol::{auth::Credentials, timestamp::Timestamp};

pub(crate) const KEY: &str = "mock-api-key-0000";

pub(crate) trait Receiver {
    /// Handles a callback, and returns the HTTP status of the response.
    fn receive(&mut self, request: &Request<Bytes>) -> u16;

    fn state(&self) -> Value;
}

/// Returns the documented decision for the result codes that occur. Other codes are unknown.
fn decision(code: &Value) -> &'static str {
    match code.as_str() {
        Some("0810" | "1012" | "1020" | "1021" | "1210") => "approved",
        Some("0814") => "provisional",
        Some("0811" | "1013" | "1211") => "rejected",
        _ => "unknown",
    }
}

fn entry(body: &Value) -> Option<(String, Value)> {
    let job = match &body["PartnerParams"]["job_id"] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let code = &body["ResultCode"];
    Some((job.clone(), json!({"job_id": job, "code": code, "decision": decision(code)})))
}

/// Receiver that accepts everything. The last callback counts.
#[derive(Default)]
pub(crate) struct Naive {
    jobs: BTreeMap<String, Value>,
}

impl Receiver for Naive {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        self.jobs.extend(entry(&body));
        200
    }

    fn state(&self) -> Value {
        json!({"jobs": self.jobs.values().collect::<Vec<_>>()})
    }
}

/// Receiver that accepts everything. A result that is not final is provisional.
pub(crate) struct Flagged {
    jobs: BTreeMap<String, Value>,
    is_true: fn(&Value) -> bool,
}

impl Flagged {
    /// Creates a receiver that reads `IsFinalResult` with `is_true`.
    pub(crate) fn new(is_true: fn(&Value) -> bool) -> Self {
        Self { jobs: BTreeMap::new(), is_true }
    }
}

impl Receiver for Flagged {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        self.jobs.extend(entry(&body).map(|(job, mut entry)| {
            if body.get("IsFinalResult").is_some_and(|flag| !(self.is_true)(flag)) {
                entry["decision"] = "provisional".into();
            }
            (job, entry)
        }));
        200
    }

    fn state(&self) -> Value {
        json!({"jobs": self.jobs.values().collect::<Vec<_>>()})
    }
}

/// Receiver that accepts everything, and keeps the last result of each user.
#[derive(Default)]
pub(crate) struct ByUser {
    users: BTreeMap<String, Value>,
}

impl Receiver for ByUser {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let user = body["PartnerParams"]["user_id"].to_string();
        self.users.extend(entry(&body).map(|(_, entry)| (user, entry)));
        200
    }

    fn state(&self) -> Value {
        json!({"jobs": self.users.values().collect::<Vec<_>>()})
    }
}

/// Receiver that accepts everything, with a queue. The first callback of a job is processed immediately, later ones after a
/// delay. The last one counts.
pub(crate) struct Queueing {
    pub(crate) delay: Duration,
    pub(crate) queue: Vec<(Instant, String, Value)>,
}

impl Receiver for Queueing {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        if let Some((job, entry)) = entry(&body) {
            let is_first = self.queue.iter().all(|(_, known, _)| *known != job);
            let delay = if is_first { Duration::ZERO } else { self.delay };
            self.queue.push((Instant::now() + delay, job, entry));
        }
        200
    }

    fn state(&self) -> Value {
        let done = self.queue.iter().filter(|(due, ..)| *due <= Instant::now());
        let jobs: BTreeMap<_, _> = done.map(|(_, job, entry)| (job, entry)).collect();
        json!(jobs.values().collect::<Vec<_>>())
    }
}

/// Receiver that refuses every callback.
pub(crate) struct Refusing;

impl Receiver for Refusing {
    fn receive(&mut self, _: &Request<Bytes>) -> u16 {
        403
    }

    fn state(&self) -> Value {
        json!([])
    }
}

/// Receiver that fails for every callback with a server error.
pub(crate) struct Crashing;

impl Receiver for Crashing {
    fn receive(&mut self, _: &Request<Bytes>) -> u16 {
        500
    }

    fn state(&self) -> Value {
        json!([])
    }
}

/// Receiver that checks the signature but not the age, and stores a row for every callback.
#[derive(Default)]
pub(crate) struct Middling {
    rows: Vec<Value>,
}

impl Receiver for Middling {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        if request.method() != Method::POST {
            return 405;
        }
        let Ok(body) = serde_json::from_slice::<Value>(request.body()) else { return 400 };
        let (Some(timestamp), Some(signature)) = (body["timestamp"].as_str(), body["signature"].as_str())
        else {
            return 401;
        };
        let key = Credentials::new("085", KEY).unwrap();
        let right = key.sign(&Timestamp::new(timestamp).unwrap());
        if STANDARD.decode(signature).is_ok_and(|it| STANDARD.decode(right.as_str()).unwrap() == it) {
            self.rows.extend(entry(&body).map(|(_, row)| row));
            200
        } else {
            401
        }
    }

    fn state(&self) -> Value {
        json!(self.rows)
    }
}

/// Receiver that always responds with success, and reports a given state.
pub(crate) struct Telling {
    pub(crate) state: fn(&str) -> Value,
    pub(crate) job: String,
}

impl Receiver for Telling {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        self.job = entry(&body).unwrap_or_default().0;
        200
    }

    fn state(&self) -> Value {
        (self.state)(&self.job)
    }
}

/// Receiver that always responds with success, and reports a given state first and another state later.
pub(crate) struct Changing {
    first: Telling,
    then: fn(&str) -> Value,
    was_looked_at: Cell<bool>,
}

impl Changing {
    pub(crate) fn new(first: fn(&str) -> Value, then: fn(&str) -> Value) -> Self {
        Self { first: Telling { state: first, job: String::new() }, then, was_looked_at: Cell::default() }
    }
}

impl Receiver for Changing {
    fn receive(&mut self, request: &Request<Bytes>) -> u16 {
        self.first.receive(request)
    }

    fn state(&self) -> Value {
        if self.was_looked_at.replace(true) { (self.then)(&self.first.job) } else { self.first.state() }
    }
}
