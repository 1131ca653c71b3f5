//! Judges API clients: compares every request with the wire reference.
//!
//! A server passes each request with its response to the [`Judge`]. `smileid-conformance client` does this in the mock
//! server. Each [`Rule`] comes from a section of the reference.
//!
//! ```
//! use bytes::Bytes;
//! use smileid_conformance::client::Judge;
//! use smileid_protocol::auth::Credentials;
//!
//! let mut judge = Judge::new(Credentials::new("085", "test-api-key-0001")?);
//! let request = http::Request::get("/v1/uplaod").body(Bytes::new())?;
//! let response = http::Response::builder().status(403).body(Bytes::new())?;
//! judge.observe(&request, Some(&response), 1_700_000_000_000);
//!
//! let report = judge.report();
//! assert_eq!(report.rules[0].rule, "no-route");
//! assert_eq!(report.rules[0].places, ["GET /v1/uplaod"]);
//! assert!(!report.is_good());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
mod response;
pub(crate) mod rule;
mod tally;
mod v3;

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

use crate::case::ApiVersion;

use self::{
    bounded::hash,
    history::History,
    request::{Content, Route},
    response::ResponseInfo,
    rule::Breach,
    tally::{Notes, Tally},
};

/// Judge of an API client, who compares its requests with the rules.
///
/// Memory use is constant: only hashes of requests, counts and some places are stored. The judge reads no clock.
pub struct Judge {
    key: Credentials,
    requests: u64,
    tally: Tally,
    history: History,
    v3: v3::History,
}

impl Judge {
    /// Creates a judge for a client with these credentials.
    pub fn new(key: Credentials) -> Self {
        Self {
            key,
            requests: 0,
            tally: Tally::default(),
            history: History::default(),
            v3: v3::History::default(),
        }
    }

    /// Checks a request and its response. The request arrived at `now_utc_millis`, in milliseconds since 1970.
    ///
    /// `response` is `None` if the client received no complete response. The body of the request is empty if it was not
    /// read to its end. Archives and wrong signatures may take some time.
    pub fn observe(
        &mut self,
        request: &Request<Bytes>,
        response: Option<&Response<Bytes>>,
        now_utc_millis: i64,
    ) {
        let key = self.key.clone();
        self.observe_partner(&key, request, response, now_utc_millis..now_utc_millis);
    }

    /// Checks a request of one of several partners. `during_utc_millis` begins when the request arrives and ends when its
    /// response is sent; requests may overlap.
    pub fn observe_partner(
        &mut self,
        key: &Credentials,
        request: &Request<Bytes>,
        response: Option<&Response<Bytes>>,
        during_utc_millis: Range<i64>,
    ) {
        let response = ResponseInfo::new(response);
        // If the body was not read completely, only the rule about its size can be checked.
        let is_too_large = response.status() == Some(StatusCode::PAYLOAD_TOO_LARGE);
        if is_unread(request) && !is_too_large {
            if self.history.knows(address(request)) {
                // The upload of a too large archive counts as an upload of the job's archive.
                let _not_its_end = self.history.put(address(request), &response);
            }
            return;
        }
        let (method, path) = (request.method(), request.uri().path());
        if path == "/" && [Method::GET, Method::HEAD].contains(method) {
            return; // a check whether the server runs
        }
        self.requests += 1;
        let Self { tally, history, v3, .. } = self;
        if let Some(path) = v3::path(path) {
            let shown = v3::Route::find(method, path)
                .map_or_else(|| mask::pointer(path), |it| it.spec.path.to_owned());
            let mut notes = Notes::new(tally, format!("{} {shown}", mask::name(method.as_str())));
            v3::judge(v3, request, &response, key, &during_utc_millis, &mut notes);
            return;
        }
        let is_of_storage = !path.starts_with("/v1/") && !path.starts_with("/v2/");
        let route = Route::find(method, path);
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
            Some(route) => Self::endpoint(history, route, request, &response, key, &during_utc_millis, notes),
            None if is_archive => Self::archive(history, request, &response, key, notes),
            None if response.is_success() => {}
            // This is the download of an image. Its link may come from a callback, so it need not be known.
            None if *method == Method::GET && is_of_storage && is_presigned(request) => {}
            None => {
                let breach = if Route::at(path).is_some() { Breach::WrongMethod } else { Breach::NoRoute };
                notes.add(breach.code());
            }
        }
    }

    /// Records that the server reset one or all partners. Later jobs with the same ids are different jobs.
    pub fn reset(&mut self, partner: Option<&PartnerId>) {
        self.history.reset(partner);
    }

    /// Records that a clock of the server was changed. The counts of status requests start again.
    pub fn clock_set(&mut self) {
        self.history.clock_set();
    }

    /// Returns the report so far.
    pub fn report(&self) -> ClientReport {
        let mut tally = self.tally.clone();
        for job_type in self.history.awaiting() {
            let place = job_type.map_or_else(String::new, |it| format!(" of a job of type {}", it.number()));
            tally.add(Breach::ArchiveNeverCame.code(), format!("the upload request{place}"));
        }
        let mut rules: Vec<_> = tally
            .rules()
            .map(|(rule, count)| BrokenRule::new(rule, count.count, count.places.clone()))
            .collect();
        rules.sort_by_key(|rule| rule.level == Level::Quirk);
        ClientReport { subject: None, version: ApiVersion::default(), requests: self.requests, rules }
    }

    fn endpoint(
        history: &mut History,
        route: &Route,
        request: &Request<Bytes>,
        response: &ResponseInfo<'_>,
        key: &Credentials,
        during: &Range<i64>,
        mut notes: Notes<'_>,
    ) {
        let now = during.start;
        if response.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) {
            notes.add_at(Breach::RequestRefused.code(), "HTTP 413");
            return;
        }
        let Content { body, proof } = request::judge(route, request, response, key, now, &mut notes);
        if !notes.has_violation()
            && let Some(code) = response.code().filter(is_of_the_request)
        {
            let section = members::section(route.name());
            refusal::note(&code, response.diagnosis(), &section, &mut notes);
        }
        let subject = Subject::from_request(request);
        let job = history.job(&subject);
        if let Some(proof) = &proof {
            let same = hash(&(request.method(), request.uri().path(), request.body()));
            let proof = (proof.timestamp.as_str(), proof.signature.as_str());
            if let Some(breach) = history.proven(proof, same, job, response, now) {
                notes.add(breach.code());
            }
        }
        let (Some(job), Some(body)) = (job, body) else { return };
        let breaches = match route.name() {
            "upload" => history.announced(job, &body, &subject, response, during).into_iter().collect(),
            "job_status" => history.asked(job, response, during),
            name if is_lookup(name) => history.looked_up(job, response).into_iter().collect(),
            _ => Vec::new(),
        };
        for breach in breaches {
            notes.add(breach.code());
        }
    }

    fn archive(
        history: &mut History,
        request: &Request<Bytes>,
        response: &ResponseInfo<'_>,
        key: &Credentials,
        mut notes: Notes<'_>,
    ) {
        let address = address(request);
        if *request.method() != Method::PUT {
            notes.add(Breach::WrongMethod.code());
            return;
        }
        // If the server accepts an upload to an unknown link, it issued the link before the judge started.
        if response.is_refusal() && !history.knows(address) {
            notes.add(Breach::LinkUnknown.code());
            return;
        }
        let announcement = history.announcement(address).copied();
        if response.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) {
            notes.add_at(Breach::RequestRefused.code(), "HTTP 413");
        } else {
            archive::judge(request, key, announcement.as_ref(), &mut notes);
        }
        if let Some(breach) = history.put(address, response) {
            notes.add(breach.code());
        }
    }
}

