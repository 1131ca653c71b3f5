//! Diagnosis of refused requests and malformed archives: shown in the journal and in a response header, but not in the response
//! body.

mod members;
pub(crate) mod proof;
mod route;
#[cfg(feature = "server")]
pub(crate) mod serving;

use std::{borrow::Cow, error::Error as _, fmt::Write as _};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::{auth::RequestProof, codec::DecodeError, job::lint::Warning, mask};

use self::proof::{Found, Keys};
use crate::refusal::{Cause, LinkFault, Refused, Unread};

/// Response header with the diagnosis: the reason why a request was refused or why its job fails, or a warning about the request.
pub(crate) const HEADER: HeaderName = smileid_protocol::reply::DIAGNOSIS;

/// Finding about a request or an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reason {
    /// Stable code of the finding: of the signature diagnosis, of the archive inspection, of the API (four digits), or of the
    /// mock server.
    pub(crate) code: Cow<'static, str>,
    /// Severity of the finding.
    pub(crate) severity: Severity,
    /// Location of the finding: a member of the request; in an archive, a JSON pointer into `info.json` or the name of an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
    /// Description of the finding, with advice.
    pub(crate) text: String,
}

impl Reason {
    /// Creates the reason for a refused request.
    pub(crate) fn refused(code: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { code: code.into(), severity: Severity::Refused, at: None, text: text.into() }
    }

    /// Returns the approximate memory use of the finding, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.code.len() + self.text.len() + self.at.as_ref().map_or(0, String::len)
    }
}

/// Converts lint warnings to findings.
pub(crate) fn warnings(warnings: &[Warning]) -> Vec<Reason> {
    warnings
        .iter()
        .map(|warning| Reason {
            code: warning.code.as_str().into(),
            severity: Severity::Warning,
            at: Some(mask::member(&warning.field)),
            text: format!("`{}` {}", mask::member(&warning.field), warning.message),
        })
        .collect()
}

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// The request was refused for this reason.
    Refused,
    /// A fault was applied to the request, so the client may not have received the response.
    Fault,
    /// The archive cannot be used.
    Fatal,
    /// The job of the archive fails or gets a wrong result.
    Problem,
    /// The lint reports a probable mistake.
    Warning,
    /// The request or archive was accepted, but is not as documented.
    Quirk,
}

/// Diagnoses a refused request. `keys` returns the API keys with which its signature may have been made.
pub(crate) fn refusal(
    refused: &Refused,
    request: &Request<Bytes>,
    keys: impl FnOnce(&RequestProof) -> Option<Keys>,
) -> Found {
    let reason = match refused.cause() {
        Cause::Proof(seal) => {
            let mut found = proof::first(seal, request, keys(seal));
            found.reasons.extend(members::reasons(None, request));
            return found;
        }
        Cause::NoRoute => route::nearest(request.method(), request.uri().path()),
        Cause::Told => told(refused),
        Cause::Scenario => Reason::refused(
            "scenario",
            "a scenario of this mock server refuses the request, whatever the request contains",
        ),
        Cause::Unreadable(error) => unreadable(error),
        Cause::Missing { name } => Reason::refused("member-missing", format!("`{name}` is missing or empty")),
        Cause::Invalid { name, rule } => Reason::refused("member-invalid", format!("`{name}` {rule}")),
        Cause::Strict(warnings) => {
            let mut reasons = self::warnings(warnings);
            for reason in &mut reasons {
                reason.severity = Severity::Refused;
            }
            return Found { reasons, puzzle: None };
        }
        Cause::Rule(rule) => Reason::refused("rule-broken", *rule),
        Cause::UnknownPartner => Reason::refused("unknown-partner", proof::UNKNOWN_PARTNER),
        Cause::BadHost => Reason::refused(
            "bad-host",
            "the request must have exactly one Host header, with a host name or address and an optional port",
        ),
        Cause::Unread(why) => unread(*why),
        Cause::Link(fault) => link(*fault),
        Cause::OtherContentType => Reason::refused(
            "content-type",
            "the upload URL is signed for `application/zip`: send the archive with exactly this Content-Type",
        ),
        Cause::NoContentLength => Reason::refused(
            "content-length",
            "the archive has no Content-Length: send one, without chunked encoding, because S3 requires it",
        ),
    };
    let mut reasons = vec![reason];
    if let Some(missing) = missing(refused.cause()) {
        reasons.extend(members::reasons(Some(missing), request));
    }
    reasons.into()
}

