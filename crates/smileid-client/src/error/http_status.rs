//! HTTP status for a response of your own service, after its request to the API failed.

use http::StatusCode;
use smileid_protocol::{reply::Refusal, types::ErrorCode};

use super::{Error, ErrorKind};
use crate::transport::TransportErrorKind;

impl Error {
    /// Returns the HTTP status for the response of your own service, after a request to the API failed with this error. The first
    /// matching row of the table counts:
    ///
    /// | status | kind, or code of the API's refusal |
    /// |---|---|
    /// | 409 | a V3 job whose [outcome is unknown](Error::is_outcome_unknown): do not repeat it |
    /// | 504 | no response in time; a refusal with HTTP 408 or 504 |
    /// | 503 | `NoResponse`, `Unsettled`, `NoArchive`, `Store`; a refusal with HTTP 425, 429 or another 5xx; 2201, 2222, 2301, 2401; `Unconfirmed` if the job is not complete |
    /// | 502 | a refusal with HTTP 401 or 403: the key or the account is not in order |
    /// | 404 | 2304, or V3's `not_found`: the API does not know the job |
    /// | 409 | `OtherContent`; 2206 and 2215: the `job_id` is used already |
    /// | 422 | `InvalidInput`, `Image`, `Unwritable`; 2207 to 2211, 2213, 2216, 2413: input that the user can correct; a refusal with HTTP 400 or 422 and no known code |
    /// | 500 | `Config`, `File`: a mistake of the program or its configuration |
    /// | 502 | any other refusal, such as 2204, 2205 and 2405: the key, the account or the program is not in order; `Malformed`, `Forged`, `Stale`, `AnotherJob`, `UploadUrl`, `Unconfirmed`; a response that is too large |
    ///
    /// An error of the kind `Callback` has its [`callback_status`](Self::callback_status): respond to every callback with
    /// that.
    ///
    /// ```
    /// use smileid_client::{Error, protocol::job::JobRef};
    ///
    /// let error = Error::from(JobRef::new("", "job-1").unwrap_err());
    /// assert_eq!(error.http_status(), 422);
    /// ```
    pub fn http_status(&self) -> StatusCode {
        // 503 and 504 invite clients and proxies to repeat the request, which would create another job.
        if self.sent_job().is_some() && self.is_outcome_unknown() {
            return StatusCode::CONFLICT;
        }
        match self.kind() {
            ErrorKind::InvalidInput | ErrorKind::Image | ErrorKind::Unwritable => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            ErrorKind::Config | ErrorKind::File => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorKind::NoResponse => match self.transport() {
                Some(TransportErrorKind::Timeout) => StatusCode::GATEWAY_TIMEOUT,
                Some(TransportErrorKind::ReplyTooLarge) => StatusCode::BAD_GATEWAY,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            },
            ErrorKind::Refused if self.is_unknown_job() => StatusCode::NOT_FOUND,
            ErrorKind::Refused => self.refusal().map_or(StatusCode::BAD_GATEWAY, of_refusal),
            ErrorKind::OtherContent => StatusCode::CONFLICT,
            ErrorKind::Unsettled | ErrorKind::NoArchive | ErrorKind::Store => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Unconfirmed if self.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Callback => self.callback_status(),
            ErrorKind::Malformed
            | ErrorKind::Forged
            | ErrorKind::Stale
            | ErrorKind::AnotherJob
            | ErrorKind::UploadUrl
            | ErrorKind::Unconfirmed => StatusCode::BAD_GATEWAY,
        }
    }
}

fn of_refusal(refusal: &Refusal) -> StatusCode {
    let code = refusal.code.as_ref();
    let is = |codes: &[ErrorCode]| code.is_some_and(|code| codes.contains(code));
    match refusal.status.as_u16() {
        408 | 504 => StatusCode::GATEWAY_TIMEOUT,
        425 | 429 | 500..=599 => StatusCode::SERVICE_UNAVAILABLE,
        401 | 403 => StatusCode::BAD_GATEWAY,
        _ if is(&OUT_OF_ORDER) => StatusCode::SERVICE_UNAVAILABLE,
        _ if is(&[ErrorCode::JOB_NOT_FOUND]) => StatusCode::NOT_FOUND,
        _ if is(&[ErrorCode::JOB_EXISTS]) || code.is_some_and(|code| code.as_str() == "2206") => {
            StatusCode::CONFLICT
        }
        _ if is(&OF_INPUT) => StatusCode::UNPROCESSABLE_ENTITY,
        400 | 422 if code.and_then(ErrorCode::row).is_none() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::BAD_GATEWAY,
    }
}

/// Error codes of an API with an internal problem, or of too many requests.
const OUT_OF_ORDER: [ErrorCode; 4] = [
    ErrorCode::UPLOAD_SYSTEM_ERROR,
    ErrorCode::STATUS_SYSTEM_ERROR,
    ErrorCode::ID_API_SYSTEM_ERROR,
    ErrorCode::ID_NUMBER_BLOCKED,
];

/// Error codes of input that the user can correct.
const OF_INPUT: [ErrorCode; 8] = [
    ErrorCode::USER_DISABLED,
    ErrorCode::USER_DELETED,
    ErrorCode::ALREADY_ENROLLED,
    ErrorCode::NOT_ENROLLED,
    ErrorCode::MUST_RE_ENROLL,
    ErrorCode::PARAMETER_MISSING,
    ErrorCode::NO_PHOTO_ON_FILE,
    ErrorCode::INVALID_REQUEST,
];
