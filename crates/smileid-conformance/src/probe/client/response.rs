//! Properties of responses that the rules need.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use smileid_protocol::{codec::read_json, reply::Refusal, types::ErrorCode};

/// The response to a request. None if the client received no complete response.
pub(super) struct ResponseInfo<'a>(Option<&'a Response<Bytes>>);

impl<'a> ResponseInfo<'a> {
    pub(super) fn new(response: Option<&'a Response<Bytes>>) -> Self {
        Self(response)
    }

    /// Returns true if there is no response, or one after which the request may be repeated.
    pub(super) fn is_missing(&self) -> bool {
        self.status().is_none_or(|status| {
            status.is_server_error()
                || matches!(
                    status,
                    StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
                )
        })
    }

    pub(super) fn is_success(&self) -> bool {
        self.status().is_some_and(|status| status.is_success())
    }

    pub(super) fn is_refusal(&self) -> bool {
        !self.is_missing() && self.status().is_some_and(|status| status.is_client_error())
    }

    pub(super) fn status(&self) -> Option<StatusCode> {
        self.0.map(Response::status)
    }

    /// Returns true if the response says that the signature or the partner is invalid.
    pub(super) fn doubts_proof(&self) -> bool {
        [ErrorCode::NOT_AUTHORIZED, ErrorCode::ID_API_NOT_AUTHORIZED]
            .into_iter()
            .any(|it| self.code() == Some(it))
    }

    /// Returns the error code of the response, if it is an error.
    pub(super) fn code(&self) -> Option<ErrorCode> {
        self.0.filter(|_| self.is_refusal()).and_then(|response| Refusal::read(response).code)
    }

    /// Returns the mock server's diagnosis, if the request was refused.
    pub(super) fn diagnosis(&self) -> Option<&str> {
        self.0?.headers().get("smileid-mock-diagnosis")?.to_str().ok()
    }

    /// Returns a member of the JSON body, if it is a text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.json()?.get(name)?.as_str().map(str::to_owned)
    }

    /// Returns true if the response contains a final result.
    pub(super) fn is_final(&self) -> bool {
        let Some(json) = self.json().filter(|_| self.is_success()) else { return false };
        let is = |value: Option<&Value>, flag: bool| {
            value.is_some_and(|it| *it == flag || it.as_str().is_some_and(|it| it == flag.to_string()))
        };
        is(json.get("job_complete"), true) && !is(json.pointer("/result/IsFinalResult"), false)
    }

    fn json(&self) -> Option<Value> {
        read_json(self.0?.body()).ok()
    }
}