/// Returns the name of the missing member, if the request was refused for a missing member.
fn missing(cause: &Cause) -> Option<&str> {
    match cause {
        Cause::Unreadable(DecodeError::NoProof { member } | DecodeError::HalfAProof { member }) => {
            Some(member)
        }
        Cause::Unreadable(error) => error.missing_field(),
        Cause::Missing { name } => Some(name),
        _ => None,
    }
}

/// Creates the finding for a request to which the fault of rule `number` was applied.
pub(crate) fn fault(number: u64) -> Reason {
    let text = format!(
        "fault {number} of this mock server was applied: the client may have received another response, or none"
    );
    Reason { code: "fault".into(), severity: Severity::Fault, at: None, text }
}

/// Joins the findings to one line of ASCII for the header [`HEADER`], the most severe first.
pub(crate) fn header(reasons: &[Reason]) -> Option<HeaderValue> {
    const LONGEST: usize = 512;
    let mut line = String::new();
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|reason| reason.severity);
    for reason in reasons {
        let between = if line.is_empty() { "" } else { "; " };
        let _ = write!(line, "{between}{}: {}", reason.code, reason.text); // cannot fail for a `String`
    }
    let line: String =
        line.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).take(LONGEST).collect();
    HeaderValue::from_str(&line).ok()
}

/// Returns the explanation of the response's error code, from the table of error codes.
fn told(refused: &Refused) -> Reason {
    match refused.code() {
        Some(code) => {
            let meaning = code.row().map_or(refused.text(), |row| row.meaning);
            Reason::refused(code.as_str().to_owned(), meaning)
        }
        None => Reason::refused("refused", refused.text()),
    }
}

fn unreadable(error: &DecodeError) -> Reason {
    let text = error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
    let code = match error {
        DecodeError::NoProof { .. } | DecodeError::HalfAProof { .. } => "proof-missing",
        DecodeError::Missing { .. } => "member-missing",
        DecodeError::Form { .. } => "unreadable-form",
        _ => "unreadable-json",
    };
    Reason::refused(code, text)
}

fn unread(why: Unread) -> Reason {
    match why {
        Unread::TooLarge => Reason::refused(
            "too-large",
            "the body of the request is larger than this endpoint accepts: send a smaller body",
        ),
        Unread::TooSlow => Reason::refused(
            "too-slow",
            "the body of the request came too slowly: a pause may last at most 60 s (5 s while other clients wait to \
             connect), and the whole body 300 s (only 30 s more once memory is short)",
        ),
        Unread::NoRoom => Reason::refused(
            "no-room",
            "the mock server has no memory left for the body of this request: send fewer requests at the same time",
        ),
        Unread::Broken => Reason::refused(
            "body-broken",
            "the body of the request is shorter than its Content-Length, or its chunked encoding is invalid",
        ),
        Unread::TooManyPieces => Reason::refused(
            "body-in-pieces",
            "the body of the request came in tens of thousands of small pieces: send chunks of 1 KiB or more",
        ),
    }
}

fn link(fault: LinkFault) -> Reason {
    match fault {
        LinkFault::Expired => Reason::refused(
            "link-expired",
            "the presigned URL has expired: send /v1/upload again with `retry`, or request the job status again",
        ),
        LinkFault::Altered => Reason::refused(
            "link-altered",
            "the signature of the presigned URL does not match: use the URL exactly as received, with its query",
        ),
        LinkFault::Gone => Reason::refused(
            "link-gone",
            "the mock server does not have the content of this presigned URL any more",
        ),
    }
}
