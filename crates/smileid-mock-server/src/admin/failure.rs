//! Error responses of the control routes below `/_mock`.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::refusal::json;

/// Error of a request to a control route below `/_mock`.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    body: FailureBody,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

/// Body of an error response of a control route.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub(super) struct FailureBody {
    /// Description of the error, with advice.
    error: Cow<'static, str>,
    /// Invalid parameter, or invalid member of the request body.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, error: impl Into<Cow<'static, str>>) -> Self {
        Self { status, body: FailureBody { error: error.into(), field: None }, header: None }
    }

    /// Creates the error for an invalid parameter, or for an invalid member of the request body.
    pub(super) fn invalid(field: &str, error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error).with_field(field)
    }

    /// Creates the error for a partner that the mock server does not know.
    pub(super) fn unknown_partner() -> Self {
        let error = "unknown partner id: `POST /_mock/partners` creates a partner";
        Self::new(StatusCode::NOT_FOUND, error).with_field("partner_id")
    }

    /// Creates the error for an item that does not exist, such as a rule.
    pub(super) fn not_found(field: &str, error: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error).with_field(field)
    }

    pub(super) fn with_field(mut self, field: &str) -> Self {
        self.body.field = Some(field.to_owned());
        self
    }

    pub(super) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.header = HeaderValue::from_str(value).ok().map(|value| Box::new((name, value)));
        self
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let mut response = json(self.status, &self.body);
        response.headers_mut().extend(self.header.map(|header| *header));
        response
    }
}
