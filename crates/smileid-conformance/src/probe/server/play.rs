//! Runs a server scenario step by step.

pub(crate) mod request;

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use serde_json::Value;
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, RequestProof},
    callback::Callback,
    endpoint::Endpoint,
    job::ReadyJob,
    reply::Refusal,
    timestamp::Timestamp,
    v1::upload,
    v3,
};

use super::{
    ServerHarness, ServerTarget, drift,
    endpoint::{AnyEndpoint, DAY, MustSign, is_from_today},
    redact,
};
use crate::{
    case::{Announce, ApiVersion, Ask, Callbacks, Expect, Names, Put, Send, ServerCase, Step, Until},
    digest::sha256,
    failure::{Doing as _, Failure, same, same_text},
    report::{Outcome, StepReport},
};

/// Interval between checks for new callbacks.
const CALLBACK_INTERVAL: Duration = Duration::from_millis(50);

/// Time to wait for callbacks that must not arrive.
const UNEXPECTED_CALLBACK_WAIT: Duration = Duration::from_millis(250);

pub(super) fn play(
    id: &str,
    case: &ServerCase,
    target: &ServerTarget,
    harness: &mut dyn ServerHarness,
) -> (Outcome, Vec<StepReport>) {
    // The ids contain the name of the case, so that no case finds data of another one.
    let name = id.rsplit('/').next().unwrap_or_default().replace('_', "-");
    let run = format!("{}-{name}", target.run);
    let receiver = harness.receiver().unwrap_or_else(|| "https://callback.example".to_owned());
    let mut names = Names::default();
    names.insert("callback_url", format!("{receiver}/{run}"));
    names.insert("partner_id", target.credentials.partner_id().as_str());
    names.insert("run", run);
    let api = case.api;
    let mut player = Player { api, target, harness, names, announced: None, token: None, steps: Vec::new() };
    for (index, step) in case.steps.iter().enumerate() {
        player.steps.push(StepReport::new(step.title()));
        let step_number = index + 1;
        match player.step(step) {
            Ok(()) => {}
            Err(Stop::Failed(failure)) => {
                return (Outcome::Failed { step: step_number, why: failure.report() }, player.steps);
            }
            Err(Stop::Broken(failure)) => {
                return (Outcome::Error { step: step_number, why: failure.report() }, player.steps);
            }
        }
    }
    (Outcome::Passed, player.steps)
}

/// Reason why a scenario stops.
enum Stop {
    /// The server behaves differently from the scenario.
    Failed(Failure),
    /// The server could not be checked: no response arrived, or the request cannot be encoded.
    Broken(Failure),
}

type Played<T> = Result<T, Stop>;

struct Player<'a> {
    api: ApiVersion,
    target: &'a ServerTarget,
    harness: &'a mut dyn ServerHarness,
    names: Names,
    announced: Option<Announced>,
    /// Access token for the requests of this scenario, after one was needed.
    token: Option<String>,
    /// Reports of the executed steps. The last one is about the current step.
    steps: Vec<StepReport>,
}

/// Image job of the last upload request.
struct Announced {
    job: ReadyJob,
    request: upload::Request,
    proof: RequestProof,
    reply: Option<upload::Response>,
}

