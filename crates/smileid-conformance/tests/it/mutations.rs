//! Tests that the scenarios detect mock servers with one error each.

mod control;

use std::{
    collections::{BTreeMap, BTreeSet},
    slice,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use smileid_conformance::{
    Case, Outcome,
    case::{Expected, Names, Step},
};
use smileid_mock_server::{DEFAULT_API_KEY, DEFAULT_PARTNER_ID};
use smileid_protocol::{
    ENDPOINTS, V3_ENDPOINTS,
    auth::{AuthScheme as _, Credentials, SignedBody, SignedReply},
    codec::{Part, form_parts},
    endpoint::Spec,
    timestamp::Timestamp,
};

use crate::{scenarios::suite, stage::play_alone};

const MUTATIONS: &str = include_str!("mutations.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mutations: Vec<Mutation>,
    /// Scenarios that detect none of the mutations, each with the reason for keeping it.
    blind: BTreeMap<String, String>,
}

/// A mutation: one error of a mock server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mutation {
    /// Description of the error.
    name: String,
    /// Place of the error: the name of an endpoint, `put`, `image`, `callback`, `other`, or `*` for all except control routes.
    at: String,
    /// Body of the requests in which the error occurs. If absent, it occurs in all.
    #[serde(default)]
    request: Option<Expected>,
    /// Body of the responses or callbacks in which the error occurs. If absent, it occurs in all.
    #[serde(default)]
    reply: Option<Expected>,
    /// HTTP status of the responses in which the error occurs. If absent, it occurs in all.
    #[serde(default)]
    status: Option<u16>,
    /// Number, from 1, of the only matching request in which the error occurs. If absent, it occurs in all.
    #[serde(default)]
    nth: Option<usize>,
    #[serde(rename = "do")]
    deed: Deed,
}

/// Change that a mutation makes to a request, a response or a callback.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Deed {
    /// Changes members of the response.
    Set(Map<String, Value>),
    /// Removes members of the response.
    Remove(Vec<String>),
    /// Reverses a list in the response.
    Reverse(String),
    /// Replaces a text by a number.
    Number(String),
    /// Changes the status of the response.
    Status(u16),
    /// Changes headers of the response or callback, or removes them with `null`.
    Headers(BTreeMap<String, Option<String>>),
    /// Changes the body of the response.
    Body(String),
    /// Changes a byte of the body.
    FlipByte,
    /// Signs the response with another key.
    SignWithAnotherKey,
    /// Signs the response correctly, but at another time.
    SignAt(String),
    /// Sends this response without handling the request.
    Instead { status: u16, body: String },
    /// Changes members of the request before it is handled. Time and partner id stay the same, so its signature stays
    /// valid.
    Ask(Map<String, Value>),
    /// Signs the request correctly and handles it again.
    SignRequest,
    /// Changes a header of the request before it is handled.
    AskWith { header: String, value: String },
    /// Does not send the callback.
    Drop,
    /// Sends the callback twice.
    Twice,
}

impl Mutation {
    /// Returns true if a scenario uses the place of the error.
    fn can_touch(&self, case: &Case) -> bool {
        let Some(scenario) = case.scenario() else { return false };
        match self.at.as_str() {
            "*" => true,
            "callback" => scenario.awaits_callbacks(),
            "image" | "other" => scenario.steps.iter().any(|step| matches!(step, Step::Send(_))),
            at => scenario.steps.iter().any(|step| step.title() == at || sends_to(step, at)),
        }
    }

    /// Returns the reason why a scenario fails with this mutation. An error does not count, because it does not detect the
    /// mutation.
    fn noticed_by(&self, case: &Case) -> Option<String> {
        match self.can_touch(case).then(|| play_alone(case, slice::from_ref(self)).outcome)? {
            Outcome::Failed { step, why } => Some(format!("step {step}, {why}")),
            _ => None,
        }
    }

