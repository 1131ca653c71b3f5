//! `POST /v3/enhanced_kyc/sync`: looks up an ID number, and returns the result in the response.
//!
//! The response is the body of the callback, and signed in headers like one. No callback is sent. An error response may
//! name the job: [`job_of`].
//!
//! Wire: the official OpenAPI description.

use bytes::Bytes;
use http::Response;
use smileid_types::v3::JobResult;

use super::{JobId, callback, enhanced_kyc};
use crate::{
    auth::{Anonymous, AuthScheme as _, Envelope, ReplyProof, SignedResponse, TokenHeader, Unverified},
    codec::{DecodeError, EncodeError, Form, Multipart, Part},
    endpoint::{Endpoint, Spec},
    piece::Piece,
    reply::{self, ReplyError},
};

/// Looks up an ID number. The API ignores the callback URL of the lookup.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Request(pub enhanced_kyc::Request);

impl Request {
    /// Creates a lookup with the result in the response.
    pub fn new(lookup: enhanced_kyc::Request) -> Self {
        Self(lookup)
    }
}

impl Form for Request {
    const HEADERS: &'static [(&'static str, &'static str)] = enhanced_kyc::Request::HEADERS;

    fn parts(&self) -> Result<Vec<Part<Piece>>, EncodeError> {
        self.0.parts()
    }

    fn from_parts(parts: Vec<Part>) -> Result<Self, DecodeError> {
        enhanced_kyc::Request::from_parts(parts).map(Self)
    }
}

/// Response header with the API's id of the job.
pub const JOB_ID: &str = "smileid-job-id";

/// Names of the response headers with the ids of the job and the person.
const IDS: [&str; 2] = [JOB_ID, "user-id"];

/// Returns the job that a response names. With HTTP status 408, 424, 500 or 504 there is no result, but the job may exist:
/// ask for its status, and do not repeat the lookup.
pub fn job_of(response: &Response<Bytes>) -> Option<JobId> {
    response.headers().get(JOB_ID)?.to_str().ok()?.parse().ok()
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::enhanced_kyc_sync", "/v3/enhanced_kyc/sync");
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = JobResult;
    type ReplyAuth = SignedResponse;

    /// Encodes the response. The ids of job and person are in headers too.
    fn encode_reply(response: &JobResult, proof: &ReplyProof) -> Result<Response<Bytes>, EncodeError> {
        let mut encoded = reply::encode::<Anonymous, _>(response, &())?;
        encoded.headers_mut().extend(callback::signed_headers(response, proof, IDS)?);
        Ok(encoded)
    }

    /// Decodes the response. The ids of job and person are those of the headers, if the body has none.
    fn decode_reply(response: &Response<Bytes>) -> Result<Unverified<JobResult, SignedResponse>, ReplyError> {
        let (mut result, ()) = reply::decode::<Anonymous, JobResult>(response)?.trust_without_checking();
        let mut envelope = Envelope::with_headers(serde_json::Map::new(), response.headers());
        let malformed = |error| reply::malformed(response, error);
        let proof = SignedResponse::read(&mut envelope).map_err(malformed)?;
        callback::add_ids(&mut result, response.headers(), IDS).map_err(malformed)?;
        Ok(Unverified::new(result, proof))
    }
}

#[cfg(test)]
mod tests {
    use smileid_types::Decision;

    use super::*;
    use crate::{auth::Credentials, timestamp::Timestamp};

    /// Made with Python's `hmac` from the key `test-api-key` and the text
    /// `2026-08-18T10:00:00.000Z1234sid_request`.
    const SIGNATURE: &str = "7xO36B385QOgbCArfUoxV6if8R80m6H1oLfo2bEBJyM=";
    const JOB: &str = "job_01h2xcejqtf2nbrexx3vqjhp41";
    const CLEAR: &str = r#"{"status":"clear"}"#;

    #[test]
    fn a_response_is_signed_in_headers_and_has_the_ids_there() {
        let signed = |names: &[&str], body: &'static str| {
            let all = [
                ("response-signature", SIGNATURE),
                ("response-timestamp", "2026-08-18T10:00:00.000Z"),
                ("smileid-job-id", JOB),
                ("user-id", "user-1"),
            ];
            let mut response = Response::builder();
            for (name, value) in all.into_iter().filter(|(name, _)| names.contains(name)) {
                response = response.header(name, value);
            }
            Request::decode_reply(&response.body(Bytes::from_static(body.as_bytes())).unwrap())
        };
        let proof = ["response-signature", "response-timestamp"];
        let all = ["response-signature", "response-timestamp", "smileid-job-id", "user-id"];
        for partner in ["1234", "001234"] {
            let key = Credentials::new(partner, "test-api-key").unwrap();
            let result = signed(&all, CLEAR).unwrap().verify(&key).unwrap();
            assert_eq!(result.job_id.as_deref(), Some(JOB));
            assert_eq!(result.user_id.as_deref(), Some("user-1"));
            assert_eq!(result.verdict().decision, Decision::Approved);
        }
        let other = Credentials::new("1234", "another-key").unwrap();
        assert!(signed(&all, CLEAR).unwrap().verify(&other).is_err());
        assert_eq!(signed(&proof, CLEAR).unwrap().trust_without_checking().0.job_id, None);
        assert!(matches!(signed(&all[1..], CLEAR), Err(ReplyError::Unproven { .. })));
        for malformed in
            ["", "[]", "<html>", r#"{"status":"clear","status":"block"}"#, r#"{"job_id":"job_2"}"#]
        {
            assert!(matches!(signed(&all, malformed), Err(ReplyError::Malformed(_))), "{malformed}");
        }
    }

    #[test]
    fn what_is_sent_is_read() {
        let key = Credentials::new("1234", "test-api-key").unwrap();
        let mut result = JobResult::default();
        (result.job_id, result.user_id) = (Some(JOB.to_owned()), Some("user-1".to_owned()));
        let proof = SignedResponse::prove(&key, &Timestamp::new("2026-08-18T10:00:00.000Z").unwrap());
        let sent = Request::encode_reply(&result, &proof).unwrap();
        assert_eq!(sent.headers().get("response-signature").unwrap(), SIGNATURE);
        assert_eq!(sent.headers().get("smileid-job-id").unwrap(), JOB);
        assert_eq!(Request::decode_reply(&sent).unwrap().verify(&key).unwrap(), result);
    }

    #[test]
    fn a_refusal_may_name_the_job() {
        let job = |id: &str| {
            let response = Response::builder().status(408).header("SmileID-Job-ID", id);
            let response = response.body(Bytes::new()).unwrap();
            assert!(matches!(Request::decode_reply(&response), Err(ReplyError::Refused(_))));
            job_of(&response)
        };
        assert_eq!(job(JOB).map(|id| id.to_string()).as_deref(), Some(JOB));
        assert_eq!(job("../token"), None);
    }
}
