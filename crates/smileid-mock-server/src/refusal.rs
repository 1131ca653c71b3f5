//! Error responses of the API, of its gateway and of the storage host, each with its cause. The journal shows the cause, which
//! the response hardly tells.

mod cause;
mod error_style;
mod unread;
pub(crate) mod v3;

pub(crate) use cause::{Cause, LinkFault};
pub(crate) use error_style::ErrorStyle;
pub use unread::Unread;

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use smileid_protocol::{reply::RefusalBody, types::ErrorCode, v3::enhanced_kyc_sync};

/// Refusal of a request: the error response and its cause.
#[derive(Debug)]
pub(crate) struct Refused {
    response: RefusalResponse,
    /// Cause of the refusal. Boxed to keep the type small, because every handler returns it.
    cause: Box<Cause>,
    /// The job that exists although the request was refused.
    job_id: Option<Box<str>>,
}

/// Error response, as the client sees it.
#[derive(Debug)]
enum RefusalResponse {
    /// Error response of the API, with a text and usually a code.
    Api { status: StatusCode, code: Option<ErrorCode>, text: Cow<'static, str>, says_success: bool },
    /// Error response of V3: the reason phrase of the HTTP status, and a message.
    V3 { status: StatusCode, message: Cow<'static, str> },
    /// Error response of the gateway in front of V3: a word and a message.
    V3Gateway { status: StatusCode, word: &'static str, message: &'static str },
    /// Error response of the gateway in front of the API: a message without a code.
    Gateway { status: StatusCode, message: &'static str },
    /// Error response of the storage host, in XML.
    Storage { status: StatusCode, code: &'static str, message: &'static str },
}

impl Refused {
    /// Creates the refusal with the HTTP status and the most likely text for `code` in the table of error codes. The HTTP status
    /// is 400 if the table has none.
    pub(crate) fn new(code: ErrorCode) -> Self {
        let text = first_text(&code);
        Self::with_text(code, text)
    }

    /// Creates the refusal with an error code and this text.
    pub(crate) fn with_text(code: ErrorCode, text: impl Into<Cow<'static, str>>) -> Self {
        let status = code.row().and_then(|row| StatusCode::from_u16(row.http_status?).ok());
        RefusalResponse::Api {
            status: status.unwrap_or(StatusCode::BAD_REQUEST),
            code: Some(code),
            text: text.into(),
            says_success: false,
        }
        .into()
    }

    /// Creates a refusal with a text and without a code, as consent steps have it.
    pub(crate) fn without_code(text: impl Into<Cow<'static, str>>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        RefusalResponse::Api { status, code: None, text: text.into(), says_success: false }.into()
    }

    /// Replaces the HTTP status, except in responses of the gateway or the storage host.
    pub(crate) fn with_status(mut self, wanted: StatusCode) -> Self {
        if let RefusalResponse::Api { status, .. } = &mut self.response {
            *status = wanted;
        }
        self
    }

    /// Sets the cause of the refusal, which only the journal shows.
    pub(crate) fn because(self, cause: Cause) -> Self {
        Self { cause: Box::new(cause), ..self }
    }

    /// Names the job that exists although the request was refused, in a header of the response.
    pub(crate) fn of_job(self, id: impl Into<Box<str>>) -> Self {
        Self { job_id: Some(id.into()), ..self }
    }

    pub(crate) fn not_authorized() -> Self {
        Self::new(ErrorCode::NOT_AUTHORIZED)
    }

    /// Creates the response of the gateway to a path or method without an endpoint.
    pub(crate) fn no_route() -> Self {
        let response = RefusalResponse::Gateway {
            status: StatusCode::FORBIDDEN,
            message: "Missing Authentication Token",
        };
        Self::from(response).because(Cause::NoRoute)
    }

    /// Refuses a request with an invalid `Host` header, because no link can be created with it.
    pub(crate) fn bad_host() -> Self {
        let response = RefusalResponse::Gateway { status: StatusCode::BAD_REQUEST, message: "Bad Request" };
        Self::from(response).because(Cause::BadHost)
    }

    /// Refuses a request that a web page sent.
    pub(crate) fn of_a_page() -> Self {
        let response = RefusalResponse::Gateway { status: StatusCode::FORBIDDEN, message: "Forbidden" };
        Self::from(response).because(Cause::Rule(
            "a web page of another origin sent this request: the mock refuses such requests",
        ))
    }

    /// Refuses a request whose body could not be read completely.
    pub(crate) fn unread_body(why: Unread) -> Self {
        let (status, message) = match why {
            Unread::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long"),
            Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "Request Timeout"),
            Unread::NoRoom => (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            Unread::Broken | Unread::TooManyPieces => (StatusCode::BAD_REQUEST, "Bad Request"),
        };
        Self::from(RefusalResponse::Gateway { status, message }).because(Cause::Unread(why))
    }

    /// Refuses an archive whose body could not be read completely, with the error codes of S3.
    pub(crate) fn unread_archive(why: Unread) -> Self {
        let (code, message) = match why {
            Unread::TooLarge => ("EntityTooLarge", "The archive is larger than this mock accepts."),
            Unread::TooSlow => ("RequestTimeout", "The archive paused for too long."),
            Unread::NoRoom => ("SlowDown", "Please reduce your request rate."),
            Unread::Broken => ("IncompleteBody", "The archive ended early."),
            Unread::TooManyPieces => ("InvalidRequest", "The archive came in too many small pieces."),
        };
        let status = match why {
            Unread::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let response = RefusalResponse::Storage { status, code, message };
        Self::from(response).because(Cause::Unread(why))
    }

    /// Refuses a presigned URL that is expired, altered or from another server.
    pub(crate) fn access_denied(fault: LinkFault) -> Self {
        let response = RefusalResponse::Storage {
            status: StatusCode::FORBIDDEN,
            code: "AccessDenied",
            message: "The link has expired or was altered, or its content is gone.",
        };
        Self::from(response).because(Cause::Link(fault))
    }

    pub(crate) fn other_content_type() -> Self {
        let response = RefusalResponse::Storage {
            status: StatusCode::FORBIDDEN,
            code: "SignatureDoesNotMatch",
            message: "The Content-Type is part of the link's signature: send the one in the link.",
        };
        Self::from(response).because(Cause::OtherContentType)
    }

    pub(crate) fn no_content_length() -> Self {
        let response = RefusalResponse::Storage {
            status: StatusCode::LENGTH_REQUIRED,
            code: "MissingContentLength",
            message: "Send a Content-Length.",
        };
        Self::from(response).because(Cause::NoContentLength)
    }

    /// Returns the cause of the refusal.
    pub(crate) fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Returns the error code in the response.
    pub(crate) fn code(&self) -> Option<&ErrorCode> {
        match &self.response {
            RefusalResponse::Api { code, .. } => code.as_ref(),
            _ => None,
        }
    }

    /// Returns the error text in the response.
    pub(crate) fn text(&self) -> &str {
        match &self.response {
            RefusalResponse::Api { text: message, .. } | RefusalResponse::V3 { message, .. } => message,
            RefusalResponse::V3Gateway { message, .. }
            | RefusalResponse::Gateway { message, .. }
            | RefusalResponse::Storage { message, .. } => message,
        }
    }

    /// Builds the error response.
    pub(crate) fn response(&self) -> Response<Bytes> {
        let mut response = self.without_job();
        if let Some(id) = self.job_id.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
            response.headers_mut().insert(enhanced_kyc_sync::JOB_ID, id);
        }
        response
    }

    fn without_job(&self) -> Response<Bytes> {
        match &self.response {
            RefusalResponse::Api { status, code, text, says_success } => {
                let mut refusal = RefusalBody::default();
                refusal.code.clone_from(code);
                refusal.error = Some(text.to_string());
                json(*status, &ApiBody { refusal, success: says_success.then_some(false) })
            }
            RefusalResponse::V3 { status, message } => {
                let word = status.canonical_reason().unwrap_or_default();
                json(*status, &serde_json::json!({"status": word, "message": message}))
            }
            RefusalResponse::V3Gateway { status, word, message } => {
                let body = serde_json::json!({
                    "status": word, "message": message, "job_id": null, "user_id": null,
                });
                json(*status, &body)
            }
            RefusalResponse::Gateway { status, message } => {
                let mut body = RefusalBody::default();
                body.message = Some((*message).to_owned());
                json(*status, &body)
            }
            RefusalResponse::Storage { status, code, message } => {
                let body = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
                );
                response(*status, "application/xml", body)
            }
        }
    }
}

impl From<RefusalResponse> for Refused {
    fn from(response: RefusalResponse) -> Self {
        Self { response, cause: Box::new(Cause::Told), job_id: None }
    }
}

/// JSON body of an error response. The newer endpoints add `success: false`.
#[derive(Serialize)]
struct ApiBody {
    #[serde(flatten)]
    refusal: RefusalBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
}

/// Returns the most likely text for an error code.
pub(crate) fn first_text(code: &ErrorCode) -> &'static str {
    code.row().and_then(|row| row.texts.first()).copied().unwrap_or_default()
}

/// Builds a response with a JSON body.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response<Bytes> {
    response(status, "application/json", serde_json::to_vec(body).unwrap_or_default())
}

/// Creates a response from a status, a content type and a body.
pub(crate) fn response(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