/// Shows only the numbers of requests and broken rules.
impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge").field("requests", &self.requests).finish_non_exhaustive()
    }
}

/// Returns true if the body of a request was not read completely.
fn is_unread(request: &Request<Bytes>) -> bool {
    let headers = request.headers();
    let has_length = headers.get(CONTENT_LENGTH).is_some_and(|it| it != "0");
    request.body().is_empty() && (has_length || headers.contains_key(TRANSFER_ENCODING))
}

/// Returns a presigned URL without its host, because a server may have several names.
fn address(request: &Request<Bytes>) -> &str {
    request.uri().path_and_query().map_or("", |it| it.as_str())
}

/// Returns true if the query of a URL contains a signature.
fn is_presigned(request: &Request<Bytes>) -> bool {
    request.uri().query().is_some_and(|query| query.contains("Signature="))
}

/// Returns `true` if an error code means that the content of the request is wrong.
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

    /// Sends a status request for the job `job-1` of `user-1` with this response, `millis` after the beginning.
    fn ask(judge: &mut Judge, status: u16, told: &Value, millis: i64) -> Fallible {
        let timestamp = Timestamp::from_utc_millis(BEGINNING + millis);
        let signature = judge.key.sign(&timestamp);
        let body = json!({
            "user_id": "user-1", "job_id": "job-1", "image_links": false, "history": false,
            "partner_id": "085", "timestamp": timestamp.as_str(), "signature": signature.as_str(),
        });
        let request = Request::post("/v1/job_status").header("content-type", "application/json");
        let response = Response::builder().status(status).body(Bytes::from(told.to_string()))?;
        judge.observe(&request.body(Bytes::from(body.to_string()))?, Some(&response), BEGINNING + millis);
        Ok(())
    }

    fn judge() -> Result<Judge, Box<dyn Error>> {
        Ok(Judge::new(Credentials::new("085", "test-api-key-0001")?))
    }

    fn found(judge: &Judge) -> Vec<String> {
        judge.report().rules.into_iter().map(|rule| rule.rule).collect()
    }

    #[test]
    fn jobs_after_a_reset_are_different() -> Fallible {
        let unknown = json!({"code": "2304"});
        for (whose, is_told) in [(None, true), (Some("085"), true), (Some("001"), false)] {
            let mut judge = judge()?;
            ask(&mut judge, 400, &unknown, 0)?;
            judge.reset(whose.map(PartnerId::new).transpose()?.as_ref());
            ask(&mut judge, 400, &unknown, 2000)?;
            let expected: &[&str] = if is_told { &[] } else { &["polled-after-refusal"] };
            assert_eq!(found(&judge), expected, "{whose:?}");
        }
        Ok(())
    }

    #[test]
    fn a_missing_archive_is_reported_even_after_a_reset() -> Fallible {
        let mut judge = judge()?;
        let body =
            r#"{"smile_client_id": "085", "partner_params": {"user_id": "u", "job_id": "j", "job_type": 4}}"#;
        let response = r#"{"upload_url": "https://storage.example/selfie.zip?Signature=x"}"#;
        let request = Request::post("/v1/upload").body(Bytes::from(body))?;
        judge.observe(&request, Some(&Response::new(Bytes::from(response))), BEGINNING);
        judge.reset(None);
        assert!(found(&judge).contains(&"archive-never-came".to_owned()));
        Ok(())
    }

    #[test]
    fn a_changed_clock_restarts_the_polling_counts() -> Fallible {
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
    fn a_check_whether_the_server_runs_is_not_judged() -> Fallible {
        let mut judge = judge()?;
        let forbidden = Response::builder().status(403).body(Bytes::new())?;
        judge.observe(&Request::get("/").body(Bytes::new())?, Some(&forbidden), BEGINNING);
        assert!(judge.report().is_empty());
        Ok(())
    }
}
