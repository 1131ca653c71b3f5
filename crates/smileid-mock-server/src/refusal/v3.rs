//! Error responses of V3. The body contains the name of the HTTP status and a message.

use std::borrow::Cow;

use http::StatusCode;
use smileid_protocol::codec::DecodeError;

use super::{Cause, RefusalResponse, Refused, Unread};

/// Creates a refusal with an HTTP status and a message.
pub(crate) fn refused(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Refused {
    RefusalResponse::V3 { status, message: message.into() }.into()
}

/// Refuses a request whose access token or API key is wrong.
pub(crate) fn not_authorized(why: &'static str) -> Refused {
    refused(StatusCode::UNAUTHORIZED, usual_message(StatusCode::UNAUTHORIZED)).because(Cause::Rule(why))
}

/// Refuses a request whose field is missing or breaks a rule.
pub(crate) fn invalid(field: &str, rule: impl Into<String>) -> Refused {
    refused(StatusCode::BAD_REQUEST, format!("Required field '{field}' is missing or invalid."))
        .because(Cause::Invalid { name: field.to_owned(), rule: rule.into() })
}

/// Refuses a request with the message of the rule that a field breaks.
pub(crate) fn breaks(field: &str, rule: &'static str, message: impl Into<Cow<'static, str>>) -> Refused {
    refused(StatusCode::BAD_REQUEST, message)
        .because(Cause::Invalid { name: field.to_owned(), rule: rule.to_owned() })
}

/// Refuses a request that cannot be decoded.
pub(crate) fn unreadable(error: &DecodeError) -> Refused {
    let bad = |message: Cow<'static, str>| refused(StatusCode::BAD_REQUEST, message);
    let invalid = |field: &str| bad(format!("Required field '{field}' is missing or invalid.").into());
    let refused = match error {
        DecodeError::NoProof { member: member @ "smileid-partner-id" } => {
            bad(format!("{member} header is required.").into())
        }
        DecodeError::NoProof { .. } | DecodeError::HalfAProof { .. } => {
            refused(StatusCode::UNAUTHORIZED, usual_message(StatusCode::UNAUTHORIZED))
        }
        DecodeError::Missing { member: "consent" } => bad("consent is required".into()),
        DecodeError::Missing { member } => invalid(member),
        DecodeError::Invalid { member, .. } => match member.as_str() {
            "user_details" => bad("Either email or phone_number is required.".into()),
            "user_details.email" => bad("Field 'email' is invalid.".into()),
            "user_details.phone_number" => bad("Field 'phone_number' is invalid.".into()),
            field => invalid(field),
        },
        DecodeError::Json(error) => match (error.member(), error.missing_field()) {
            (Some(member), Some(field)) => invalid(&format!("{member}.{field}")),
            (Some(member), None) => invalid(member),
            // Only queries have no member.
            (None, Some(field)) => bad(format!("\"{field}\" is required").into()),
            (None, None) => bad("Invalid request body.".into()),
        },
        DecodeError::Form { problem: "it has no boundary" } => {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            refused(status, usual_message(status))
        }
        DecodeError::Form { problem: "a part differs from the header or path" } => {
            refused(StatusCode::FORBIDDEN, "Token is not authorized for this user ID.")
        }
        _ => bad("Invalid request body.".into()),
    };
    refused.because(Cause::Unreadable(error.clone()))
}

/// Refuses a request whose body was not read completely, with the response of the API's gateway.
pub(crate) fn unread(why: Unread) -> Refused {
    let (status, word, message) = match why {
        Unread::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            "HTTP content length exceeded 10485760 bytes.",
        ),
        Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "request_timeout", "Request Timeout"),
        Unread::NoRoom => (StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", "Service Unavailable"),
        Unread::Broken | Unread::TooManyPieces => (StatusCode::BAD_REQUEST, "bad_request", "Bad Request"),
    };
    Refused::from(RefusalResponse::V3Gateway { status, word, message }).because(Cause::Unread(why))
}

/// Returns the usual message of an error response with this HTTP status.
pub(crate) fn usual_message(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "Invalid authentication credentials.",
        402 => "Insufficient wallet balance.",
        403 => "Product not enabled for this partner.",
        404 => "Job not found",
        409 => "Job is still processing. Callbacks can only be replayed for completed jobs.",
        413 => "File is too large.",
        415 => "Unsupported Media Type. Required Content-Type is multipart/form-data",
        429 => "Rate limit exceeded. Please try again later.",
        500.. => "An unexpected error occurred. Please try again or contact support.",
        _ => "Invalid request body.",
    }
}
