//! Callbacks of V3: the body is the result of a job, and headers contain the signature and the ids.
//!
//! The signature does not cover the body. A valid signature proves only that the callback was sent recently by the API,
//! or by someone who saw one of its callbacks. Confirm the status at the status endpoint.
//!
//! Wire: third-party notes on the documentation; the official OpenAPI description for synchronous responses.

use http::{HeaderMap, HeaderName};
use smileid_types::v3::JobResult;

use super::JobId;
use crate::{
    auth::{
        AuthScheme as _, Credentials, Envelope, ReplyProof, SIGNATURE_HEADER, SignedResponse,
        TIMESTAMP_HEADER, Unverified,
    },
    codec::{DecodeError, EncodeError, read_distinct},
    timestamp::Timestamp,
};

/// Names of the headers that only V3 callbacks have.
pub const HEADERS: [&str; 4] = [SIGNATURE_HEADER, TIMESTAMP_HEADER, IDS[0], IDS[1]];

/// Names of the headers with the ids of the job and the person.
const IDS: [&str; 2] = ["job-id", "user-id"];

/// A V3 callback: the result, with the ids of the job and of the person.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Callback {
    /// Result of the job. If the body has no `job_id` or `user_id`, the id comes from the header.
    pub result: JobResult,
}

impl Callback {
    /// Reads a V3 callback from its headers and body.
    ///
    /// The headers contain the ids of the job and the person. A body with other ids is refused.
    ///
    /// # Errors
    ///
    /// If a header of the proof is missing, the body is not a JSON object, or the ids in headers and body differ.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Unverified<Self, SignedResponse>, DecodeError> {
        let mut envelope = Envelope::with_headers(serde_json::Map::new(), headers);
        let proof = SignedResponse::read(&mut envelope)?;
        let mut result: JobResult = read_distinct(body)?;
        add_ids(&mut result, headers, IDS)?;
        Ok(Unverified::new(Self { result }, proof))
    }

    /// Returns true if the headers contain a signature, as in V3 callbacks. Callbacks of version 1 have the signature in the
    /// body.
    pub fn is_signed_by_headers(headers: &HeaderMap) -> bool {
        headers.contains_key(SIGNATURE_HEADER) || headers.contains_key(TIMESTAMP_HEADER)
    }

    /// Returns the id that the API gave the job, if it has the format of V3 job ids.
    pub fn job_id(&self) -> Option<JobId> {
        self.result.job_id.as_deref()?.parse().ok()
    }

    /// Returns the headers for a callback about a job, for a server that sends callbacks.
    ///
    /// # Errors
    ///
    /// If an id cannot be the value of a header.
    pub fn headers(&self, key: &Credentials, now: &Timestamp) -> Result<HeaderMap, EncodeError> {
        signed_headers(&self.result, &SignedResponse::prove(key, now), IDS)
    }
}

