//! The response to a request, as far as the rules need it.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use smileid_protocol::{codec::read_json, reply::Refusal, types::ErrorCode};

/// What a request was answered with; nothing where the client got no whole answer.
pub(super) struct Answer<'a>(Option<&'a Response<Bytes>>);

impl<'a> Answer<'a> {
    pub(super) fn new(response: Option<&'a Response<Bytes>>) -> Self {
        Self(response)
    }

    /// Whether there is no answer, or one after which the same may be asked again.
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

    /// Whether it says that the proof is not the partner's, or the partner not known.
    pub(super) fn doubts_proof(&self) -> bool {
        [ErrorCode::NOT_AUTHORIZED, ErrorCode::ID_API_NOT_AUTHORIZED]
            .into_iter()
            .any(|it| self.code() == Some(it))
    }

    /// The code of a refusal.
    pub(super) fn code(&self) -> Option<ErrorCode> {
        self.0.filter(|_| self.is_refusal()).and_then(|response| Refusal::read(response).code)
    }

    /// Why the mock server refuses a request, in words of its own.
    pub(super) fn diagnosis(&self) -> Option<&str> {
        self.0?.headers().get("smileid-mock-diagnosis")?.to_str().ok()
    }

    /// A member.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.json()?.get(name)?.as_str().map(str::to_owned)
    }

    /// Whether it says how a job ended for good.
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
