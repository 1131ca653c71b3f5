//! Helpers for tests: a mock server with one partner and a virtual clock.

use std::{cell::Cell, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};
use smileid_mock_server::{Config, Processing, Rule, Scenario, Service, UtcMillis};
use smileid_protocol::{
    auth::{AuthScheme, Credentials},
    endpoint::{Endpoint, SignedEndpoint},
    job::{CallbackUrl, Image, ImageJob, JobRef, ReadyJob},
    package::layout::Layout,
    reply::Refusal,
    timestamp::Timestamp,
    types::JobResult,
    v1::{
        job_status,
        put_archive::{self, UploadUrl},
        upload,
    },
};

pub(crate) const SELFIE: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/selfie.jpg"));
pub(crate) const ID_CARD: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/id_card.jpg"));
pub(crate) const ID_CARD_BACK: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/images/id_card_back.jpg"));

/// Beginning of a PNG of one pixel: the smallest content that counts as an image.
pub(crate) const TINY: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

/// Callback URL that the tests use.
pub(crate) const CALLBACK: &str = "https://partner.example/callback?secret=1";

pub(crate) const ORIGIN: &str = "http://127.0.0.1:8085";

/// A partner of a mock server, with its core and a clock.
pub(crate) struct Mock {
    pub(crate) service: Arc<Service>,
    pub(crate) credentials: Credentials,
    now: Cell<UtcMillis>,
}

impl Mock {
    pub(crate) fn new() -> Self {
        Self::processing(Processing::Immediate)
    }

    pub(crate) fn processing(processing: Processing) -> Self {
        let mut config = Config::new([42; 32]);
        config.processing = processing;
        Self::with(config)
    }

    pub(crate) fn with(config: Config) -> Self {
        let credentials = config.partners[0].clone();
        let now = Cell::new(UtcMillis::from_utc_millis(1_700_000_000_123));
        Self { service: Arc::new(Service::new(config)), credentials, now }
    }

    /// Creates another partner of an existing mock server.
    pub(crate) fn sharing(service: Arc<Service>, credentials: Credentials) -> Self {
        Self { service, credentials, now: Cell::new(UtcMillis::from_utc_millis(1_700_000_000_123)) }
    }

    pub(crate) fn now(&self) -> UtcMillis {
        self.now.get()
    }

    pub(crate) fn pass(&self, duration: Duration) {
        self.now.set(self.now().after(duration));
    }

    pub(crate) fn raw(&self, request: &Request<Bytes>) -> Response<Bytes> {
        self.service.handle(request, self.now()).response
    }

    /// Sends a request without a body to a control route, and returns the response.
    pub(crate) fn admin(&self, method: &Method, path: &str) -> (u16, Value) {
        let request = Request::builder().method(method).uri(format!("{ORIGIN}/_mock{path}"));
        let response = self.raw(&request.body(Bytes::new()).unwrap());
        (response.status().as_u16(), serde_json::from_slice(response.body()).expect("an answer in JSON"))
    }

    /// Returns the journal entries that a query selects.
    pub(crate) fn journal(&self, query: &str) -> Vec<Value> {
        let (status, journal) = self.admin(&Method::GET, &format!("/journal{query}"));
        assert_eq!(status, 200, "{journal}");
        journal["entries"].as_array().unwrap().clone()
    }

    pub(crate) fn timestamp(&self) -> Timestamp {
        Timestamp::from_utc_millis(self.now().to_utc_millis())
    }

    /// Returns the time at which the partner signs: a moment before the mock server responds.
    pub(crate) fn asked(&self) -> Timestamp {
        Timestamp::from_utc_millis(self.now().to_utc_millis() - 40)
    }

    /// Returns the request as the partner would send it.
    pub(crate) fn encode<E: SignedEndpoint>(&self, message: &E) -> Request<Bytes> {
        let proof = E::Auth::prove(&self.credentials, &self.asked());
        message.encode(&ORIGIN.parse().unwrap(), &proof).unwrap()
    }

