//! Responses of the API: successful, error or malformed.

use std::fmt;

use bytes::Bytes;
use http::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};
use smileid_types::{ErrorCode, open_struct, redact};

use crate::{
    auth::{AuthScheme, Unverified},
    codec::{DecodeError, EncodeError, read_distinct, read_object, write_object},
};

/// Header in which a mock server gives the reason for an error, or warns of a problem that would fail at the real API.
pub const DIAGNOSIS: HeaderName = HeaderName::from_static("smileid-mock-diagnosis");

/// Returns the diagnosis header of a mock server's response, up to 2,000 characters.
pub fn diagnosis<B>(response: &Response<B>) -> Option<String> {
    const LONGEST: usize = 2000;
    let mut values = response.headers().get_all(DIAGNOSIS).iter();
    let text = String::from_utf8_lossy(values.next()?.as_bytes()).chars().take(LONGEST).collect::<String>();
    (!text.trim().is_empty()).then_some(text)
}

/// Returns the server's request id, if a header of the response contains one.
fn request_id<B>(response: &Response<B>) -> Option<Box<str>> {
    const NAMES: [&str; 3] = ["x-request-id", "smileid-request-id", "request-id"];
    const LONGEST: usize = 100;
    let number = NAMES.into_iter().find_map(|name| response.headers().get(name))?.to_str().ok()?;
    (!number.is_empty() && number.len() <= LONGEST).then(|| number.into())
}

pub(crate) fn encode<S: AuthScheme, T: Serialize>(
    value: &T,
    proof: &S::Proof,
) -> Result<Response<Bytes>, EncodeError> {
    Ok(Response::builder()
        .header(CONTENT_TYPE, HeaderValue::from_static(crate::codec::JSON))
        .body(write_object::<S, _>(value, proof)?)?)
}

pub(crate) fn decode<S: AuthScheme, T: DeserializeOwned>(
    response: &Response<Bytes>,
) -> Result<Unverified<T, S>, ReplyError> {
    if !response.status().is_success() {
        return Err(ReplyError::Refused(Refusal::read(response)));
    }
    match read_object::<S, T>(response.body()) {
        Ok((value, proof)) => Ok(Unverified::new(value, proof)),
        Err(source) => Err(malformed(response, source)),
    }
}

/// Returns the error of a 2xx response that is not the expected message, or has no proof.
pub(crate) fn malformed(response: &Response<Bytes>, source: DecodeError) -> ReplyError {
    if let DecodeError::NoProof { member } = source {
        return ReplyError::Unproven { member };
    }
    ReplyError::Malformed(MalformedReply {
        status: response.status(),
        body: response.body().clone(),
        request_id: request_id(response),
        source,
    })
}

/// Error: the response is not a valid success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The server sent an error response: HTTP status outside 2xx.
    #[error(transparent)]
    Refused(Refusal),
    /// The response is a success, but cannot be read.
    #[error(transparent)]
    Malformed(MalformedReply),
    /// The response must be signed, but is not.
    #[error("the response is not signed: `{member}` is missing")]
    Unproven {
        /// Name of the missing member.
        member: &'static str,
    },
}

/// Error response of the server: HTTP status outside 2xx.
///
/// `Display` and `Debug` show the status, the code, and the code's meaning in the tables. The server's own text is
/// available to the program but not shown: it may repeat values of the request.
#[derive(Clone, thiserror::Error)]
#[error("{}", self.summary())]
#[non_exhaustive]
pub struct Refusal {
    /// HTTP status of the response.
    pub status: StatusCode,
    /// Error code in the body: four digits from the API, or a code such as `AccessDenied` from the storage host.
    pub code: Option<ErrorCode>,
    /// Body of the response, as received.
    pub body: Bytes,
    /// Reason for the error, if a mock server explains it.
    pub diagnosis: Option<String>,
    /// Request id of the server, from the header `x-request-id`, `smileid-request-id` or `request-id`.
    pub request_id: Option<Box<str>>,
}

impl Refusal {
    /// Reads an error response. Any body is accepted: JSON, XML, HTML or none.
    pub fn read(response: &Response<Bytes>) -> Self {
        let body = response.body().clone();
        // A `code` that is not a known kind of code may repeat a value of the request, so only the body contains it.
        let code =
            RefusalBody::read(&body).and_then(|body| body.code).filter(|code| is_digits(code.as_str()));
        let code = code.or_else(|| s3_code(&body));
        let (diagnosis, request_id) = (diagnosis(response), request_id(response));
        Self { status: response.status(), code, body, diagnosis, request_id }
    }

    /// Returns the error text of the server, if there is one. It may repeat values of the request: show it only to people who may
    /// see them.
    pub fn message(&self) -> Option<String> {
        RefusalBody::read(&self.body).and_then(|body| body.error.or(body.message))
    }

