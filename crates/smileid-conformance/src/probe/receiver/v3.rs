//! The part of the API that knows the jobs of version 3.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::json;
use smileid_protocol::{
    auth::Credentials,
    endpoint::Endpoint,
    types::v3::{JobResult, JobStatus, Status},
    v3::{JobId, status, token},
};

use super::api::refused;
use crate::digest::sha256;

/// Lifetime of a token, in seconds. Source: v3-corrections, C3.
const LIFETIME: i64 = 900;

/// Jobs of version 3 by their id.
#[derive(Debug)]
pub(super) struct Jobs {
    known: BTreeMap<String, Job>,
    /// Last part of all tokens, in place of a signature.
    mark: String,
    asked: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Job {
    status: JobStatus,
    fails: u32,
}

impl Jobs {
    pub(super) fn new(run: &str) -> Self {
        let mark = URL_SAFE_NO_PAD.encode(sha256(format!("{run} token").as_bytes()));
        Self { known: BTreeMap::new(), mark, asked: BTreeMap::new() }
    }

    /// Adds the true result of a job. A job keeps its first result, which is the newest.
    pub(super) fn insert(&mut self, result: JobResult, fails: u32) {
        let Some(job_id) = result.job_id else { return };
        let mut status = JobStatus::default();
        status.status = result.status;
        status.job_id = Some(job_id.clone());
        status.user_id = result.user_id;
        status.message = Some("Job completed".to_owned());
        self.known.entry(job_id).or_insert(Job { status, fails });
    }

    pub(super) fn asked(&self, job_id: &str) -> usize {
        self.asked.get(job_id).copied().unwrap_or_default()
    }

    /// Responds to a request for a token or for a status, and to no other.
    pub(super) fn answer(
        &mut self,
        request: &Request<Bytes>,
        key: &Credentials,
        now_utc_millis: i64,
    ) -> Option<Response<Bytes>> {
        let now = now_utc_millis / 1000;
        if is_for::<token::Request>(request) {
            let is_ours = token::Request::decode(request).is_ok_and(|asked| asked.verify(key).is_ok());
            return Some(if is_ours { written::<token::Request>(&self.token(now)) } else { unauthorized() });
        }
        if !is_for::<status::Request>(request) {
            return None;
        }
        let Ok(asked) = status::Request::decode(request) else {
            let body = json!({"status": "Bad Request", "message": "\"jobId\" must be a valid TypeID with prefix 'job_'"});
            return Some(refused(StatusCode::BAD_REQUEST, &body));
        };
        let (asked, proof) = asked.trust_without_checking();
        if !self.issued(proof.token.expose(), now) {
            return Some(unauthorized());
        }
        Some(self.status(&asked.job_id))
    }

    fn status(&mut self, job_id: &JobId) -> Response<Bytes> {
        *self.asked.entry(job_id.as_str().to_owned()).or_default() += 1;
        let mut unknown = JobStatus::default();
        let status = match self.known.get_mut(job_id.as_str()) {
            Some(job) if job.fails > 0 => {
                job.fails -= 1;
                let body = json!({"status": "Service Unavailable", "message": "Service Unavailable"});
                return refused(StatusCode::SERVICE_UNAVAILABLE, &body);
            }
            Some(job) => &job.status,
            None => {
                unknown.status = Some(Status::NotFound);
                unknown.job_id = Some(job_id.as_str().to_owned());
                unknown.user_id = Some("unknown".to_owned());
                unknown.message = Some("Job not found".to_owned());
                &unknown
            }
        };
        written::<status::Request>(status)
    }

    fn token(&self, now: i64) -> token::Response {
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let head = part(json!({"alg": "HS256", "typ": "JWT"}));
        let claims = part(json!({"iat": now, "exp": now + LIFETIME}));
        token::Response::new(format!("{head}.{claims}.{}", self.mark))
    }

    /// True if a token is one of these, and has not expired.
    fn issued(&self, token: &str, now: i64) -> bool {
        let is_ours = token.rsplit('.').next() == Some(self.mark.as_str());
        is_ours && token::Response::new(token).expires_at().is_some_and(|expiry| now < expiry)
    }
}

fn is_for<E: Endpoint>(request: &Request<Bytes>) -> bool {
    E::SPEC.matches(request.method(), request.uri().path())
}

fn written<E: Endpoint>(response: &E::Response) -> Response<Bytes>
where
    E::ReplyAuth: smileid_protocol::auth::AuthScheme<Proof = ()>,
{
    E::encode_reply(response, &()).unwrap_or_else(|_| {
        refused(StatusCode::INTERNAL_SERVER_ERROR, &json!({"status": "Internal Server Error"}))
    })
}

fn unauthorized() -> Response<Bytes> {
    let body = json!({"status": "Unauthorized", "message": "Invalid authentication credentials."});
    refused(StatusCode::UNAUTHORIZED, &body)
}
