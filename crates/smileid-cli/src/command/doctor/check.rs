//! The checks of `smileid doctor`: name, outcome and advice.

use serde_json::{Value, json};
use smileid::{Credentials, Error, ErrorKind, protocol::timestamp::Timestamp, types::ErrorCode};

use crate::{
    failure::{Failure, Kind, chain},
    said::Lines,
};

/// How far two clocks may be apart that are right: what receivers grant a clock that runs ahead.
const RIGHT: u64 = 60;
/// How far apart they may be before what is signed is turned down: the age that receivers in the field allow. The API's
/// own limit is not documented.
const WRONG: u64 = 300;

/// One thing that was looked at.
pub(super) struct Check {
    name: &'static str,
    detail: String,
    /// What to do, when there is anything.
    advice: Option<String>,
    /// What a command would fail with.
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

/// Whether partner id and key look like what the portal shows. Nobody has said what a key looks like, so what is odd
/// may still be right.
pub(super) fn key_shape(credentials: &Credentials) -> Check {
    let (partner, key) = (credentials.partner_id().as_str(), credentials.api_key().expose());
    let quotes = ['"', '\'', '`', '<', '>', '{', '}'];
    let is_number = partner.bytes().all(|byte| byte.is_ascii_digit());
    let (detail, advice) = if !is_number {
        ("the partner id is not a number", "copy it from the portal, where it is digits such as 085")
    } else if partner.len() < 3 {
        ("the partner id has fewer than three digits", "keep its leading zeros: 085 and 85 are two partners")
    } else if key.contains(quotes) {
        ("there are quotes or brackets in the API key", "take away what does not belong to it")
    } else if key.contains(|c: char| c.is_whitespace() || c.is_control()) {
        ("there is a blank or a control character in the API key", "copy it once more, on one line")
    } else if !key.is_ascii() {
        ("there are letters in the API key that are not ASCII", "copy it once more from the portal")
    } else if key.len() < 8 {
        (
            "the API key is shorter than keys are",
            "copy the whole of it from the portal; it is not the partner id",
        )
    } else {
        return Check::ok("key_shape", "partner id and API key look as they should");
    };
    Check::warn("key_shape", detail, advice)
}

/// An answer came, whatever it says.
pub(super) fn connection(is_secure: bool) -> Check {
    let detail = if is_secure {
        "the connection is under TLS, by an authority that this system trusts"
    } else {
        "the connection is in the clear, to this machine"
    };
    Check::ok("trust", detail)
}

/// No answer came.
pub(super) fn no_connection(error: &Error, is_secure: bool) -> Check {
    let why = chain(error).to_lowercase();
    let is_distrust = is_secure && ["certificate", "issuer", "tls"].iter().any(|word| why.contains(word));
    let advice = if is_distrust {
        "the certificate is not trusted: have the system trust the authority, or name its PEM file in \
         SSL_CERT_FILE; a proxy that opens TLS has an authority of its own"
    } else {
        "look whether the address is right and reachable, and what HTTPS_PROXY and NO_PROXY say"
    };
    Check::fail("trust", Failure::from(error), advice)
}

/// The server is a mock on this machine whose clock was frozen or moved. Its replies are checked by that clock.
pub(super) fn mock_clock(utc_millis: i64) -> Check {
    let at = Timestamp::from_utc_millis(utc_millis);
    let detail = format!(
        "the mock's clock was set to {}, and its replies are checked by it; POST {{\"real\": true}} to /_mock/clock \
         sets it to the real time again",
        at.as_str()
    );
    Check::ok("clock", detail)
}

/// How far the clock here is ahead of the server's, where that is known.
pub(super) fn clock(ahead_millis: Option<i64>) -> Check {
    let Some(ahead) = ahead_millis else {
        let advice = "compare the clock here with another; what is signed at a wrong time is turned down";
        return Check::warn("clock", "the server does not say what time it is", advice);
    };
    let seconds = ahead.unsigned_abs() / 1000;
    let side = if ahead < 0 { "behind" } else { "ahead of" };
    let detail = format!("the clock here is {seconds} seconds {side} the server's");
    let advice = "set the clock here, by NTP; what is signed at a wrong time is turned down";
    match seconds {
        0..=RIGHT => Check::ok("clock", detail),
        seconds if seconds <= WRONG => Check::warn("clock", detail, advice),
        _ => Check::fail("clock", Failure::new(Kind::Stale, detail), advice),
    }
}

/// What the API's answer to a signed question says of the key.
pub(super) fn key(answer: Result<(), Error>, is_clock_right: bool) -> Check {
    const NAME: &str = "environment";

    let Err(error) = answer else { return Check::ok(NAME, "the API accepts the key, and signs with it") };
    let row = error.code().and_then(ErrorCode::row);
    let advice = match error.kind() {
        ErrorKind::Refused if error.is_unknown_job() => {
            return Check::ok(NAME, "the API accepts the key");
        }
        ErrorKind::Refused if is_unauthorized(error.code()) && is_clock_right => {
            "the key is not this environment's, or not this partner's: sandbox and production have keys of their \
             own, so look in the portal which of them this one is, and at --env"
        }
        ErrorKind::Refused if is_unauthorized(error.code()) => {
            "set the clock first; if it stays so, the key is not this environment's or not this partner's"
        }
        ErrorKind::Refused => match row {
            Some(row) => row.advice,
            None if error.is_retryable() => {
                "the API is in trouble, which says nothing of the key: try again later"
            }
            None => "what answers may not be Smile ID: look at the address and at proxies",
        },
        ErrorKind::Forged | ErrorKind::AnotherJob => {
            "the answer is not signed with this key: the key is another partner's, or what answers is not Smile ID"
        }
        ErrorKind::Stale => "set the clock here, by NTP",
        _ => "what answers does not speak as Smile ID does: look at the address and at proxies",
    };
    Check::fail(NAME, Failure::from(&error).with_diagnosis(&error, &[]), advice)
}

fn is_unauthorized(code: Option<&ErrorCode>) -> bool {
    let codes = [ErrorCode::NOT_AUTHORIZED, ErrorCode::ID_API_NOT_AUTHORIZED, ErrorCode::WRONG_DATA_TYPE];
    code.is_some_and(|code| codes.contains(code))
}