    /// Handles a request as a server with this error. `seen` counts the affected requests.
    pub(crate) fn exchange(
        &self,
        request: Request<Bytes>,
        seen: &mut usize,
        mut handle: impl FnMut(&Request<Bytes>) -> Response<Bytes>,
    ) -> Response<Bytes> {
        let place = place(&request);
        let holds = |expected: &Expected, body: &Bytes| {
            let json = serde_json::from_slice(body).unwrap_or_default();
            expected.difference(Some(&json), &Names::default()).is_none()
        };
        let is_meant = place != "own"
            && (self.at == "*" || self.at == place)
            && self.request.as_ref().is_none_or(|it| holds(it, request.body()));
        if !is_meant {
            return handle(&request);
        }
        let mut counted = |holds: bool| {
            *seen += usize::from(holds);
            holds && self.nth.is_none_or(|nth| nth == *seen)
        };
        match &self.deed {
            Deed::Instead { status, body } if counted(true) => {
                let mut response = Response::new(Bytes::from(body.clone()));
                *response.status_mut() = StatusCode::from_u16(*status).unwrap();
                response
            }
            Deed::Ask(members) if counted(true) => handle(&asked_with(request, members)),
            Deed::AskWith { header, value } if counted(true) => {
                let mut request = request;
                let name: http::HeaderName = header.parse().unwrap();
                request.headers_mut().insert(name, value.parse().unwrap());
                handle(&request)
            }
            _ => {
                let response = handle(&request);
                let status = self.status.is_none_or(|it| it == response.status().as_u16());
                let holds = status && self.reply.as_ref().is_none_or(|it| holds(it, response.body()));
                match &self.deed {
                    _ if !counted(holds) => response,
                    Deed::SignRequest => handle(&signed_correctly(request)),
                    deed => deed.reply(response),
                }
            }
        }
    }

    /// Returns the callbacks that a server with this error sends instead of one.
    pub(crate) fn callback(&self, callback: Request<Bytes>, seen: &mut usize) -> Vec<Request<Bytes>> {
        let json: Value = serde_json::from_slice(callback.body()).unwrap();
        let is_meant = self.at == "callback"
            && self.reply.as_ref().is_none_or(|it| it.difference(Some(&json), &Names::default()).is_none());
        *seen += usize::from(is_meant);
        match &self.deed {
            _ if !is_meant || self.nth.is_some_and(|nth| nth != *seen) => vec![callback],
            Deed::Drop => Vec::new(),
            Deed::Twice => vec![callback.clone(), callback],
            deed => {
                let (head, body) = callback.into_parts();
                let mut response = Response::new(body);
                *response.headers_mut() = head.headers;
                let (changed, body) = deed.reply(response).into_parts();
                let mut callback = Request::new(body);
                *callback.headers_mut() = changed.headers;
                vec![callback]
            }
        }
    }
}

