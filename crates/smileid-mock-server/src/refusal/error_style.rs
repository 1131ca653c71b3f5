//! Formats of error responses, which differ between groups of endpoints.

use http::StatusCode;
use serde::de::IgnoredAny;
use smileid_protocol::{
    codec::{DecodeError, read_json},
    job::lint::Warning,
    types::ErrorCode,
};

use super::{Cause, RefusalResponse, Refused, first_text};

/// Group of endpoints with the same format of error responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorStyle {
    /// Endpoints for uploads and web tokens.
    Upload,
    JobStatus,
    /// Endpoints for lookups, and others that respond with the result.
    IdApi,
    /// Endpoints for lookups of businesses. Their error responses have `success: false`.
    Business,
    /// Endpoints for Smile Links. Their error responses name the wrong member.
    Links,
    /// Newer endpoints. Their error responses have `success: false` and name the wrong member.
    Newer,
    /// Endpoints for the consent of a BVN's holder. Their error responses have `success: false` and no code.
    Consent,
}

impl ErrorStyle {
    /// Refuses a request that cannot be decoded.
    pub(crate) fn unreadable(self, error: &DecodeError, body: &[u8]) -> Refused {
        let refused = if self == Self::Upload && read_json::<IgnoredAny>(body).is_err() {
            Refused::new(ErrorCode::INVALID_JSON)
        } else if matches!(error, DecodeError::NoProof { .. }) {
            self.unproven()
        } else if let Some(name) = error.missing_field() {
            return self.missing(name);
        } else if matches!(self, Self::Upload | Self::JobStatus) {
            Refused::new(ErrorCode::WRONG_DATA_TYPE)
        } else {
            self.invalid(INVALID)
        };
        refused.because(Cause::Unreadable(error.clone()))
    }

    /// Refuses a request without a signature.
    fn unproven(self) -> Refused {
        match self {
            Self::Upload | Self::JobStatus => Refused::not_authorized(),
            _ => self.invalid(NO_AUTHORIZATION),
        }
    }

    /// Refuses a request without the required member `name`.
    pub(crate) fn missing(self, name: &str) -> Refused {
        self.missing_or(|| format!("\"{name}\" is required"))
            .because(Cause::Missing { name: name.to_owned() })
    }

    /// Refuses a request whose member `name` is empty.
    pub(crate) fn empty(self, name: &str) -> Refused {
        self.missing_or(|| format!("\"{name}\" is not allowed to be empty"))
            .because(Cause::Missing { name: name.to_owned() })
    }

    /// Refuses a request whose member `name` has none of the allowed values.
    pub(crate) fn not_one_of(self, name: &str, allowed: &[&str]) -> Refused {
        self.breaks(name, &format!("must be one of [{}]", allowed.join(", ")))
    }

    /// Refuses a request whose member `name` breaks a rule. `rule` states it.
    pub(crate) fn breaks(self, name: &str, rule: &str) -> Refused {
        let cause = Cause::Invalid { name: name.to_owned(), rule: rule.to_owned() };
        self.named(format!("\"{name}\" {rule}")).because(cause)
    }

    /// Refuses a request because of lint warnings, if the mock server is strict.
    pub(crate) fn strict(self, warnings: Vec<Warning>) -> Refused {
        let refused = match (self, warnings.first()) {
            (Self::Upload | Self::JobStatus, _) => Refused::new(ErrorCode::WRONG_DATA_TYPE),
            (_, Some(warning)) => self.named(format!("\"{}\" {}", warning.field, warning.message)),
            (_, None) => self.invalid(INVALID),
        };
        refused.because(Cause::Strict(warnings))
    }

    /// Refuses a request for the reason `why`, which only the journal shows.
    pub(crate) fn malformed(self, why: &'static str) -> Refused {
        self.invalid(INVALID).because(Cause::Rule(why))
    }

    fn missing_or(self, named: impl FnOnce() -> String) -> Refused {
        match self {
            Self::Upload | Self::JobStatus => Refused::new(ErrorCode::PARAMETER_MISSING),
            Self::IdApi | Self::Business | Self::Consent => {
                self.invalid(first_text(&ErrorCode::INVALID_REQUEST))
            }
            Self::Links | Self::Newer => self.named(named()),
        }
    }

    /// Creates a refusal whose text names the wrong member, if the group of endpoints does so.
    fn named(self, text: String) -> Refused {
        match self {
            Self::Links | Self::Newer => Refused::with_text(ErrorCode::INVALID_REQUEST, text),
            _ => self.invalid(INVALID),
        }
    }

    fn invalid(self, text: &'static str) -> Refused {
        match self {
            Self::Consent => Refused::without_code(text),
            _ => Refused::with_text(ErrorCode::INVALID_REQUEST, text),
        }
    }

    /// Refuses a request because the mock server cannot encode its response.
    pub(crate) fn fault(self) -> Refused {
        let code = match self {
            Self::Upload => ErrorCode::UPLOAD_SYSTEM_ERROR,
            Self::JobStatus => ErrorCode::STATUS_SYSTEM_ERROR,
            _ => ErrorCode::ID_API_SYSTEM_ERROR,
        };
        Refused::new(code).with_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Adds `success: false` to an error response, if the endpoints of the group send it.
    pub(crate) fn in_form(self, mut refused: Refused) -> Refused {
        if let RefusalResponse::Api { says_success, .. } = &mut refused.response {
            *says_success = matches!(self, Self::Business | Self::Newer | Self::Consent);
        }
        refused
    }
}

/// Other texts of the error code `2413` in the API's table of errors.
const NO_AUTHORIZATION: &str = "authorization is required";
const INVALID: &str = "Invalid request";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_those_of_the_table() {
        let row = ErrorCode::INVALID_REQUEST.row().unwrap();
        assert!(row.texts.contains(&NO_AUTHORIZATION) && row.texts.contains(&INVALID), "{row:?}");
        let refused = ErrorStyle::Newer.not_one_of("country", &["NG", "ZA"]);
        assert!(row.texts.contains(&refused.text()), "{refused:?}");
    }
}