    fn summary(&self) -> String {
        let status = self.status;
        match &self.code {
            None => format!("the API refused the request with HTTP status {status}"),
            Some(code) => match code.row() {
                Some(row) => {
                    let meaning = row.meaning.trim_end_matches('.');
                    format!("the API refused the request with code {code} (HTTP {status}): {meaning}")
                }
                None => format!("the API refused the request with code {code} (HTTP {status})"),
            },
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("status", &self.status)
            .field("code", &self.code.as_ref().map(ErrorCode::as_str))
            .field("request_id", &self.request_id)
            .field("body", &redact::bytes(self.body.len()))
            .finish_non_exhaustive()
    }
}

/// Response with HTTP status 2xx that is not the expected message. `Debug` hides the body.
#[derive(Clone, thiserror::Error)]
#[error("the API's response (HTTP {status}, {} bytes) cannot be read", self.body.len())]
#[non_exhaustive]
pub struct MalformedReply {
    /// HTTP status of the response.
    pub status: StatusCode,
    /// Body of the response, as received.
    pub body: Bytes,
    /// Request id of the server, from the same headers as in a [`Refusal`].
    pub request_id: Option<Box<str>>,
    /// Error from reading the response.
    pub source: DecodeError,
}

impl MalformedReply {
    /// Creates the error for a 2xx response that is not the expected message.
    pub fn new(status: StatusCode, body: Bytes, source: DecodeError) -> Self {
        Self { status, body, request_id: None, source }
    }
}

impl fmt::Debug for MalformedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MalformedReply")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("body", &redact::bytes(self.body.len()))
            .field("source", &self.source)
            .finish()
    }
}

open_struct! {
    /// JSON body of an error response.
    ///
    /// Reading succeeds for any object: a member of another type than its field stays in `extra`. `Debug` does not show
    /// the server's text: it may repeat values of the request.
    #[debug(rest)]
    pub struct RefusalBody {
        /// Error code, such as `2204`.
        #[debug(shown)]
        code: ErrorCode = "code",
        /// Error text of the server.
        #[debug(text)]
        error: String = "error",
        /// Always false. Only some endpoints send it.
        #[debug(shown)]
        success: bool = "success",
        /// Error text of the gateway in front of the server.
        #[debug(text)]
        message: String = "message",
    }
}

impl RefusalBody {
    /// Creates the body of an error response from a code and a text.
    pub fn new(code: ErrorCode, error: impl Into<String>) -> Self {
        Self { code: Some(code), error: Some(error.into()), ..Self::default() }
    }

    /// Reads the body of an error response. None if it is not such an object, or a member occurs twice.
    pub fn read(body: &[u8]) -> Option<Self> {
        read_distinct(body).ok()
    }
}

/// Returns the `Code` of an S3 error document.
fn s3_code(body: &[u8]) -> Option<ErrorCode> {
    let text = std::str::from_utf8(body).ok()?;
    let code = text.split_once("<Code>")?.1.split_once("</Code>")?.0.trim();
    let is_word = code.len() <= 48 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_word && !code.is_empty()).then(|| code.into())
}

fn is_digits(code: &str) -> bool {
    (1..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Refusal {
        let response = Response::builder().status(400).body(Bytes::copy_from_slice(body.as_bytes())).unwrap();
        Refusal::read(&response)
    }

    #[test]
    fn every_shape_of_body_is_read() {
        for (body, code, message) in [
            (r#"{"error":"no","code":"2205"}"#, Some("2205"), Some("no")),
            (r#"{"error":"no","code":2215}"#, Some("2215"), Some("no")),
            (r#"{"success":false,"code":"2413","error":"x"}"#, Some("2413"), Some("x")),
            (r#"{"message":"Missing Authentication Token"}"#, None, Some("Missing Authentication Token")),
            (r#"{"error":{"deep":1},"code":["2205"]}"#, None, None),
            // With a duplicate member, two programs may read two different codes.
            (r#"{"error":"no","code":"2302","code":"2304"}"#, None, None),
            (r#"{"code":"2302","\u0063ode":"2304"}"#, None, None),
            ("<Error><Code>AccessDenied</Code><Message>m</Message></Error>", Some("AccessDenied"), None),
            ("<html>Bad Gateway</html>", None, None),
            ("", None, None),
        ] {
            let refusal = refusal(body);
            assert_eq!(refusal.code.as_ref().map(ErrorCode::as_str), code, "{body}");
            assert_eq!(refusal.message().as_deref(), message, "{body}");
            assert_eq!(refusal.body, body);
        }
    }

    #[test]
    fn a_mock_server_s_diagnosis_is_kept_and_bounded() {
        let of = |value: &str| {
            let response = Response::builder().status(400).header(DIAGNOSIS, value).body(Bytes::new());
            Refusal::read(&response.unwrap()).diagnosis
        };
        assert_eq!(of("signature.other-key: x").as_deref(), Some("signature.other-key: x"));
        assert_eq!(of(" "), None);
        assert_eq!(of(&"x".repeat(9000)).map(|text| text.len()), Some(2000));
        assert_eq!(refusal("").diagnosis, None);
    }

    #[test]
    fn what_the_server_wrote_is_not_shown() {
        for body in [
            r#"{"error":"ID 12345678901 of Leo","code":"12345678901"}"#,
            r#"{"message":"Leo","code":"Leo","success":"Leo"}"#,
            r#"{"error":["Leo"],"code":["Leo"]}"#,
            "<Error><Code>12345678901</Code></Error>",
        ] {
            let refusal = refusal(body);
            let shown = format!("{refusal} {refusal:?} {:?}", RefusalBody::read(body.as_bytes()));
            assert!(!shown.contains("12345678901") && !shown.contains("Leo"), "{shown}");
        }
    }

    #[test]
    fn nothing_of_a_refusal_is_lost() {
        let body = serde_json::json!({
            "code": 2205, "error": ["x"], "success": null, "message": "m", "request_id": "abc", "details": [1],
        });
        let read: RefusalBody = serde_json::from_value(body.clone()).unwrap();
        let mut expected = body;
        expected["code"] = "2205".into();
        assert_eq!(serde_json::to_value(&read).unwrap(), expected);
    }
}
