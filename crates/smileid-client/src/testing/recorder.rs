//! Records the requests and responses of a transport.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Response, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_protocol::{
    codec::read_json,
    job::{ImageJob, ReadError, ReadyJob},
    mask::Part,
};

use super::{locked, mask};
use crate::{
    clock::Now,
    transport::{BlockingTransport, Outgoing, Piece, Transport, TransportError, TransportErrorKind},
};

/// Transport that records the requests and responses of another transport, for a [`Replay`](super::Replay). Clones share the
/// recording.
///
/// No key, signature, address, header or image is recorded. Of requests and replies only these values are recorded:
/// codes, types, the checks' outcomes, and the partner's names for user and job. Names, numbers and photos of people
/// are masked. The two names should identify no person, here as elsewhere.
#[derive(Clone, Debug)]
pub struct Recorder<T> {
    transport: T,
    recording: Arc<Mutex<Recording>>,
}

impl<T> Recorder<T> {
    /// Creates a recorder for `transport`.
    pub fn new(transport: T) -> Self {
        Self { transport, recording: Arc::default() }
    }

    /// Returns the recording made so far.
    pub fn recording(&self) -> Recording {
        locked(&self.recording).clone()
    }

    fn note(&self, request: Request, answer: &Result<Response<Bytes>, TransportError>) {
        let answer = Answered::from_result(answer);
        locked(&self.recording).exchanges.push(Exchange { request, answer });
    }
}

impl<T: Transport> Transport for Recorder<T> {
    async fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let request = Request::from_outgoing(&outgoing);
        let answer = self.transport.send(outgoing).await;
        self.note(request, &answer);
        answer
    }

    async fn sleep(&self, duration: Duration) {
        self.transport.sleep(duration).await;
    }

    async fn read(&self, job: Arc<ImageJob>) -> Result<ReadyJob<Piece>, ReadError> {
        self.transport.read(job).await
    }

    fn now(&self) -> Now {
        self.transport.now()
    }

    fn seed(&self) -> u64 {
        self.transport.seed()
    }
}

impl<T: BlockingTransport> BlockingTransport for Recorder<T> {
    fn send(&self, outgoing: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let request = Request::from_outgoing(&outgoing);
        let answer = self.transport.send(outgoing);
        self.note(request, &answer);
        answer
    }

    fn sleep(&self, duration: Duration) {
        self.transport.sleep(duration);
    }

    fn now(&self) -> Now {
        self.transport.now()
    }

    fn seed(&self) -> u64 {
        self.transport.seed()
    }
}

/// Recording of requests and responses, made by a [`Recorder`]. Store it as JSON, or in any other format of serde.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    pub(super) exchanges: Vec<Exchange>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Exchange {
    pub(super) request: Request,
    pub(super) answer: Answered,
}

/// A recorded request with masked values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Request {
    method: String,
    endpoint: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    query: Value,
    /// Body as masked JSON. If the body is not JSON, its content type.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    body: Value,
}

impl Request {
    pub(super) fn from_outgoing(outgoing: &Outgoing) -> Self {
        let request = &outgoing.request;
        let is_template = outgoing.endpoint.template.starts_with('/'); // all parts of an upload URL are secret
        let query = request.uri().query().filter(|_| is_template);
        let body = match content_type(request.headers()) {
            Some("application/json") => {
                request.body().to_bytes().ok().and_then(|it| json(&it, Part::Request)).unwrap_or_default()
            }
            Some(other) => format!("<{other}>").into(),
            None => Value::Null,
        };
        Self {
            method: request.method().to_string(),
            endpoint: outgoing.endpoint.template.to_owned(),
            query: query.map(mask::query).unwrap_or_default(),
            body,
        }
    }
}

/// Outcome of a recorded request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answered {
    Reply {
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
        /// Body as masked JSON. If the body is not JSON, its content type.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        body: Value,
    },
    Failed(TransportErrorKind),
}

impl Answered {
    fn from_result(answer: &Result<Response<Bytes>, TransportError>) -> Self {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Self::Failed(error.kind()),
        };
        let retry_after = response.headers().get(http::header::RETRY_AFTER);
        let body = match json(response.body(), Part::Reply) {
            Some(body) => body,
            None if response.body().is_empty() => Value::Null,
            None => format!("<{}>", content_type(response.headers()).unwrap_or("bytes")).into(),
        };
        Self::Reply {
            status: response.status().as_u16(),
            retry_after: retry_after.and_then(|it| it.to_str().ok()).map(str::to_owned),
            body,
        }
    }
}

fn json(body: &Bytes, part: Part) -> Option<Value> {
    read_json(body).ok().map(|body| mask::message(&body, part))
}

/// Returns the content type without its parameters, such as the boundary of a form.
fn content_type(headers: &http::HeaderMap) -> Option<&str> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    text.split(';').next().map(str::trim)
}
