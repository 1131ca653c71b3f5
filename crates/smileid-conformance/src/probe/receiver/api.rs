//! Simulated API that knows the true results of the jobs in receiver cases.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::CONTENT_TYPE};
use serde::Deserialize as _;
use serde_json::json;
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, SignedReply},
    endpoint::Endpoint as _,
    timestamp::Timestamp,
    types::{Decision, ErrorCode, JobResult, StatusResult, Verdict},
    v1::job_status,
};

use super::{ReceiverTarget, plan::Plan, v3};
use crate::{
    case::{ApiVersion, Case, ReceiverCase},
    failure::{Doing as _, Failure},
};

/// Simulated API that responds to `POST /v1/job_status` about the jobs of cases, and to nothing else.
///
/// A receiver that asks it can detect altered and forged callbacks.
#[derive(Debug)]
pub struct Api {
    credentials: Credentials,
    /// Jobs by the partner's user id and job id.
    jobs: BTreeMap<(String, String), Job>,
    v3: v3::Jobs,
    asked: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Job {
    results: Vec<JobResult>,
    fails: u32,
}

impl Api {
    /// Creates an API with the true results of the jobs in `cases`, as sent to `target`.
    ///
    /// # Errors
    ///
    /// Fails if a result in a case is invalid.
    pub fn new<'a>(
        cases: impl IntoIterator<Item = &'a Case>,
        target: &ReceiverTarget,
    ) -> Result<Self, Failure> {
        Self::for_jobs(cases.into_iter().filter_map(|case| Some((case.id(), case.receiver()?))), target)
    }

    /// Creates the API from cases with their ids.
    pub(super) fn for_jobs<'a>(
        cases: impl IntoIterator<Item = (&'a str, &'a ReceiverCase)>,
        target: &ReceiverTarget,
    ) -> Result<Self, Failure> {
        let mut jobs = BTreeMap::new();
        let mut v3 = v3::Jobs::new(&target.run);
        for (id, case) in cases {
            let plan = Plan::new(id, case, target);
            for name in &case.api.results {
                let json =
                    plan.message(name)?.map_err(|_| Failure::contradiction("a result must be an object"))?;
                if let (ApiVersion::V3, Some(members)) = (case.version, json.as_object()) {
                    v3.insert(plan.result(members)?, case.api.fails);
                    continue;
                }
                let result = JobResult::deserialize(json).doing("reading a result in `api`")?;
                let params = result.partner_params.as_ref();
                let names = params.and_then(|it| Some((it.user_id.clone()?, it.job_id.clone()?)));
                let names = names.ok_or_else(|| {
                    Failure::contradiction("a result in `api` needs a user id and a job id")
                })?;
                let job = jobs.entry(names).or_insert(Job { results: Vec::new(), fails: case.api.fails });
                job.results.push(result);
            }
        }
        Ok(Self { credentials: target.credentials.clone(), jobs, v3, asked: BTreeMap::new() })
    }

    /// Responds to a request at the time `now_utc_millis`, in milliseconds since 1970.
    pub fn answer(&mut self, request: &Request<Bytes>, now_utc_millis: i64) -> Response<Bytes> {
        if let Some(answer) = self.v3.answer(request, &self.credentials, now_utc_millis) {
            return answer;
        }
        if !job_status::Request::SPEC.matches(request.method(), request.uri().path()) {
            return refused(StatusCode::FORBIDDEN, &json!({"message": "Missing Authentication Token"}));
        }
        let Ok(asked) = job_status::Request::decode(request) else {
            return error(&ErrorCode::INVALID_REQUEST, StatusCode::BAD_REQUEST);
        };
        let asked_at = asked.proof().timestamp.clone();
        let Ok(asked) = asked.verify(&self.credentials) else {
            return error(&ErrorCode::NOT_AUTHORIZED, StatusCode::BAD_REQUEST);
        };
        *self.asked.entry(asked.job_id.clone()).or_default() += 1;
        let Some(job) = self.jobs.get_mut(&(asked.user_id, asked.job_id)) else {
            return error(&ErrorCode::JOB_NOT_FOUND, StatusCode::BAD_REQUEST);
        };
        if job.fails > 0 {
            job.fails -= 1;
            return refused(StatusCode::SERVICE_UNAVAILABLE, &json!({"message": "Service Unavailable"}));
        }
        let mut response = job_status::Response::default();
        response.code = Some(ErrorCode::STATUS_ANSWERED);
        response.job_complete = true;
        response.job_success = Verdict::for_job(&job.results).decision == Decision::Approved;
        response.result = job.results.first().cloned().map(|it| StatusResult::Result(Box::new(it)));
        response.history = asked.history.then(|| job.results.clone());
        // With the timestamp of the request, the response would have the request's signature, which a receiver may
        // refuse as a replay.
        let now = Timestamp::from_utc_millis(now_utc_millis);
        let later = Timestamp::from_utc_millis(now_utc_millis.saturating_add(1));
        let proof = SignedReply::prove(&self.credentials, if now == asked_at { &later } else { &now });
        job_status::Request::encode_reply(&response, &proof)
            .unwrap_or_else(|_| error(&ErrorCode::JOB_NOT_FOUND, StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// Returns the number of status requests for a job that were signed with the partner's key.
    pub fn asked(&self, job_id: &str) -> usize {
        self.asked.get(job_id).copied().unwrap_or_default() + self.v3.asked(job_id)
    }
}

fn error(code: &ErrorCode, otherwise: StatusCode) -> Response<Bytes> {
    let row = code.row();
    let status = row.and_then(|row| StatusCode::from_u16(row.http_status?).ok()).unwrap_or(otherwise);
    let text = row.and_then(|row| row.texts.first()).copied().unwrap_or_default();
    refused(status, &json!({"error": text, "code": code}))
}

pub(super) fn refused(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
