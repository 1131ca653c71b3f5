//! Check of `smileid doctor`: its name, its outcome and its advice.

use serde_json::{Value, json};
use smileid::{Credentials, Error, ErrorKind, protocol::timestamp::Timestamp, types::ErrorCode};

use crate::{
    failure::{Failure, Kind, chain},
    terminal::Lines,
};

/// Maximum difference between correct clocks, in seconds: the tolerance of receivers for a clock that is ahead.
const TOLERANCE: u64 = 60;
/// Maximum clock difference before signatures are refused, in seconds: the age that common receivers allow. The API's
/// own limit is not documented.
const MAX_DIFFERENCE: u64 = 300;

/// Result of one check of `smileid doctor`.
pub(super) struct Check {
    name: &'static str,
    detail: String,
    /// Advice for the user, unless the check passed.
    advice: Option<String>,
    /// Error that another command would report for this problem.
    pub(super) failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Ok,
    Warn,
    Fail,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Check {
    fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, detail: detail.into(), advice: None, failure: None }
    }

    fn warn(name: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..Self::ok(name, detail) }
    }

    fn fail(name: &'static str, failure: Failure, advice: impl Into<String>) -> Self {
        let check = Self::warn(name, failure.message(), advice);
        Self { failure: Some(failure), ..check }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match (&self.failure, &self.advice) {
            (Some(_), _) => Outcome::Fail,
            (None, Some(_)) => Outcome::Warn,
            (None, None) => Outcome::Ok,
        }
    }

    pub(super) fn json(&self) -> Value {
        let mut members =
            json!({"check": self.name, "outcome": self.outcome().name(), "detail": self.detail});
        if let Some(advice) = &self.advice {
            members["advice"] = json!(advice);
        }
        members
    }

    pub(super) fn lines(&self) -> Lines {
        let mut lines = vec![(self.name, format!("{}: {}", self.outcome().name(), self.detail))];
        lines.extend(self.advice.iter().map(|advice| ("", advice.clone())));
        lines
    }
}

/// Checks the format of partner id and API key. The format of keys is not documented, so a warning may be wrong.
///
/// V3 takes the partner id with and without its leading zeros.
pub(super) fn key_shape(credentials: &Credentials, is_v3: bool) -> Check {
    let (partner, key) = (credentials.partner_id().as_str(), credentials.api_key().expose());
    let quotes = ['"', '\'', '`', '<', '>', '{', '}'];
    let is_number = partner.bytes().all(|byte| byte.is_ascii_digit());
    let (detail, advice) = if !is_number {
        (
            "the partner id is not a number",
            "copy the partner id from the portal; it has only digits, such as 085",
        )
    } else if partner.len() < 3 && !is_v3 {
        (
            "the partner id has fewer than three digits",
            "keep the leading zeros of the partner id: 085 and 85 are two partners",
        )
    } else if key.contains(quotes) {
        ("the API key contains quotation marks or brackets", "remove them from the key")
    } else if key.contains(|c: char| c.is_whitespace() || c.is_control()) {
        ("the API key contains a blank or a control character", "copy the key again, on one line")
    } else if !key.is_ascii() {
        ("the API key contains non-ASCII characters", "copy the key again from the portal")
    } else if key.len() < 8 {
        ("the API key is too short", "copy the complete key from the portal; the partner id is not the key")
    } else {
        return Check::ok("key_shape", "partner id and API key have the usual format");
    };
    Check::warn("key_shape", detail, advice)
}

/// Returns the check of a connection that got a response.
pub(super) fn connection(is_secure: bool) -> Check {
    let detail = if is_secure {
        "the connection uses TLS with a trusted certificate"
    } else {
        "the connection to this machine is not encrypted"
    };
    Check::ok("trust", detail)
}

/// Returns the check of a connection that got no response.
pub(super) fn no_connection(error: &Error, is_secure: bool) -> Check {
    let why = chain(error).to_lowercase();
    let is_distrust = is_secure && ["certificate", "issuer", "tls"].iter().any(|word| why.contains(word));
    let advice = if is_distrust {
        "the certificate is not trusted: add its authority to the system's trusted ones, or set SSL_CERT_FILE to its PEM \
          file; a proxy that intercepts TLS has its own authority"
    } else {
        "check that the URL is correct and reachable, and check HTTPS_PROXY and NO_PROXY"
    };
    Check::fail("trust", Failure::from(error), advice)
}