    /// Sends a message, and verifies the signature of the response.
    pub(crate) fn send<E: SignedEndpoint>(&self, message: &E) -> Result<E::Response, Refused> {
        let response = self.raw(&self.encode(message));
        if response.status() != StatusCode::OK {
            return Err(Refused::read(&response));
        }
        Ok(E::decode_reply(&response)
            .unwrap()
            .verify_if_signed(&self.credentials)
            .expect("a proof by the partner's key"))
    }

    /// Sends a message whose JSON was changed.
    pub(crate) fn send_altered<E: SignedEndpoint>(
        &self,
        message: &E,
        alter: impl FnOnce(&mut Map<String, Value>),
    ) -> Response<Bytes> {
        let request = self.encode(message);
        let mut members: Map<String, Value> = serde_json::from_slice(request.body()).unwrap();
        alter(&mut members);
        self.raw(&request.map(|_| serde_json::to_vec(&members).unwrap().into()))
    }

    /// Returns the whole response to a message, without timestamp and signature.
    pub(crate) fn reply<E: SignedEndpoint>(&self, message: &E) -> Value {
        let response = self.raw(&self.encode(message));
        assert_eq!(response.status(), StatusCode::OK, "{:?}", response.body());
        E::decode_reply(&response)
            .unwrap()
            .verify_if_signed(&self.credentials)
            .expect("a proof by the partner's key");
        let mut body: Value = serde_json::from_slice(response.body()).unwrap();
        if let Some(signature) = body.as_object_mut().unwrap().remove("signature") {
            assert_eq!(signature.as_str().unwrap().len(), 44);
            let timestamp = body.as_object_mut().unwrap().remove("timestamp");
            assert_eq!(timestamp, Some(self.timestamp().as_str().into()));
        }
        body
    }

    /// Returns the whole error response to a message, with its HTTP status.
    pub(crate) fn refusal(&self, message: &impl SignedEndpoint) -> (u16, Value) {
        refusal_of(&self.raw(&self.encode(message)))
    }

    /// Returns the error response to a message with the member at `path` set, or removed if null.
    pub(crate) fn refusal_with(
        &self,
        message: &impl SignedEndpoint,
        path: &str,
        value: Value,
    ) -> (u16, Value) {
        refusal_of(&self.send_altered(message, |members| {
            let mut members = members;
            let mut steps: Vec<_> = path.split('.').collect();
            let name = steps.pop().unwrap();
            for step in steps {
                members = members[step].as_object_mut().unwrap();
            }
            if value.is_null() {
                assert!(members.remove(name).is_some(), "`{path}` is written elsewhere");
            } else {
                members.insert(name.to_owned(), value);
            }
        }))
    }

    pub(crate) fn put(&self, url: &str, archive: impl Into<Bytes>) -> Response<Bytes> {
        let archive = archive.into();
        let head = put_archive::request(&UploadUrl::parse(url).unwrap(), archive.len() as u64).unwrap();
        self.raw(&Request::from_parts(head, archive))
    }

    /// Submits a job: sends its upload request and its archive.
    pub(crate) fn submit(&self, job: ImageJob) -> Result<String, Refused> {
        self.submit_with(job, None)
    }

    /// Submits a job with a callback URL: sends its upload request and its archive.
    pub(crate) fn submit_with(
        &self,
        job: ImageJob,
        callback: Option<&CallbackUrl>,
    ) -> Result<String, Refused> {
        let job = ready(job);
        let request = job.upload_request(callback);
        let reply = self.send(&request)?;
        let response = self.put(&reply.upload_url, self.archive(&job, &request, &reply));
        assert_eq!(response.status(), StatusCode::OK, "{response:?}");
        assert!(response.body().is_empty());
        Ok(reply.smile_job_id)
    }

    pub(crate) fn archive(
        &self,
        job: &ReadyJob,
        request: &upload::Request,
        reply: &upload::Response,
    ) -> Bytes {
        let seal = <upload::Request as Endpoint>::Auth::prove(&self.credentials, &self.timestamp());
        joined(&job.archive(request, &seal, reply).unwrap())
    }

    pub(crate) fn status(&self, user_id: &str, job_id: &str) -> job_status::Response {
        let mut request = job_status::Request::new(user_id, job_id);
        request.history = true;
        self.send(&request).unwrap()
    }

