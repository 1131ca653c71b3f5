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
mod api_key;
mod archive;
mod bounded;
mod generated;
mod history;
mod job;
mod mask;
mod members;
mod proof;
mod refusal;
mod report;
mod request;
pub(crate) mod rule;
mod tally;

pub use report::{BrokenRule, ClientReport};
pub use rule::{Level, Rule};

use std::{fmt, ops::Range};

use bytes::Bytes;
use http::{
    Method, Request, Response, StatusCode,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};
use smileid_protocol::{
    auth::{Credentials, PartnerId},
    subject::Subject,
    types::ErrorCode,
};

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
        let key = self.key.clone();
        self.observe_partner(&key, request, answer, now_utc_millis..now_utc_millis);
    }

    /// The same where the client is one of several partners on the server, and has these credentials; and where several
    /// requests may be under way, from when the request was there to when its answer was sent.
    pub fn observe_partner(
        &mut self,
        key: &Credentials,
        request: &Request<Bytes>,
        answer: Option<&Response<Bytes>>,
        during_utc_millis: Range<i64>,
    ) {
        let answer = Answer::new(answer);
        // Of one that was not read to its end nobody can say more than that it was too large.
        let is_too_large = answer.status() == Some(StatusCode::PAYLOAD_TOO_LARGE);
        if is_unread(request) && !is_too_large {
            if self.history.knows(address(request)) {
                // It was tried, which is all that is asked of a client.
                let _not_its_end = self.history.put(address(request), &answer);
            }
            return;
        }
        let (method, path) = (request.method(), request.uri().path());
        if path == "/" && [Method::GET, Method::HEAD].contains(method) {
            return; // somebody looks whether the server is there
        }
        self.requests += 1;
        let is_of_storage = !path.starts_with("/v1/") && !path.starts_with("/v2/");
        let Self { tally, history, .. } = self;
        let route = Route::of(method, path);
        let is_archive = history.knows(address(request)) || *method == Method::PUT && is_of_storage;
        let place = match route {
            Some(route) => format!("{method} {}", route.spec.path),
            None if is_archive => format!("{} of the archive", mask::pointer(method.as_str())),
            None => format!("{} {}", mask::name(method.as_str()), mask::pointer(path)),
        };
        let mut notes = Notes::new(tally, place);
        for part in api_key::in_head(request, key) {
            notes.add_at(Breach::KeySent.code(), &part);
        }
        match route {
            Some(route) => Self::endpoint(history, route, request, &answer, key, &during_utc_millis, notes),
            None if is_archive => Self::archive(history, request, &answer, key, notes),
            None if answer.is_success() => {}
            // An image, whose link may have been in a callback, and may have expired.
            None if *method == Method::GET && is_of_storage && is_presigned(request) => {}
            None => {
                let breach = if Route::at(path).is_some() { Breach::WrongMethod } else { Breach::NoRoute };
                notes.add(breach.code());
            }
        }
    }

    /// Notes that a partner, or all, began anew on the server: a job of the same names is another job from now on.
    pub fn begin_anew(&mut self, partner: Option<&PartnerId>) {
        self.history.begin_anew(partner);
    }

    /// Notes that a clock was moved on the server: how often a job is asked after is counted anew.
    pub fn clock_set(&mut self) {
        self.history.clock_set();
    }

    /// What was found so far.
    pub fn report(&self) -> ClientReport {
        let mut tally = self.tally.clone();
        for job_type in self.history.awaiting() {
            let place = job_type.map_or_else(String::new, |it| format!(" of a job of type {}", it.number()));
            tally.add(Breach::ArchiveNeverCame.code(), format!("the announcement{place}"));
        }
        let mut rules: Vec<_> = tally
            .rules()
            .map(|(rule, count)| BrokenRule::new(rule, count.count, count.places.clone()))
            .collect();
        rules.sort_by_key(|rule| rule.level == Level::Quirk);
        ClientReport { subject: None, requests: self.requests, rules }
    }

    fn endpoint(
        history: &mut History,
        route: &Route,
        request: &Request<Bytes>,
        answer: &Answer<'_>,
        key: &Credentials,
        during: &Range<i64>,
        mut notes: Notes<'_>,
    ) {
        let now = during.start;
        if answer.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) {
            notes.add_at(Breach::RequestRefused.code(), "HTTP 413");
            return;
        }
        let Said { body, seal } = request::look(route, request, answer, key, now, &mut notes);
        if !notes.has_violation()
            && let Some(code) = answer.code().filter(is_of_the_request)
        {
            let section = members::section(route.name());
            refusal::note(&code, answer.diagnosis(), &section, &mut notes);
        }
        let subject = Subject::of(request);
        let job = history.job(&subject);
        if let Some(seal) = &seal {
            let same = hash(&(request.method(), request.uri().path(), request.body()));
            let proof = (seal.timestamp.as_str(), seal.signature.as_str());
            if let Some(breach) = history.proven(proof, same, job, answer, now) {
                notes.add(breach.code());
            }
        }
        let (Some(job), Some(body)) = (job, body) else { return };
        let breaches = match route.name() {
            "upload" => history.announced(job, &body, &subject, answer, during).into_iter().collect(),
            "job_status" => history.asked(job, answer, during),
            name if is_lookup(name) => history.looked_up(job, answer).into_iter().collect(),
            _ => Vec::new(),
        };
        for breach in breaches {
            notes.add(breach.code());
        }
    }

    fn archive(
        history: &mut History,
        request: &Request<Bytes>,
        answer: &Answer<'_>,
        key: &Credentials,
        mut notes: Notes<'_>,
    ) {
        let address = address(request);
        if *request.method() != Method::PUT {
            notes.add(Breach::WrongMethod.code());
            return;
        }
        // What is not known here and taken was given out before the judge came.
        if answer.is_refusal() && !history.knows(address) {
            notes.add(Breach::LinkUnknown.code());
            return;
        }
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

/// A link without the host, which may be another name of the same.
fn address(request: &Request<Bytes>) -> &str {
    request.uri().path_and_query().map_or("", |it| it.as_str())
}

/// Whether the query signs.
fn is_presigned(request: &Request<Bytes>) -> bool {
    request.uri().query().is_some_and(|query| query.contains("Signature="))
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

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde_json::{Value, json};
    use smileid_protocol::timestamp::Timestamp;

    use super::*;

    type Fallible = Result<(), Box<dyn Error>>;

    const BEGINNING: i64 = 1_700_000_000_000;

    /// A client that asks after `user-1`'s `job-1` and is told this, so many milliseconds after the beginning.
    fn ask(judge: &mut Judge, status: u16, told: &Value, millis: i64) -> Fallible {
        let timestamp = Timestamp::from_utc_millis(BEGINNING + millis);
        let signature = judge.key.sign(&timestamp);
        let body = json!({
            "user_id": "user-1", "job_id": "job-1", "image_links": false, "history": false,
            "partner_id": "085", "timestamp": timestamp.as_str(), "signature": signature.as_str(),
        });
        let request = Request::post("/v1/job_status").header("content-type", "application/json");
        let answer = Response::builder().status(status).body(Bytes::from(told.to_string()))?;
        judge.observe(&request.body(Bytes::from(body.to_string()))?, Some(&answer), BEGINNING + millis);
        Ok(())
    }

    fn judge() -> Result<Judge, Box<dyn Error>> {
        Ok(Judge::new(Credentials::new("085", "test-api-key-0001")?))
    }

    fn found(judge: &Judge) -> Vec<String> {
        judge.report().rules.into_iter().map(|rule| rule.rule).collect()
    }

    #[test]
    fn who_begins_anew_has_other_jobs() -> Fallible {
        let unknown = json!({"code": "2304"});
        for (whose, is_told) in [(None, true), (Some("085"), true), (Some("001"), false)] {
            let mut judge = judge()?;
            ask(&mut judge, 400, &unknown, 0)?;
            judge.begin_anew(whose.map(PartnerId::new).transpose()?.as_ref());
            ask(&mut judge, 400, &unknown, 2000)?;
            let expected: &[&str] = if is_told { &[] } else { &["polled-after-refusal"] };
            assert_eq!(found(&judge), expected, "{whose:?}");
        }
        Ok(())
    }

    #[test]
    fn an_archive_that_never_came_is_missed_though_all_began_anew() -> Fallible {
        let mut judge = judge()?;
        let body =
            r#"{"smile_client_id": "085", "partner_params": {"user_id": "u", "job_id": "j", "job_type": 4}}"#;
        let answer = r#"{"upload_url": "https://storage.example/selfie.zip?Signature=x"}"#;
        let request = Request::post("/v1/upload").body(Bytes::from(body))?;
        judge.observe(&request, Some(&Response::new(Bytes::from(answer))), BEGINNING);
        judge.begin_anew(None);
        assert!(found(&judge).contains(&"archive-never-came".to_owned()));
        Ok(())
    }

    #[test]
    fn questions_are_counted_anew_when_a_clock_is_moved() -> Fallible {
        let pending = json!({"job_complete": false});
        for (is_moved, expected) in [(true, &[][..]), (false, &["polled-for-ever", "polled-too-fast"])] {
            let mut judge = judge()?;
            for question in 0..30 {
                ask(&mut judge, 200, &pending, 2 * question)?;
                if is_moved && question % 10 == 9 {
                    judge.clock_set();
                }
            }
            assert_eq!(found(&judge), expected);
        }
        Ok(())
    }

    #[test]
    fn nothing_is_judged_by_a_look_whether_the_server_is_there() -> Fallible {
        let mut judge = judge()?;
        let forbidden = Response::builder().status(403).body(Bytes::new())?;
        judge.observe(&Request::get("/").body(Bytes::new())?, Some(&forbidden), BEGINNING);
        assert!(judge.report().is_empty());
        Ok(())
    }
}