/// Returns the clock check for a mock server whose clock was changed. Its clock is used to check responses.
pub(super) fn mock_clock(utc_millis: i64) -> Check {
    let at = Timestamp::from_utc_millis(utc_millis);
    let detail = format!(
        "the mock's clock was set to {}, and is used to check its responses; POST {{\"real\": true}} to /_mock/clock \
         resets it to the real time",
        at.as_str()
    );
    Check::ok("clock", detail)
}

/// Returns the clock check for the server's time, if that is known.
pub(super) fn clock(ahead_millis: Option<i64>) -> Check {
    let Some(ahead) = ahead_millis else {
        let advice =
            "compare the clock of this machine with another clock; a wrong clock makes signatures invalid";
        return Check::warn("clock", "the server's response has no time (`Date` header)", advice);
    };
    let seconds = ahead.unsigned_abs() / 1000;
    let side = if ahead < 0 { "behind" } else { "ahead of" };
    let detail = match seconds {
        0 => "this machine's clock agrees with the server's".to_owned(),
        seconds => format!("this machine's clock is {seconds} seconds {side} the server's"),
    };
    let advice = "synchronize this machine's clock by NTP; a wrong clock makes signatures invalid";
    match seconds {
        0..=TOLERANCE => Check::ok("clock", detail),
        seconds if seconds <= MAX_DIFFERENCE => Check::warn("clock", detail, advice),
        _ => Check::fail("clock", Failure::new(Kind::Stale, detail), advice),
    }
}

/// Returns the check of the API key, from the API's response to a signed request.
pub(super) fn key(response: Result<(), Error>, is_clock_right: bool) -> Check {
    let Err(error) = response else {
        return Check::ok(ENVIRONMENT, "the API accepts the key, and signs its response with it");
    };
    let row = error.code().and_then(ErrorCode::row);
    let advice = match error.kind() {
        ErrorKind::Refused if error.is_unknown_job() => {
            return Check::ok(ENVIRONMENT, "the API accepts the key");
        }
        ErrorKind::Refused if is_unauthorized(error.code()) && is_clock_right => {
            "the key belongs to another environment or another partner: sandbox and production have different keys, so \
              compare the key in the portal, and check --env"
        }
        ErrorKind::Refused if is_unauthorized(error.code()) => {
            "set the clock first; if the check still fails, the key belongs to another environment or another partner"
        }
        ErrorKind::Refused => match row {
            Some(row) => row.advice,
            None if error.is_retryable() => {
                "the API has a problem, so the key could not be checked: try again later"
            }
            None => "the server may not be Smile ID: check the URL and the proxies",
        },
        ErrorKind::Forged | ErrorKind::AnotherJob => {
            "the response is not signed with this key: the key belongs to another partner, or the server is not Smile ID"
        }
        ErrorKind::Stale => "synchronize this machine's clock by NTP",
        _ => "the server does not respond like Smile ID: check the URL and the proxies",
    };
    Check::fail(ENVIRONMENT, Failure::from(&error).with_diagnosis(&error, &[]), advice)
}

/// Returns the check of the API key in V3, from the response to a request for a token.
pub(super) fn token(response: Result<(), Error>) -> Check {
    let Err(error) = response else {
        return Check::ok(ENVIRONMENT, "the API exchanged the key for a token");
    };
    let advice = match error.status().map(|status| status.as_u16()) {
        Some(400 | 401 | 403) => {
            "V3 accepts the API key of the portal alone: the `auth_token` in the `smile_config.json` of mobile apps is \
             refused. Sandbox and production have different keys, so compare the key in the portal, and check --env"
        }
        Some(404) => "the server does not have version 3 of the API: check the URL and the proxies",
        _ if error.is_retryable() => {
            "the API has a problem, so the key could not be checked: try again later"
        }
        _ => "the server does not respond like Smile ID: check the URL and the proxies",
    };
    Check::fail(ENVIRONMENT, Failure::from(&error).with_diagnosis(&error, &[]), advice)
}

/// Name of the check of the API key.
const ENVIRONMENT: &str = "environment";

fn is_unauthorized(code: Option<&ErrorCode>) -> bool {
    let codes = [ErrorCode::NOT_AUTHORIZED, ErrorCode::ID_API_NOT_AUTHORIZED, ErrorCode::WRONG_DATA_TYPE];
    code.is_some_and(|code| codes.contains(code))
}