/// Returns the headers of a message with a result: its proof, and the ids of the job and the person under these names.
pub(super) fn signed_headers(
    result: &JobResult,
    proof: &ReplyProof,
    names: [&'static str; 2],
) -> Result<HeaderMap, EncodeError> {
    let mut envelope = Envelope::default();
    SignedResponse::write(proof, &mut envelope)?;
    for (name, id) in names.into_iter().zip([&result.job_id, &result.user_id]) {
        if let Some(id) = id {
            let value = http::HeaderValue::from_str(id).map_err(http::Error::from)?;
            envelope.headers.insert(HeaderName::from_static(name), value);
        }
    }
    Ok(envelope.headers)
}

/// Adds the ids of the job and the person from the headers with these names. Other ids in the body are an error.
pub(super) fn add_ids(
    result: &mut JobResult,
    headers: &HeaderMap,
    names: [&'static str; 2],
) -> Result<(), DecodeError> {
    for (name, member) in names.into_iter().zip([&mut result.job_id, &mut result.user_id]) {
        let Some(id) = headers.get(name).and_then(|value| value.to_str().ok()) else { continue };
        match member {
            Some(own) if own != id => {
                return Err(DecodeError::Form { problem: "an id in the body differs from the header" });
            }
            member => *member = Some(id.to_owned()),
        }
    }
    Ok(())
}

impl From<JobResult> for Callback {
    fn from(result: JobResult) -> Self {
        Self { result }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use smileid_types::Decision;

    use super::*;
    use crate::auth::trust::{TrustError, Window};

    const BODY: &[u8] = br#"{"status":"clear","product":"enhanced_kyc"}"#;
    const JOB: &str = "job_01h2xcejqtf2nbrexx3vqjhp41";

    /// Signature made with Python's `hmac` from the key `test-api-key` and the text `2026-08-18T10:00:00.000Z1234sid_request`.
    const SIGNATURE: &str = "7xO36B385QOgbCArfUoxV6if8R80m6H1oLfo2bEBJyM=";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        pairs.collect()
    }

    fn signed() -> HeaderMap {
        headers(&[
            ("response-signature", SIGNATURE),
            ("response-timestamp", "2026-08-18T10:00:00.000Z"),
            ("job-id", JOB),
            ("user-id", "user-1"),
        ])
    }

    #[test]
    fn a_callback_is_verified_with_either_form_of_the_partner_id() {
        let now = Timestamp::new("2026-08-18T10:00:01Z").unwrap().to_utc_millis().unwrap();
        for partner in ["1234", "001234"] {
            let keys = Credentials::new(partner, "test-api-key").unwrap().forms();
            let callback = Callback::read(&signed(), BODY).unwrap();
            let proven = callback.verify_origin(&keys, now, Window::default()).unwrap();
            assert_eq!(proven.job_id().unwrap().as_str(), JOB);
            assert_eq!(proven.result.user_id.as_deref(), Some("user-1"));
            assert_eq!(proven.result.verdict().decision, Decision::Approved);
        }
        let verify = |key: &Credentials, now| {
            let callback = Callback::read(&signed(), BODY).unwrap();
            callback.verify_origin(&key.forms(), now, Window::new(Duration::from_secs(300)))
        };
        let other = Credentials::new("1234", "another-key").unwrap();
        assert!(matches!(verify(&other, now), Err(TrustError::Auth(_))));
        let key = Credentials::new("1234", "test-api-key").unwrap();
        assert!(matches!(verify(&key, now + 600_000), Err(TrustError::Stale { .. })));
    }

    #[test]
    fn what_is_sent_is_read() {
        let key = Credentials::new("1234", "test-api-key").unwrap();
        let result: JobResult = serde_json::from_slice(BODY).unwrap();
        let mut callback = Callback::from(result);
        callback.result.job_id = Some(JOB.to_owned());
        let sent = callback.headers(&key, &Timestamp::new("2026-08-18T10:00:00.000Z").unwrap()).unwrap();
        assert_eq!(sent.get("response-signature").unwrap(), SIGNATURE);
        let read = Callback::read(&sent, BODY).unwrap().verify(&key).unwrap();
        assert_eq!(read, callback);
    }

    #[test]
    fn a_callback_without_its_proof_or_with_two_ids_is_refused() {
        for missing in ["response-signature", "response-timestamp"] {
            let mut headers = signed();
            headers.remove(missing);
            assert!(Callback::is_signed_by_headers(&headers));
            assert!(matches!(Callback::read(&headers, BODY), Err(DecodeError::NoProof { .. })), "{missing}");
        }
        assert!(!Callback::is_signed_by_headers(&HeaderMap::new()));
        for body in
            [&b""[..], b"[]", b"<html>", br#"{"status":"clear","status":"block"}"#, br#"{"job_id":"job_2"}"#]
        {
            assert!(Callback::read(&signed(), body).is_err());
        }
    }
}
