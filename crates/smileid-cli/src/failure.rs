//! What is printed on failure, and the exit codes.

use std::{error::Error as StdError, process::ExitCode};

use clap::error::{ContextKind, ContextValue};
use serde_json::{Map, Value, json};
use smileid::{Error, InvalidInput, SubmitError, client::callback::CallbackError, protocol::job::ReadError};

use crate::output::Format;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    /// Further members of the JSON form.
    members: Map<String, Value>,
    /// For people, in place of the message: for a command line that cannot be read, what clap would print.
    text: Option<String>,
}

/// The kinds that scripts tell apart, and their exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Other,
    InvalidInput,
    FileNotFound,
    Refused,
    NoResponse,
    Forged,
    Stale,
    Pending,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::InvalidInput => "invalid_input",
            Self::FileNotFound => "file_not_found",
            Self::Refused => "refused",
            Self::NoResponse => "no_response",
            Self::Forged => "forged",
            Self::Stale => "stale",
            Self::Pending => "pending",
        }
    }

    fn exit_code(self) -> u8 {
        match self {
            Self::Other => 1,
            Self::InvalidInput => 2,
            Self::FileNotFound => 3,
            Self::Refused => 4,
            Self::NoResponse => 5,
            Self::Forged | Self::Stale => 6,
            Self::Pending => 7,
        }
    }
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), members: Map::new(), text: None }
    }

    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput, message).with("field", field)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn with_ids(self, user_id: &str, job_id: &str) -> Self {
        self.with("user_id", user_id).with("job_id", job_id)
    }

    /// Adds what the server wrote, without the values that must not be printed.
    pub(crate) fn with_server_text(mut self, error: &Error, secrets: &[String]) -> Self {
        if let Error::Refused(refusal) = error
            && let Some(text) = refusal.message()
        {
            self.message = format!("{}; the server says: {}", self.message, scrubbed(&text, secrets));
        }
        self
    }

    /// Adds what else is known of why.
    pub(crate) fn adding(mut self, why: &str) -> Self {
        self.message = format!("{}; {why}", self.message);
        self
    }

    /// For people, in place of the message.
    pub(crate) fn with_text(mut self, text: String) -> Self {
        self.text = Some(text);
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn message(&self) -> String {
        printable(&self.message)
    }

    /// The JSON form.
    pub(crate) fn json(&self) -> Value {
        let mut error = self.members.clone();
        error.insert("kind".to_owned(), self.kind.name().into());
        error.insert("message".to_owned(), self.message().into());
        error.into()
    }

    pub(crate) fn report(self, format: Format) -> ExitCode {
        use std::io::Write as _;

        let text = match (format, &self.text) {
            (Format::Text, Some(text)) => text.clone(),
            (Format::Text, None) => format!("error: {}\n", self.message()),
            (Format::Json, _) => format!("{}\n", json!({"error": self.json()})),
        };
        drop(std::io::stderr().lock().write_all(text.as_bytes()));
        ExitCode::from(self.kind.exit_code())
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        let text = error.render().to_string();
        // What is wrong is the first paragraph; what is missing stands on the lines below its first.
        let paragraph = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim);
        let first = paragraph.collect::<Vec<_>>().join(" ").trim_start_matches("error: ").to_owned();
        let mut failure = Self::new(Kind::InvalidInput, first);
        let flag = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(flag)) => Some(flag.as_str()),
            Some(ContextValue::Strings(flags)) => flags.first().map(String::as_str),
            _ => None,
        };
        if let Some(flag) = flag {
            let name = flag.split([' ', '=', '[', '<']).next().unwrap_or_default();
            failure = failure.with("field", name.trim_start_matches('-').replace('-', "_"));
        }
        failure.with_text(text)
    }
}

impl From<InvalidInput> for Failure {
    fn from(error: InvalidInput) -> Self {
        Self::new(Kind::InvalidInput, chain(&error)).with("field", error.field)
    }
}

impl From<&CallbackError> for Failure {
    fn from(error: &CallbackError) -> Self {
        let kind = match error {
            CallbackError::Unsigned | CallbackError::Forged(_) => Kind::Forged,
            CallbackError::Stale(_) => Kind::Stale,
            _ => return Self::invalid("callback", chain(error)),
        };
        Self::new(kind, chain(error))
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let kind = match error {
            Error::Read(ReadError::File { .. }) => Kind::FileNotFound,
            Error::Read(_) => Kind::InvalidInput,
            Error::Refused(_) => Kind::Refused,
            Error::Transport(_) | Error::Malformed(_) | Error::UploadUrl(_) => Kind::NoResponse,
            Error::Forged(_) | Error::AnotherJob => Kind::Forged,
            Error::Stale(_) => Kind::Stale,
            _ => Kind::Other,
        };
        let mut failure = Self::new(kind, chain(error));
        if let Error::Read(ReadError::File { field, .. } | ReadError::Image(InvalidInput { field, .. })) =
            error
        {
            failure = failure.with("field", field.as_str());
        }
        if let Some(status) = error.status() {
            failure = failure.with("status", status.as_u16());
        }
        if let Some(code) = error.code() {
            failure = failure.with("code", code.as_str());
        }
        failure
    }
}

impl From<&SubmitError> for Failure {
    fn from(error: &SubmitError) -> Self {
        let mut failure = Self::from(error.source.as_ref());
        failure.message = chain(error);
        if let Some(id) = &error.smile_job_id {
            failure = failure.with("smile_job_id", id.as_str());
        }
        failure
    }
}

/// What failed, and why, and why that.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        source = error.source();
    }
    text
}

/// A text without what would control a terminal, begin a line of its own, or turn its letters around.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                shown.push('\u{fffd}');
            }
            c if c.is_control() => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
    }
    shown
}

/// A server's text without the values of the request, and without what looks like a number of a person, an address, a
/// signature or an image.
fn scrubbed(text: &str, secrets: &[String]) -> String {
    const HIDDEN: &str = "[hidden]";
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() > 2) {
        text = text.replace(secret.as_str(), HIDDEN);
    }
    let words = text.split_whitespace().take(40).map(|word| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let hidden = digits > 5 || word.len() > 40 || word.contains(['=', '@']) || word.contains("://");
        if hidden { HIDDEN } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_repeats_nothing_through_us() {
        let secrets = vec!["Leo".to_owned(), "key".to_owned()];
        let said = "Leo's ID 12345678901 (key) at https://x/ with Signature=s of a@b is wrong";
        let shown = "[hidden]'s ID [hidden] ([hidden]) at [hidden] with [hidden] of [hidden] is wrong";
        assert_eq!(scrubbed(said, &secrets), shown);
    }

    #[test]
    fn a_server_does_not_write_to_the_terminal() {
        assert_eq!(printable("a\u{1b}[2J\u{202e}b\nc\r\u{2028}"), "a\u{fffd}[2J\u{fffd}b\\nc\\r\u{fffd}");
    }

    #[test]
    fn exit_codes_are_those_of_the_contract() {
        let kinds = [
            Kind::Other,
            Kind::InvalidInput,
            Kind::FileNotFound,
            Kind::Refused,
            Kind::NoResponse,
            Kind::Forged,
            Kind::Stale,
            Kind::Pending,
        ];
        let codes: Vec<_> = kinds.iter().map(|kind| kind.exit_code()).collect();
        assert_eq!(codes, [1, 2, 3, 4, 5, 6, 6, 7]);
    }
}
