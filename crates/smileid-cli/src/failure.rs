//! Errors of commands, their output and their exit codes.

mod usage;

use std::{error::Error as StdError, process::ExitCode};

use serde_json::{Map, Value, json};
use smileid::{
    Error, ErrorKind, InvalidInput, JobRef, callback::CallbackError, protocol::mask, types::ErrorCode,
};

use crate::{
    args::{Format, flag_of},
    terminal::{Lines, lines_of, print_warnings, printable, stderr_width, wrapped, wrapped_command},
};

/// Error of a command.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    /// Additional members of the JSON form.
    members: Map<String, Value>,
    /// Text for people, instead of the message. For an invalid command line, the text of clap.
    text: Option<String>,
}

/// Kinds of errors, with their names and exit codes.
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
    /// Ctrl-C (SIGINT) stopped the command.
    Interrupted,
    /// SIGTERM stopped the command.
    Terminated,
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
            Self::Interrupted | Self::Terminated => "interrupted",
        }
    }

    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Other => 1,
            Self::InvalidInput => 2,
            Self::FileNotFound => 3,
            Self::Refused => 4,
            Self::NoResponse => 5,
            Self::Forged | Self::Stale => 6,
            Self::Pending => 7,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), members: Map::new(), text: None }
    }

    /// Creates the error for an invalid parameter. Names the field and the flag that sets it.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput, message).with_field(field)
    }

    /// Adds the invalid field, and the flag that sets it if there is one.
    pub(crate) fn with_field(self, field: &str) -> Self {
        let failure = self.with("field", field);
        match flag_of(field) {
            Some(flag) => failure.with("flag", flag),
            None => failure,
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn with_ids(self, user_id: &str, job_id: &str) -> Self {
        self.with("user_id", user_id).with("job_id", job_id)
    }

    /// Adds the ids of the job to the error.
    pub(crate) fn with_job(self, ids: &JobRef, smile_job_id: Option<&str>) -> Self {
        let failure = self.with_ids(ids.user_id(), ids.job_id());
        match smile_job_id {
            Some(id) => failure.with("smile_job_id", id),
            None => failure,
        }
    }

    /// Adds the command that continues the job.
    pub(crate) fn with_resume(self, command: String) -> Self {
        self.with("resume", command)
    }

    /// Adds warnings about the job, each an object with `code`, `field` and `message`.
    pub(crate) fn with_warnings(self, warnings: &[Value]) -> Self {
        if warnings.is_empty() { self } else { self.with("warnings", warnings) }
    }

    /// Adds the server's error text and a mock server's diagnosis. The `secrets` are hidden.
    pub(crate) fn with_server_text(mut self, error: &Error, secrets: &[String]) -> Self {
        let Some(refusal) = error.refusal() else { return self };
        // The advice in JOB_EXISTS, to set `retry`, does not apply to this command.
        if let Some(text) = refusal.message().filter(|_| refusal.code != Some(ErrorCode::JOB_EXISTS)) {
            self.message =
                format!("{}; server message: {}", self.message, mask::prose(&text, secrets, MOST_WORDS));
        }
        self.with_diagnosis(error, secrets)
    }

    /// Adds a mock server's diagnosis. The `secrets` are hidden.
    pub(crate) fn with_diagnosis(self, error: &Error, secrets: &[String]) -> Self {
        match error.refusal().and_then(|refusal| refusal.diagnosis.as_deref()) {
            Some(diagnosis) => self.with("diagnosis", redacted_diagnosis(diagnosis, secrets)),
            None => self,
        }
    }

    /// Appends a detail to the message.
    pub(crate) fn with_detail(mut self, why: &str) -> Self {
        self.message = format!("{}; {why}", self.message);
        self
    }

    /// Sets the text for people, instead of the message.
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

    /// Returns the error as JSON.
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
            (Format::Text, None) => self.prose(),
            (Format::Json, _) => format!("{}\n", json!({"error": self.json()})),
        };
        if let (Format::Text, Some(Value::Array(warnings))) = (format, self.members.get("warnings")) {
            print_warnings(warnings);
        }
        drop(std::io::stderr().lock().write_all(text.as_bytes()));
        ExitCode::from(self.kind.exit_code())
    }
}