impl Player<'_> {
    fn step(&mut self, step: &Step) -> Played<()> {
        match step {
            Step::Ask(ask) => self.ask(ask),
            Step::Announce(announce) => self.announce(announce),
            Step::Put(put) => self.put(put),
            Step::Send(send) => self.other(send),
            Step::Callbacks(callbacks) => self.callbacks(callbacks),
        }
    }

    fn ask(&mut self, ask: &Ask) -> Played<()> {
        let endpoint = AnyEndpoint::named(&ask.endpoint).map_err(Stop::Broken)?;
        let mut tries = 0;
        loop {
            tries += 1;
            let mut signer = request::signer(&ask.sign, self).map_err(Stop::Broken)?;
            signer.token = match &ask.token {
                Some(token) => Some(self.names.fill(token)),
                None if endpoint.needs_token => Some(self.token(ask.sign.by.is_none(), &signer.key)?),
                None => None,
            };
            let value = self.names.fill_value(&ask.value);
            let written = (endpoint.write)(&value, &self.target.origin, &signer);
            let written = written.and_then(|it| request::changed(it, &ask.change, &self.names));
            let response = self.exchange(written.map_err(Stop::Broken)?)?;
            if let Some(until) = &ask.until
                && tries < until.tries
                && !self.is_there(until, &response)
                && [Some(ask.expect.status), until.pending].contains(&Some(response.status().as_u16()))
            {
                self.harness.pause(Duration::from_secs(until.every));
                continue;
            }
            self.expect(&ask.expect, &response)?;
            self.reply(endpoint, &ask.expect, &response, &signer.key)?;
            return self.keep(&ask.keep, &response);
        }
    }

    /// Requests an access token that is valid for all products and persons. All requests of the partner share it.
    fn token(&mut self, is_own: bool, key: &Credentials) -> Played<String> {
        if let Some(token) = self.token.as_ref().filter(|_| is_own) {
            return Ok(token.clone());
        }
        let now = Timestamp::from_utc_millis(self.harness.now_utc_millis());
        let proof = <v3::token::Request as Endpoint>::Auth::prove(key, &now);
        let written = v3::token::Request::unbound().encode(&self.target.origin, &proof);
        let response =
            self.exchange(written.doing("writing the request for a token").map_err(Stop::Broken)?)?;
        let reply = v3::token::Request::decode_reply(&response).doing("requesting a token");
        let (reply, ()) = reply.map_err(Stop::Failed)?.trust_without_checking();
        let token = reply.token.expose().to_owned();
        if is_own {
            self.token = Some(token.clone());
        }
        Ok(token)
    }

    fn is_there(&self, until: &Until, response: &http::Response<Bytes>) -> bool {
        let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        until.json.difference(Some(&body), &self.names).is_none()
    }

    fn announce(&mut self, announce: &Announce) -> Played<()> {
        let (job, written) = request::announcement(announce, self).map_err(Stop::Broken)?;
        self.announced = Some(job);
        let response = self.exchange(written)?;
        self.expect(&announce.expect, &response)?;
        if let Some(announced) = &mut self.announced
            && response.status().is_success()
        {
            let reply = serde_json::from_slice(response.body()).doing("reading the response");
            announced.reply = Some(reply.map_err(Stop::Failed)?);
        }
        self.keep(&announce.keep, &response)
    }

    fn put(&mut self, put: &Put) -> Played<()> {
        let written = request::put(put, self).map_err(Stop::Broken)?;
        let response = self.exchange(written)?;
        self.expect(&put.expect, &response)
    }

    fn other(&mut self, send: &Send) -> Played<()> {
        let written = request::other(send, self).map_err(Stop::Broken)?;
        let response = self.exchange(written)?;
        self.expect(&send.expect, &response)?;
        self.keep(&send.keep, &response)
    }

    fn exchange(&mut self, mut request: http::Request<Bytes>) -> Played<http::Response<Bytes>> {
        let length = request.body().len();
        if length > 0 && !request.headers().contains_key(TRANSFER_ENCODING) {
            request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let sent = redact::request(&request);
        self.note(|step| step.sent = sent);
        let response = self.harness.send(request).map_err(|source| {
            Stop::Broken(Failure::Error { what: "no response arrived".to_owned(), source })
        })?;
        self.note(|step| note_response(step, &response));
        Ok(response)
    }

    fn note(&mut self, note: impl FnOnce(&mut StepReport)) {
        if let Some(step) = self.steps.last_mut() {
            note(step);
        }
    }

    fn expect(&self, expect: &Expect, response: &http::Response<Bytes>) -> Played<()> {
        self.holds(expect, response).map_err(Stop::Failed)
    }

    fn holds(&self, expect: &Expect, response: &http::Response<Bytes>) -> Result<(), Failure> {
        same("the status", &Value::from(expect.status), &Value::from(response.status().as_u16()))?;
        if let Some(code) = &expect.code {
            let refusal = Refusal::read(response);
            let got = refusal.code.as_ref().map_or(Value::Null, |code| Value::from(code.as_str()));
            same("the error code", &Value::from(code.as_str()), &got)?;
        }
        if let Some(json) = &expect.json {
            let got = serde_json::from_slice(response.body()).doing("reading the response as JSON")?;
            if let Some(difference) = json.difference(Some(&got), &self.names) {
                let difference = redact::difference(difference);
                return Err(Failure::Different { what: "the response".to_owned(), difference });
            }
        }
        for (name, expected) in &expect.headers {
            let got = header(response, name);
            if let Some(difference) = expected.difference(got.as_ref(), &self.names) {
                let (what, difference) = (format!("the header {name}"), redact::difference(difference));
                return Err(Failure::Different { what, difference });
            }
        }
        if let Some(sum) = &expect.sha256 {
            same_text("the SHA-256 of the body", sum, &sha256(response.body()))?;
        }
        if expect.empty {
            same("the length of the body", &Value::from(0), &Value::from(response.body().len()))?;
        }
        Ok(())
    }

    /// Checks that clients can read the response of an endpoint, and verifies its signature.
    fn reply(
        &self,
        endpoint: &AnyEndpoint,
        expect: &Expect,
        response: &http::Response<Bytes>,
        key: &Credentials,
    ) -> Played<()> {
        if !response.status().is_success() {
            return Ok(());
        }
        let must_sign = expect.signed.then(|| MustSign { key, now: self.harness.now_utc_millis() });
        (endpoint.read)(response, must_sign.as_ref()).map_err(Stop::Failed)
    }

    fn keep(&mut self, keep: &BTreeMap<String, String>, response: &http::Response<Bytes>) -> Played<()> {
        if keep.is_empty() {
            return Ok(());
        }
        let body: Value = serde_json::from_slice(response.body())
            .doing("reading the response as JSON")
            .map_err(Stop::Failed)?;
        for (name, pointer) in keep {
            let value = match pointer.strip_prefix("header:") {
                Some(name) => header(response, name),
                None => body.pointer(pointer).cloned(),
            };
            let value = value.unwrap_or_default();
            if value.is_null() {
                return Err(Stop::Failed(Failure::Missing { pointer: pointer.clone() }));
            }
            self.names.insert(name, value);
        }
        Ok(())
    }

    fn callbacks(&mut self, callbacks: &Callbacks) -> Played<()> {
        let address = self.names.fill(&callbacks.at);
        let wanted = callbacks.expect.len();
        let mut left = Duration::from_secs(callbacks.seconds);
        let mut arrived = self.harness.received(&address);
        while arrived.len() < wanted && !left.is_zero() {
            self.harness.pause(CALLBACK_INTERVAL.min(left));
            left = left.saturating_sub(CALLBACK_INTERVAL);
            arrived = self.harness.received(&address);
        }
        // An unexpected callback usually arrives immediately.
        self.harness.pause(UNEXPECTED_CALLBACK_WAIT);
        arrived = self.harness.received(&address);
        self.note(|step| note_callbacks(step, &arrived));
        self.same_callbacks(callbacks, &arrived).map_err(Stop::Failed)
    }

    fn same_callbacks(&self, callbacks: &Callbacks, arrived: &[http::Request<Bytes>]) -> Result<(), Failure> {
        same("the number of callbacks", &Value::from(callbacks.expect.len()), &Value::from(arrived.len()))?;
        let bodies = arrived.iter().map(|callback| match self.api {
            ApiVersion::V1 => self.verified(callback.body()),
            ApiVersion::V3 => self.verified_v3(callback),
        });
        let mut bodies = bodies.collect::<Result<Vec<Value>, Failure>>()?;
        for expected in &callbacks.expect {
            let differences = bodies.iter().map(|body| expected.difference(Some(body), &self.names));
            let mut differences: Vec<_> = differences.collect();
            if let Some(index) = differences.iter().position(Option::is_none) {
                bodies.remove(index);
                continue;
            }
            // If several callbacks differ, the failure shows the last one. The report contains all.
            let what = "a callback".to_owned();
            let difference = differences.pop().flatten().map(redact::difference);
            return Err(match difference {
                Some(difference) => Failure::Different { what, difference },
                None => Failure::Missing { pointer: what },
            });
        }
        Ok(())
    }
}

