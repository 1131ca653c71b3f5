//! `GET /v3/status/{job_id}`: returns the status of a V3 job.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use http::StatusCode;
use smileid_types::{Extra, open_struct, v3::JobStatus, v3::Status};

use super::JobId;
use crate::{
    auth::{Anonymous, TokenHeader, Unverified},
    codec::{EncodeError, Query},
    endpoint::{Endpoint, Spec},
    reply::{self, ReplyError},
};

open_struct! {
    /// Request for the status of a V3 job.
    pub strict struct Request {
        /// The id that the API gave the job.
        #[debug(shown)]
        job_id: JobId,
    }
}

impl Request {
    /// Creates a request for the status of a V3 job.
    pub fn new(job_id: JobId) -> Self {
        Self { job_id, extra: Extra::default() }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::get("v3::status", "/v3/status/{job_id}");
    type Auth = TokenHeader;
    type Codec = Query;
    type Response = JobStatus;
    type ReplyAuth = Anonymous;

    /// Encodes the response. The HTTP status is 200 for a finished job, 404 for an unknown job, and 202 otherwise.
    fn encode_reply(response: &JobStatus, (): &()) -> Result<http::Response<bytes::Bytes>, EncodeError> {
        let mut encoded = reply::encode::<Anonymous, _>(response, &())?;
        *encoded.status_mut() = match &response.status {
            Some(Status::NotFound) => StatusCode::NOT_FOUND,
            Some(status) if status.is_final() => StatusCode::OK,
            _ => StatusCode::ACCEPTED,
        };
        Ok(encoded)
    }

    /// Decodes the response. A response with HTTP status 404 is valid if its `status` is `not_found`. Any other 404 is an error.
    fn decode_reply(
        response: &http::Response<bytes::Bytes>,
    ) -> Result<Unverified<JobStatus, Anonymous>, ReplyError> {
        if response.status() == StatusCode::NOT_FOUND
            && let Ok(status) = crate::codec::read_distinct::<JobStatus>(response.body())
            && status.status == Some(Status::NotFound)
        {
            return Ok(Unverified::new(status, ()));
        }
        reply::decode(response)
    }
}

#[cfg(test)]
mod tests {
    use http::Response;
    use smileid_types::Decision;

    use super::*;

    fn read(status: u16, body: &'static str) -> Result<JobStatus, ReplyError> {
        let response = Response::builder().status(status).body(body.into()).unwrap();
        Request::decode_reply(&response).map(|reply| reply.trust_without_checking().0)
    }

    #[test]
    fn only_a_status_that_is_not_found_is_a_reply_with_404() {
        let unknown = r#"{"status":"not_found","job_id":"j","user_id":"unknown","message":"Job not found"}"#;
        assert_eq!(read(404, unknown).unwrap().verdict().decision, Decision::Unknown);
        assert!(!read(404, unknown).unwrap().is_final());
        for other in [
            r#"{"status":"Not Found","message":"no such route"}"#,
            r#"{"status":"clear"}"#,
            r#"{"message":"Not Found"}"#,
            "<html>",
            "",
            "[]",
        ] {
            assert!(matches!(read(404, other), Err(ReplyError::Refused(_))), "{other}");
        }
        assert_eq!(read(200, r#"{"status":"clear"}"#).unwrap().verdict().decision, Decision::Approved);
        assert_eq!(read(202, r#"{"status":"processing"}"#).unwrap().verdict().decision, Decision::Pending);
        for status in [400, 401, 403, 500, 502] {
            assert!(read(status, r#"{"status":"clear"}"#).is_err(), "{status}");
        }
        for malformed in ["", "<html>", "[]", "null", r#"{"status":"clear","status":"block"}"#] {
            assert!(matches!(read(200, malformed), Err(ReplyError::Malformed(_))), "{malformed}");
        }
    }
}
