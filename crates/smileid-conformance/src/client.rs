//! The judge of clients: every request that a server gets is held against the whole wire reference.
//!
//! Whoever has a server shows the judge each request with its answer; `smileid-conformance client` has the mock server.
//! What is looked for are [`Rule`]s, each from a section of the reference.
//!
//! ```
//! use bytes::Bytes;
//! use smileid_conformance::client::Judge;
//! use smileid_protocol::auth::Credentials;
//!
//! let mut judge = Judge::new(Credentials::new("085", "test-api-key-0001")?);
//! let request = http::Request::get("/v1/uplaod").body(Bytes::new())?;
//! let answer = http::Response::builder().status(403).body(Bytes::new())?;
//! judge.observe(&request, Some(&answer), 1_700_000_000_000);
//!
//! let report = judge.report();
//! assert_eq!(report.rules[0].rule, "no-route");
//! assert_eq!(report.rules[0].places, ["GET /v1/uplaod"]);
//! assert!(!report.is_good());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod archive;
mod bounded;
pub(crate) mod cases;
mod generated;
mod history;
mod mask;
mod members;
mod proof;
mod report;
mod request;
pub(crate) mod rule;
mod tally;

pub use report::{BrokenRule, ClientReport};
pub use rule::{Level, Rule};

use std::fmt;

use bytes::Bytes;
use http::{
    Method, Request, Response, StatusCode,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};
use smileid_protocol::{auth::Credentials, subject::Subject, types::ErrorCode};

use self::{
    answer::Answer,
    bounded::hash,
    history::History,
    request::{Route, Said},
    rule::Breach,
    tally::{Notes, Tally},
};

/// Judges one client by its requests.
///
/// It keeps nothing of a request but hashes, and of what it found the counts and a few places, so it may watch for as
/// long as it likes. It reads no clock.
pub struct Judge {
    key: Credentials,
    requests: u64,
    tally: Tally,
    history: History,
}

impl Judge {
    /// A judge of a client that has these credentials.
    pub fn new(key: Credentials) -> Self {
        Self { key, requests: 0, tally: Tally::default(), history: History::default() }
    }

    /// Looks at a request and its answer, which came when the clock said `now_utc_millis`, in milliseconds since 1970.
    /// The answer is nothing where the client did not get a whole one, and the body empty where it was not read to its end.
    ///
    /// Looking at an archive, or at a wrong signature, may take a while.
    pub fn observe(
        &mut self,
        request: &Request<Bytes>,
        answer: Option<&Response<Bytes>>,
        now_utc_millis: i64,
    ) {
        let answer = Answer::new(answer);
        // Of one that was not read to its end nobody can say more than that it was too large.
        let is_too_large = answer.status() == Some(StatusCode::PAYLOAD_TOO_LARGE);
        if is_unread(request) && !is_too_large {
            return;
        }
        self.requests += 1;
        let (method, path) = (request.method(), request.uri().path());
        match Route::of(method, path) {
            Some(route) => self.endpoint(route, request, &answer, now_utc_millis),
            None if *method == Method::PUT && is_archive(path) => self.archive(request, &answer),
            // An image, or whatever else a link was given out for.
            None if answer.is_success() || request.uri().query().is_some_and(is_presigned) => {}
            None => {
                let breach = if Route::at(path).is_some() { Breach::WrongMethod } else { Breach::NoRoute };
                let place = format!("{} {}", mask::pointer(method.as_str()), mask::pointer(path));
                Notes::new(&mut self.tally, place).add(breach.code());
            }
        }
    }

    /// What was found so far.
    pub fn report(&self) -> ClientReport {
        let mut tally = self.tally.clone();
        for job_type in self.history.awaiting() {
            let place = job_type.map_or_else(String::new, |it| format!(" of a job of type {}", it.number()));
            tally.add(Breach::ArchiveNeverCame.code(), format!("the announcement{place}"), true);
        }
        let mut rules: Vec<_> = tally
            .rules()
            .map(|(rule, count)| BrokenRule::new(rule, count.count, count.places.clone()))
            .collect();
        rules.sort_by_key(|rule| rule.level == Level::Quirk);
        ClientReport { subject: None, requests: self.requests, rules }
    }

    fn endpoint(&mut self, route: &Route, request: &Request<Bytes>, answer: &Answer<'_>, now: i64) {
        let Self { key, tally, history, .. } = self;
        let place = format!("{} {}", request.method(), route.spec.path);
        let mut notes = Notes::new(tally, place);
        if answer.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) {
            notes.add_at(Breach::RequestRefused.code(), "HTTP 413");
            return;
        }
        let Said { body, seal } = request::look(route, request, answer, key, now, &mut notes);
        if !notes.has_violation()
            && let Some(code) = answer.code().filter(is_of_the_request)
        {
            notes.add_at(Breach::RequestRefused.code(), &format!("code {code}"));
        }
        let subject = Subject::of(request);
        let job = History::job(&subject);
        if let Some(seal) = &seal {
            let same = hash(&(request.method(), request.uri().path(), request.body()));
            let proof = (seal.timestamp.as_str(), seal.signature.as_str());
            if let Some(breach) = history.proven(proof, same, job, answer, now) {
                notes.add(breach.code());
            }
        }
        let (Some(job), Some(body)) = (job, body) else { return };
        let breaches = match route.name() {
            "upload" => history.announced(job, &body, &subject, answer).into_iter().collect(),
            "job_status" => history.asked(job, answer, now),
            name if is_lookup(name) => history.looked_up(job, answer).into_iter().collect(),
            _ => Vec::new(),
        };
        for breach in breaches {
            notes.add(breach.code());
        }
    }

    fn archive(&mut self, request: &Request<Bytes>, answer: &Answer<'_>) {
        let Self { key, tally, history, .. } = self;
        let mut notes = Notes::new(tally, "PUT of the archive".to_owned());
        let address = request.uri().path_and_query().map_or("", |it| it.as_str());
        let announcement = history.announcement(address).copied();
        if answer.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) {
            notes.add_at(Breach::RequestRefused.code(), "HTTP 413");
        } else {
            archive::look(request, key, announcement.as_ref(), &mut notes);
        }
        if let Some(breach) = history.put(address, answer) {
            notes.add(breach.code());
        }
    }
}

/// Shows the counts.
impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge").field("requests", &self.requests).finish_non_exhaustive()
    }
}

/// Whether a request has no body here, and says that it has one.
fn is_unread(request: &Request<Bytes>) -> bool {
    let headers = request.headers();
    let has_length = headers.get(CONTENT_LENGTH).is_some_and(|it| it != "0");
    request.body().is_empty() && (has_length || headers.contains_key(TRANSFER_ENCODING))
}

/// Whether an archive may be put to a path: it is none of the API's own.
fn is_archive(path: &str) -> bool {
    !path.starts_with("/v1/") && !path.starts_with("/v2/")
}

/// Whether a query signs.
fn is_presigned(query: &str) -> bool {
    query.contains("Signature=")
}

/// Whether a code says that the request is wrong, and not how somebody or something stands.
fn is_of_the_request(code: &ErrorCode) -> bool {
    matches!(code.as_str(), "2203" | "2204" | "2212" | "2213" | "2217" | "2413")
}

fn is_lookup(name: &str) -> bool {
    matches!(
        name,
        "id_verification"
            | "async_id_verification"
            | "business_verification"
            | "async_business_verification"
            | "verify"
            | "verify_async"
    )
}
