//! Answers that refuse: the API's, those of the gateway before it, and the storage host's.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use smileid_protocol::{
    codec::{DecodeError, JsonError},
    reply::RefusalBody,
    types::ErrorCode,
};

/// A request is refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// By the API: a code and a text of its tables.
    Api { status: StatusCode, code: ErrorCode, text: &'static str },
    /// By the gateway before the API: a message and no code.
    Gateway { status: StatusCode, message: &'static str },
    /// By the storage host, in XML.
    Storage { status: StatusCode, code: &'static str, message: &'static str },
}

impl Refused {
    /// With the status and the likeliest text that the table has for `code`; where it has no status, 400.
    pub(crate) fn new(code: ErrorCode) -> Self {
        let text = first_text(&code);
        Self::with_text(code, text)
    }

    fn with_text(code: ErrorCode, text: &'static str) -> Self {
        let status = code.row().and_then(|row| StatusCode::from_u16(row.http_status?).ok());
        Self::Api { status: status.unwrap_or(StatusCode::BAD_REQUEST), code, text }
    }

    pub(crate) fn not_authorized() -> Self {
        Self::new(ErrorCode::NOT_AUTHORIZED)
    }

    /// What AWS's gateway says of a path or method it has no route for.
    pub(crate) fn no_route() -> Self {
        Self::Gateway { status: StatusCode::FORBIDDEN, message: "Missing Authentication Token" }
    }

    /// The request's host cannot stand in a link.
    pub(crate) fn bad_host() -> Self {
        Self::Gateway { status: StatusCode::BAD_REQUEST, message: "Bad Request" }
    }

    pub(crate) fn body_too_large() -> Self {
        Self::Gateway { status: StatusCode::PAYLOAD_TOO_LARGE, message: "Request Too Long" }
    }

    /// A link that is expired, altered or not ours.
    pub(crate) fn access_denied() -> Self {
        Self::Storage {
            status: StatusCode::FORBIDDEN,
            code: "AccessDenied",
            message: "The link has expired, was altered, or leads to nothing.",
        }
    }

    pub(crate) fn other_content_type() -> Self {
        Self::Storage {
            status: StatusCode::FORBIDDEN,
            code: "SignatureDoesNotMatch",
            message: "The Content-Type is part of the link's signature: send the one that the link names.",
        }
    }

    pub(crate) fn no_content_length() -> Self {
        Self::Storage {
            status: StatusCode::LENGTH_REQUIRED,
            code: "MissingContentLength",
            message: "Send a Content-Length.",
        }
    }

    pub(crate) fn archive_too_large() -> Self {
        Self::Storage {
            status: StatusCode::BAD_REQUEST,
            code: "EntityTooLarge",
            message: "The archive is larger than this mock takes.",
        }
    }

    /// The answer.
    pub(crate) fn into_response(self) -> Response<Bytes> {
        match self {
            Self::Api { status, code, text } => json(status, &RefusalBody::new(code, text)),
            Self::Gateway { status, message } => {
                let mut body = RefusalBody::default();
                body.message = Some(message.to_owned());
                json(status, &body)
            }
            Self::Storage { status, code, message } => {
                let body = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
                );
                response(status, "application/xml", body)
            }
        }
    }
}

/// Which of the API's families of codes an endpoint refuses with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Family {
    Upload,
    JobStatus,
    /// The lookups, which answer at once.
    IdApi,
}

impl Family {
    /// The body is not the message.
    pub(crate) fn unreadable(self, error: &DecodeError) -> Refused {
        match (error, self) {
            (DecodeError::NoProof { .. }, Self::Upload | Self::JobStatus) => Refused::not_authorized(),
            (DecodeError::NoProof { .. }, Self::IdApi) => {
                Refused::with_text(ErrorCode::INVALID_REQUEST, NO_AUTHORIZATION)
            }
            (DecodeError::Json(error), _) if is_missing_member(error) => self.missing(),
            (_, Self::Upload | Self::JobStatus) => Refused::new(ErrorCode::WRONG_DATA_TYPE),
            (_, Self::IdApi) => Refused::with_text(ErrorCode::INVALID_REQUEST, INVALID),
        }
    }

    /// A member that must be there is not, or is empty.
    pub(crate) fn missing(self) -> Refused {
        Refused::new(match self {
            Self::Upload | Self::JobStatus => ErrorCode::PARAMETER_MISSING,
            Self::IdApi => ErrorCode::INVALID_REQUEST,
        })
    }

    /// The mock cannot write its own reply.
    pub(crate) fn fault(self) -> Refused {
        let code = match self {
            Self::Upload => ErrorCode::UPLOAD_SYSTEM_ERROR,
            Self::JobStatus => ErrorCode::STATUS_SYSTEM_ERROR,
            Self::IdApi => ErrorCode::ID_API_SYSTEM_ERROR,
        };
        Refused::Api { status: StatusCode::INTERNAL_SERVER_ERROR, text: first_text(&code), code }
    }
}

/// The likeliest text of a code.
pub(crate) fn first_text(code: &ErrorCode) -> &'static str {
    code.row().and_then(|row| row.texts.first()).copied().unwrap_or_default()
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: &impl serde::Serialize) -> Response<Bytes> {
    response(status, "application/json", serde_json::to_vec(body).unwrap_or_default())
}

/// An answer whose parts are all known to be right.
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

/// Texts that the table lists for `2413`, though not first.
const NO_AUTHORIZATION: &str = "authorization is required";
const INVALID: &str = "Invalid request";

/// serde's own words are all there is to tell a member that is missing from one of another type.
fn is_missing_member(error: &JsonError) -> bool {
    error.to_string().starts_with("missing field")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_those_of_the_table() {
        let row = ErrorCode::INVALID_REQUEST.row().unwrap();
        assert!(row.texts.contains(&NO_AUTHORIZATION) && row.texts.contains(&INVALID), "{row:?}");
    }
}
