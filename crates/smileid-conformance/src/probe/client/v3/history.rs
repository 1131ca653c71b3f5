//! Rules that depend on earlier requests of version 3. Only hashes of requests are stored, and the oldest are removed.

use std::collections::VecDeque;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};
use smileid_protocol::{auth::Credentials, codec::Part};

use super::{Breach, ResponseInfo};
use crate::probe::client::bounded::{Bounded, hash};

/// Maximum number of unbound tokens within [`STAMPEDE_MILLIS`]. A program has some clients, each with a token of its own.
const MAX_TOKENS: usize = 10;
const STAMPEDE_MILLIS: i64 = 1000;

/// Maximum number of status requests about a job within [`OFTEN_MILLIS`]. The official SDKs send one in two seconds.
const MAX_POLLS: usize = 10;
const OFTEN_MILLIS: i64 = 10_000;

/// Maximum number of status requests after the final status.
const MAX_POLLS_AFTER_RESULT: u32 = 3;

#[derive(Clone, Default)]
pub(in crate::probe::client) struct History {
    /// The last response to each job that was submitted and not accepted.
    jobs: Bounded<Option<Failed>>,
    polls: Bounded<Polls>,
    tokens: VecDeque<i64>,
}

/// Response to a job that was not accepted.
#[derive(Clone, Copy)]
enum Failed {
    /// None, or one after which the job may exist.
    Unknown,
    /// The token was refused.
    Unauthorized,
}

#[derive(Clone, Default)]
struct Polls {
    asked: VecDeque<i64>,
    /// Number of requests since the final status.
    since_result: Option<u32>,
}

impl History {
    /// Records a job. The same job is one with the same parts.
    pub(super) fn submitted(
        &mut self,
        key: &Credentials,
        request: &Request<Bytes>,
        parts: Option<&[Part]>,
        response: &ResponseInfo<'_>,
    ) -> Option<Breach> {
        let parts: Vec<_> = parts?.iter().map(|part| (&part.name, &part.body)).collect();
        let user = request.headers().get("user-id").map(HeaderValue::as_bytes);
        let job = hash(&(key.partner_id().as_str(), request.uri().path(), user, parts));
        let failed = match response.status() {
            Some(StatusCode::UNAUTHORIZED) => Some(Failed::Unauthorized),
            // The authority did not respond in time, or is not available: the job may exist.
            Some(StatusCode::FAILED_DEPENDENCY) => Some(Failed::Unknown),
            Some(StatusCode::TOO_MANY_REQUESTS) => None,
            _ if response.is_missing() => Some(Failed::Unknown),
            _ => None,
        };
        let before = std::mem::replace(self.jobs.entry(job), failed);
        before.map(|before| match before {
            Failed::Unknown => Breach::V3JobRepeated,
            Failed::Unauthorized => Breach::V3JobAfter401,
        })
    }

    /// Records a request for a token. Each job may have a token bound to it.
    pub(super) fn token(&mut self, parts: &[Part], now: i64) -> Option<Breach> {
        if !parts.is_empty() {
            return None;
        }
        self.tokens.push_back(now);
        let is_stampede = self.tokens.len() > MAX_TOKENS
            && self.tokens.pop_front().is_some_and(|first| now - first < STAMPEDE_MILLIS);
        is_stampede.then_some(Breach::V3TokenStampede)
    }

    /// Records a status request.
    pub(super) fn asked(
        &mut self,
        key: &Credentials,
        path: &str,
        response: &ResponseInfo<'_>,
        now: i64,
    ) -> Option<Breach> {
        let polls = self.polls.entry(hash(&(key.partner_id().as_str(), path)));
        polls.asked.push_back(now);
        let is_too_fast = polls.asked.len() > MAX_POLLS
            && polls.asked.pop_front().is_some_and(|first| now - first < OFTEN_MILLIS);
        if let Some(since) = &mut polls.since_result {
            *since = since.saturating_add(1);
            if *since > MAX_POLLS_AFTER_RESULT {
                return Some(Breach::PolledAfterResult);
            }
        } else if response.status() == Some(StatusCode::OK) {
            polls.since_result = Some(0);
        }
        is_too_fast.then_some(Breach::PolledTooFast)
    }
}