impl Failure {
    /// Returns the error as text for people: message, details, job, and the command that continues it.
    fn prose(&self) -> String {
        use std::fmt::Write as _;

        let width = stderr_width();
        let mut text = wrapped(&self.message(), "error: ", 2, width);
        text.push('\n');
        let part = |name: &'static str| Some((name, self.members.get(name)?.as_str()?.to_owned()));
        // A diagnosis often repeats the meaning of the code.
        let is_new = |(_, text): &(_, String)| {
            text.split_once(": ").is_none_or(|(_, text)| !self.message.contains(text.trim_end_matches('.')))
        };
        let mut parts: Lines = part("diagnosis").filter(is_new).into_iter().collect();
        parts.extend(self.advice().map(|advice| ("advice", advice.to_owned())));
        parts.extend(["user_id", "job_id", "smile_job_id"].into_iter().filter_map(part));
        if !parts.is_empty() {
            let _ = writeln!(text, "{}", lines_of(&parts, width));
        }
        // The command is already printable. Its line breaks are needed.
        if let Some(command) = self.members.get("resume").and_then(Value::as_str) {
            let _ = writeln!(text, "Continue with:\n{}", wrapped_command(command, 2, width));
        }
        text
    }
}

impl Failure {
    /// Advice about the API's error code.
    fn advice(&self) -> Option<&'static str> {
        let code = ErrorCode::from(self.members.get("code")?.as_str()?);
        // For these, the message has the advice of this command.
        let is_told = [ErrorCode::JOB_EXISTS, ErrorCode::NO_ARCHIVE_YET].contains(&code);
        code.row().map(|row| row.advice).filter(|_| self.kind == Kind::Refused && !is_told)
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        usage::failure(&error)
    }
}

impl From<InvalidInput> for Failure {
    fn from(error: InvalidInput) -> Self {
        Self::new(Kind::InvalidInput, chain(&error)).with("field", error.field.as_str())
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
        let kind = match error.kind() {
            ErrorKind::File => Kind::FileNotFound,
            ErrorKind::InvalidInput | ErrorKind::Image => Kind::InvalidInput,
            ErrorKind::Refused | ErrorKind::OtherContent | ErrorKind::NoArchive => Kind::Refused,
            ErrorKind::NoResponse | ErrorKind::Unsettled | ErrorKind::Malformed | ErrorKind::UploadUrl => {
                Kind::NoResponse
            }
            ErrorKind::Forged | ErrorKind::AnotherJob => Kind::Forged,
            ErrorKind::Stale => Kind::Stale,
            ErrorKind::Callback => {
                return error.callback().map_or_else(|| Self::new(Kind::Other, chain(error)), Self::from);
            }
            _ => Kind::Other,
        };
        let mut failure = Self::new(kind, chain(error));
        if let Some(field) = error.field() {
            failure = failure.with("field", field);
        }
        if error.is_outcome_unknown() {
            failure = failure.with("outcome_unknown", true);
        }
        if let Some(status) = error.status() {
            failure = failure.with("status", status.as_u16());
        }
        // The code that the API would have sent in its response.
        let taken = (error.kind() == ErrorKind::OtherContent).then_some(ErrorCode::JOB_EXISTS);
        if let Some(code) = error.code().or(taken.as_ref()) {
            failure = failure.with("code", code.as_str());
        }
        if let Some(id) = error.smile_job_id() {
            failure = failure.with("smile_job_id", id);
        }
        failure
    }
}

/// Returns the messages of an error and of all its sources.
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

/// Returns a mock server's diagnosis. The `secrets` are hidden.
pub(crate) fn redacted_diagnosis(diagnosis: &str, secrets: &[String]) -> String {
    printable(&mask::prose(diagnosis, secrets, usize::MAX))
}

/// Maximum number of words of a server's text that are shown. Diagnoses are limited when the response is read.
const MOST_WORDS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_match_the_documentation() {
        let kinds = [
            Kind::Other,
            Kind::InvalidInput,
            Kind::FileNotFound,
            Kind::Refused,
            Kind::NoResponse,
            Kind::Forged,
            Kind::Stale,
            Kind::Pending,
            Kind::Interrupted,
            Kind::Terminated,
        ];
        let codes: Vec<_> = kinds.iter().map(|kind| kind.exit_code()).collect();
        assert_eq!(codes, [1, 2, 3, 4, 5, 6, 6, 7, 130, 143]);
    }
}