impl Player<'_> {
    /// Verifies a callback, and returns its content.
    fn verified(&self, body: &Bytes) -> Result<Value, Failure> {
        let read = Callback::read(body).doing("reading the callback")?;
        let time = read.proof().as_ref().map(|proof| proof.timestamp.clone());
        read.verify(&self.target.credentials).doing("verifying the callback's signature")?;
        is_from_today(time.as_ref(), self.harness.now_utc_millis())?;
        serde_json::from_slice(body).doing("reading the callback")
    }

    /// Verifies a V3 callback, and returns its content with the ids in its headers.
    fn verified_v3(&self, callback: &http::Request<Bytes>) -> Result<Value, Failure> {
        let (headers, body) = (callback.headers(), callback.body());
        let read = v3::callback::Callback::read(headers, body).doing("reading the callback")?;
        let now = self.harness.now_utc_millis();
        let keys = self.target.credentials.forms();
        read.verify_origin(&keys, now, DAY).doing("verifying the callback's signature")?;
        let mut json: serde_json::Map<String, Value> =
            serde_json::from_slice(body).doing("reading the callback")?;
        for (header, member) in [("job-id", "job_id"), ("user-id", "user_id")] {
            json.remove(member);
            if let Some(id) = headers.get(header).and_then(|id| id.to_str().ok()) {
                json.insert(member.to_owned(), id.into());
            }
        }
        Ok(Value::Object(json))
    }
}

fn header(response: &http::Response<Bytes>, name: &str) -> Option<Value> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(Value::from)
}

fn note_response(step: &mut StepReport, response: &http::Response<Bytes>) {
    step.got = redact::response(response);
    step.status = Some(response.status().as_u16());
    step.members =
        serde_json::from_slice(response.body()).map(|json: Value| drift::members(&json)).unwrap_or_default();
}

fn note_callbacks(step: &mut StepReport, arrived: &[http::Request<Bytes>]) {
    for callback in arrived {
        let body = serde_json::from_slice(callback.body()).unwrap_or_default();
        let _cannot_fail = writeln!(step.got, "{}", redact::masked(&body));
    }
}