    /// Submits a job whose result is available at once.
    pub(crate) fn result(&self, job: ImageJob) -> JobResult {
        let ids = job.ids().clone();
        self.submit(job).unwrap();
        let status = self.status(ids.user_id(), ids.job_id());
        status.result().unwrap_or_else(|| panic!("no result: {status:?}")).clone()
    }
}

/// Content of an error response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) error: String,
}

impl Refused {
    pub(crate) fn read(response: &Response<Bytes>) -> Self {
        let refusal = Refusal::read(response);
        Self {
            status: response.status().as_u16(),
            code: refusal.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default(),
            error: refusal.message().unwrap_or_default(),
        }
    }
}

pub(crate) fn refusal_of(response: &Response<Bytes>) -> (u16, Value) {
    assert_ne!(response.status(), StatusCode::OK, "{:?}", response.body());
    (response.status().as_u16(), serde_json::from_slice(response.body()).expect("a refusal in JSON"))
}

/// Returns an error response with a code, as most endpoints have it.
pub(crate) fn refused(code: &str, error: &str) -> (u16, Value) {
    (400, json!({"code": code, "error": error}))
}

/// Returns an error response in the format of the newer endpoints.
pub(crate) fn unsuccessful(code: &str, error: &str) -> (u16, Value) {
    (400, json!({"code": code, "error": error, "success": false}))
}

pub(crate) const MISSING: &str = "A required parameter is missing";
pub(crate) const INVALID: &str = "Invalid request";

pub(crate) fn callback() -> CallbackUrl {
    CallbackUrl::parse(CALLBACK).unwrap()
}

pub(crate) fn ids(user_id: &str, job_id: &str) -> JobRef {
    JobRef::new(user_id, job_id).unwrap()
}

pub(crate) fn selfie() -> Image {
    Image::bytes(SELFIE)
}

pub(crate) fn id_card() -> Image {
    Image::bytes(ID_CARD)
}

pub(crate) fn registration(user_id: &str, job_id: &str) -> ImageJob {
    ImageJob::smart_selfie_registration(ids(user_id, job_id), selfie())
}

pub(crate) fn authentication(user_id: &str, job_id: &str) -> ImageJob {
    ImageJob::smart_selfie_authentication(ids(user_id, job_id), selfie())
}

pub(crate) fn wishing(job: ImageJob, sandbox_result: impl Into<Value>) -> ImageJob {
    job.with_partner_param("sandbox_result", sandbox_result).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "jobs are made on the spot, and reading takes nothing")]
pub(crate) fn ready(job: ImageJob) -> ReadyJob {
    job.read(|path| panic!("no file is read here: {}", path.display())).unwrap()
}

pub(crate) fn joined(layout: &Layout<Bytes>) -> Bytes {
    layout.segments.iter().flat_map(|segment| segment.clone().into_bytes()).collect()
}

/// Returns the values of a result's `Actions`, by name.
pub(crate) fn action<'a>(result: &'a JobResult, name: &str) -> &'a str {
    result
        .actions
        .as_ref()
        .and_then(|actions| actions.get(&name.into()))
        .map_or("(none)", |value| value.as_str())
}

pub(crate) fn code(result: &JobResult) -> &str {
    result.result_code.as_ref().map_or("(none)", |code| code.as_str())
}

/// Parses a rule with a scenario from JSON.
pub(crate) fn rule(json: &Value) -> Rule<Scenario> {
    serde_json::from_value(json.clone()).unwrap()
}

/// Creates a mock server with one scenario for all requests.
pub(crate) fn under(scenario: &Value) -> Mock {
    let mock = Mock::new();
    mock.service.add_scenario(rule(&json!({ "then": scenario }))).unwrap();
    mock
}

/// Returns the request for a message with the scenario in its header.
pub(crate) fn asking<E: SignedEndpoint>(mock: &Mock, message: &E, scenario: &str) -> Request<Bytes> {
    let mut request = mock.encode(message);
    request.headers_mut().insert("Smileid-Mock-Scenario", scenario.parse().unwrap());
    request
}

/// Returns the result codes of the job `job` of the user `leo`, the newest first.
pub(crate) fn history(mock: &Mock) -> Vec<String> {
    mock.status("leo", "job").history.unwrap().iter().map(|it| code(it).to_owned()).collect()
}