impl Deed {
    fn reply(&self, response: Response<Bytes>) -> Response<Bytes> {
        let (mut head, body) = response.into_parts();
        let mut json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let changed = match self {
            Self::Set(members) => {
                members.iter().for_each(|(pointer, value)| set(&mut json, pointer, value.clone()));
                true
            }
            Self::Remove(pointers) => {
                for pointer in pointers {
                    let (parent, name) = pointer.rsplit_once('/').unwrap();
                    if let Some(Value::Object(members)) = json.pointer_mut(parent) {
                        members.remove(name);
                    }
                }
                true
            }
            Self::Reverse(pointer) => {
                if let Some(Value::Array(items)) = json.pointer_mut(pointer) {
                    items.reverse();
                }
                true
            }
            Self::Number(pointer) => {
                if let Some(value) = json.pointer_mut(pointer)
                    && let Some(number) = value.as_str().and_then(|text| text.parse::<u64>().ok())
                {
                    *value = number.into();
                }
                true
            }
            Self::SignWithAnotherKey => {
                let key = Credentials::new(DEFAULT_PARTNER_ID, "another-key").unwrap();
                let in_header = head.headers.get(TIME).and_then(|it| it.to_str().ok());
                let time = in_header.or_else(|| json["timestamp"].as_str()).map(str::to_owned);
                time.is_some_and(|time| sign(&mut json, &mut head.headers, &key, &time))
            }
            Self::SignAt(time) => {
                let is_signed = json.get("signature").is_some() || head.headers.contains_key(TIME);
                is_signed && sign(&mut json, &mut head.headers, &partner(), time)
            }
            Self::Headers(headers) => {
                for (name, value) in headers {
                    let name: http::HeaderName = name.parse().unwrap();
                    match value {
                        Some(value) => drop(head.headers.insert(name, value.parse().unwrap())),
                        None => drop(head.headers.remove(name)),
                    }
                }
                false
            }
            Self::Status(status) => {
                head.status = StatusCode::from_u16(*status).unwrap();
                false
            }
            Self::Body(text) => return Response::from_parts(head, Bytes::from(text.clone())),
            Self::FlipByte => {
                let mut bytes = body.to_vec();
                bytes.iter_mut().last().into_iter().for_each(|byte| *byte ^= 1);
                return Response::from_parts(head, bytes.into());
            }
            // These changes affect requests, or are applied when callbacks are sent.
            Self::Ask(_)
            | Self::AskWith { .. }
            | Self::SignRequest
            | Self::Instead { .. }
            | Self::Drop
            | Self::Twice => false,
        };
        let body = if changed && !json.is_null() { Bytes::from(json.to_string()) } else { body };
        Response::from_parts(head, body)
    }
}

/// Returns true if a step sends a request to an endpoint without using its types.
fn sends_to(step: &Step, endpoint: &str) -> bool {
    let Step::Send(send) = step else { return false };
    let Ok(uri) = send.to.parse::<http::Uri>() else { return false };
    let method = send.method.parse().unwrap();
    endpoints().any(|spec| spec.name == endpoint && spec.matches(&method, uri.path()))
}

fn endpoints() -> impl Iterator<Item = &'static Spec> {
    ENDPOINTS.iter().chain(V3_ENDPOINTS)
}

fn place(request: &Request<Bytes>) -> &'static str {
    let path = request.uri().path();
    let endpoint = endpoints().find(|spec| spec.matches(request.method(), path));
    match endpoint {
        Some(spec) => spec.name,
        None if path.starts_with("/_mock") => "own",
        None if request.method() == http::Method::PUT => "put",
        None if path.starts_with("/images") => "image",
        None => "other",
    }
}

fn partner() -> Credentials {
    Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).unwrap()
}

/// Header of a V3 callback with the time of its signature.
const TIME: &str = "response-timestamp";

/// Signs a message again, in its headers or in its body. Returns true if the body changed.
fn sign(json: &mut Value, headers: &mut http::HeaderMap, key: &Credentials, time: &str) -> bool {
    let proof = SignedReply::prove(key, &Timestamp::new(time).unwrap());
    if headers.contains_key(TIME) {
        headers.insert(TIME, time.parse().unwrap());
        headers.insert("response-signature", proof.signature.as_str().parse().unwrap());
        return false;
    }
    json["timestamp"] = serde_json::to_value(&proof.timestamp).unwrap();
    json["signature"] = serde_json::to_value(&proof.signature).unwrap();
    true
}

fn asked_with(request: Request<Bytes>, members: &Map<String, Value>) -> Request<Bytes> {
    if let Some(parts) = form_parts(&request) {
        return asked_with_parts(request, parts, members);
    }
    with_json(request, |json| {
        members.iter().for_each(|(pointer, value)| set(json, pointer, value.clone()));
    })
}

