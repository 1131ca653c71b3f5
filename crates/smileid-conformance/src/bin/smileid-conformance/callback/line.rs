//! HTTP connection to a receiver of callbacks, which can send a body in pieces.

use std::{
    error::Error,
    io::{self, Cursor, Read},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::{Buf as _, Bytes};
use http::{StatusCode, header::CONTENT_LENGTH};
use smileid_conformance::{
    Broken,
    receiver::{Api, Outgoing, Pace, ReceiverHarness, State},
};
use ureq::{Agent, Body, SendBody};

use crate::{
    common::redacted,
    network::{agent, now_utc_millis, send},
};

/// Number of attempts to connect to a receiver before giving up.
const ATTEMPTS: u32 = 3;

/// Maximum size of a receiver's reported state, in bytes. Real states have some kilobytes.
const LARGEST_STATE: u64 = 2_000_000;

/// Connection to a callback receiver. Clones share the clock and the simulated API.
#[derive(Clone)]
pub(super) struct Line {
    agent: Agent,
    state: Option<http::Uri>,
    shared: Arc<Shared>,
}

struct Shared {
    last: AtomicI64,
    api: Mutex<Api>,
}

impl Line {
    pub(super) fn new(state: Option<http::Uri>, timeout: Duration, api: Api) -> Self {
        let shared = Arc::new(Shared { last: AtomicI64::new(0), api: Mutex::new(api) });
        Self { agent: agent(timeout), state, shared }
    }

    /// Responds to a request of the receiver as the API does.
    pub(super) fn respond(&self, request: &http::Request<Bytes>) -> http::Response<Bytes> {
        let now = self.now();
        self.api().answer(request, now)
    }

    fn api(&self) -> MutexGuard<'_, Api> {
        self.shared.api.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the current time in milliseconds. Never returns the same time twice.
    fn now(&self) -> i64 {
        let now = now_utc_millis();
        let later = |last: i64| Some(now.max(last.saturating_add(1)));
        let last = self.shared.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
        last.ok().and_then(later).unwrap_or(now)
    }

    /// Checks that the receiver responds and that its state is valid.
    pub(super) fn reach(&self, url: &http::Uri) -> Result<(), Box<dyn Error>> {
        let probed = self.state.as_ref().unwrap_or(url);
        let mut attempts = 0;
        let response = loop {
            attempts += 1;
            match self.ask(probed) {
                Ok(response) => break response,
                Err(source) if attempts == ATTEMPTS => {
                    return Err(NoResponse { url: redacted(probed), source }.into());
                }
                Err(_) => thread::sleep(Duration::from_millis(300)),
            }
        };
        if self.state.is_some() {
            read_state(response).map_err(|source| NoState { url: redacted(probed), source })?;
        }
        Ok(())
    }

    fn ask(&self, url: &http::Uri) -> Result<http::Response<Body>, ureq::Error> {
        let mut request = http::Request::new(SendBody::none());
        *request.uri_mut() = url.clone();
        send(&self.agent, request)
    }

    fn deliver_one(&self, outgoing: &Outgoing) -> Result<StatusCode, Broken> {
        let Outgoing { request, pace, .. } = outgoing;
        let (mut head, body) = request.clone().into_parts();
        if !pace.chunked {
            head.headers.insert(CONTENT_LENGTH, body.len().into());
        }
        let body = if body.is_empty() {
            SendBody::none()
        } else {
            SendBody::from_owned_reader(Pieces::new(body, *pace))
        };
        Ok(send(&self.agent, http::Request::from_parts(head, body))?.status())
    }
}

fn read_state(mut response: http::Response<Body>) -> Result<State, Broken> {
    let status = response.status();
    if !status.is_success() {
        return Err(format!("the response was {status}").into());
    }
    let mut body = Vec::new();
    response.body_mut().as_reader().take(LARGEST_STATE + 1).read_to_end(&mut body)?;
    if body.len() as u64 > LARGEST_STATE {
        return Err(format!(
            "the state has more than {LARGEST_STATE} bytes: start the receiver with an empty store"
        )
        .into());
    }
    Ok(serde_json::from_slice(&body)?)
}

impl ReceiverHarness for Line {
    fn deliver(&mut self, at_once: &[Outgoing]) -> Vec<Result<StatusCode, Broken>> {
        let line = &*self;
        thread::scope(|scope| {
            let sent: Vec<_> = at_once.iter().map(|it| scope.spawn(move || line.deliver_one(it))).collect();
            sent.into_iter()
                .map(|it| it.join().unwrap_or_else(|_| Err("the sender panicked".into())))
                .collect()
        })
    }

    fn state(&mut self) -> Result<State, Broken> {
        let url = self.state.as_ref().ok_or("the receiver has no state")?;
        read_state(self.ask(url)?)
    }

    fn now_utc_millis(&mut self) -> i64 {
        self.now()
    }

    fn pause(&mut self, time: Duration) {
        thread::sleep(time);
    }

    fn asked(&self, job_id: &str) -> usize {
        self.api().asked(job_id)
    }
}

/// A body that is sent in pieces, and may be interrupted.
struct Pieces {
    left: Cursor<Bytes>,
    /// Number of bytes after which the connection is interrupted.
    until: usize,
    piece: usize,
    pace: Pace,
    sent: usize,
}

impl Pieces {
    fn new(body: Bytes, pace: Pace) -> Self {
        let until = if pace.cut_off { body.len() / 2 } else { body.len() };
        let piece = body.len().div_ceil(pace.pieces).max(1);
        Self { left: Cursor::new(body), until, piece, pace, sent: 0 }
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_sub(self.sent);
        if left == 0 {
            return if self.pace.cut_off { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(0) };
        }
        if self.sent > 0 && self.sent.is_multiple_of(self.piece) {
            thread::sleep(Duration::from_millis(self.pace.every));
        }
        let in_piece = self.piece - self.sent % self.piece;
        let length = left.min(in_piece).min(buffer.len());
        self.left.copy_to_slice(buffer.get_mut(..length).unwrap_or_default());
        self.sent += length;
        Ok(length)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the receiver does not respond at {url}")]
struct NoResponse {
    url: String,
    source: ureq::Error,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "failed to read the state from {url}: set another URL with --state, or grade only the responses with --no-state"
)]
struct NoState {
    url: String,
    source: Broken,
}