/// Returns a multipart form with changed parts. Each value is a text; `null` removes the part.
fn asked_with_parts(
    request: Request<Bytes>,
    parts: Vec<Part>,
    members: &Map<String, Value>,
) -> Request<Bytes> {
    let name = |pointer: &str| pointer.trim_start_matches('/').to_owned();
    let changed: BTreeMap<String, &Value> = members.iter().map(|(at, value)| (name(at), value)).collect();
    let set: Vec<_> =
        changed.iter().filter_map(|(name, value)| Some(Part::text(name, value.as_str()?))).collect();
    if set.is_empty() && !parts.iter().any(|part| changed.contains_key(&part.name)) {
        return request;
    }
    let kept = parts.into_iter().filter(|part| !changed.contains_key(&part.name));
    let mut body = Vec::new();
    for part in kept.chain(set) {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", part.name).bytes());
        body.extend(part.body);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    let (mut head, _) = request.into_parts();
    head.headers.insert("content-type", "multipart/form-data; boundary=x".parse().unwrap());
    Request::from_parts(head, body.into())
}

fn signed_correctly(request: Request<Bytes>) -> Request<Bytes> {
    with_json(request, |json| {
        let time = json["timestamp"].as_str().unwrap_or("2023-03-09T21:35:00.279Z").to_owned();
        let proof = SignedBody::prove(&partner(), &Timestamp::new(time).unwrap());
        json["timestamp"] = serde_json::to_value(&proof.timestamp).unwrap();
        json["signature"] = serde_json::to_value(&proof.signature).unwrap();
        let name = if json.get("smile_client_id").is_some() { "smile_client_id" } else { "partner_id" };
        json[name] = DEFAULT_PARTNER_ID.into();
    })
}

fn with_json(request: Request<Bytes>, change: impl FnOnce(&mut Value)) -> Request<Bytes> {
    request.map(|body| {
        let Ok(mut json) = serde_json::from_slice(&body) else { return body };
        change(&mut json);
        Bytes::from(json.to_string())
    })
}

fn set(json: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match json.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.insert(name.to_owned(), value)),
        Some(Value::Array(items)) => items[name.parse::<usize>().unwrap()] = value,
        _ => {}
    }
}

#[test]
fn every_mutation_is_detected_and_every_scenario_detects_one() {
    let File { mutations, blind } = serde_json::from_str(MUTATIONS).unwrap();
    let suite = suite();
    let names: BTreeSet<_> = mutations.iter().map(|mutation| &mutation.name).collect();
    assert_eq!(names.len(), mutations.len(), "mutations with the same name");

    let found = each(&mutations, |mutation| {
        suite.scenarios().find_map(|case| Some((case.id(), mutation.noticed_by(case)?)))
    });
    let mut sees = BTreeSet::new();
    let mut unnoticed = Vec::new();
    for (mutation, found) in mutations.iter().zip(found) {
        match found {
            Some((id, why)) => {
                println!("{}: {id}: {why}", mutation.name);
                sees.insert(id);
            }
            None => unnoticed.push(&mutation.name),
        }
    }
    println!("{} of {} noticed", mutations.len() - unnoticed.len(), mutations.len());
    let places = |at: &str| mutations.iter().filter(|mutation| mutation.at.starts_with(at)).count();
    assert!(places("v1::") >= 50 && places("v3::") >= 100);
    assert!(unnoticed.is_empty(), "undetected: {unnoticed:#?}");

    // Other scenarios may detect another mutation.
    let sees_one = |case: &Case| {
        sees.contains(case.id()) || mutations.iter().any(|mutation| mutation.noticed_by(case).is_some())
    };
    let scenarios: Vec<_> = suite.scenarios().collect();
    let can_fail = each(&scenarios, |case| sees_one(case));
    let cannot_fail = scenarios.iter().zip(can_fail).filter(|(_, can_fail)| !can_fail);
    let cannot_fail: BTreeSet<_> = cannot_fail.map(|(case, _)| case.id().to_owned()).collect();
    let excused: BTreeSet<_> = blind.into_keys().collect();
    assert_eq!(cannot_fail, excused, "left: scenarios that detect nothing; right: expected ones");
}

/// Calls `work` for each item, on all processors, and returns the results in order.
fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(item);
                    done.lock().unwrap().insert(index, result);
                }
            });
        }
    });
    done.into_inner().unwrap().into_values().collect()
}
