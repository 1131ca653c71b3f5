//! What is printed on success.

use std::{
    ffi::OsString,
    io::{ErrorKind, IsTerminal as _},
    process::ExitCode,
};

use serde::Serialize;
use serde_json::{Map, Value, json};
use smileid::{
    protocol::v1::job_status,
    types::{JobResult, ResultCodeRow},
};

use crate::{
    failure::{Failure, Kind, printable},
    said::Lines,
};

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: exactly one JSON value; of `listen`, one a line.
    Json,
}

impl Format {
    /// Text on a terminal, JSON elsewhere.
    pub(crate) fn usual() -> Self {
        if std::io::stdout().is_terminal() { Self::Text } else { Self::Json }
    }

    /// What a command line asks for that cannot be read otherwise.
    pub(crate) fn of_unparsed(arguments: &[OsString]) -> Self {
        let asked = arguments.iter().enumerate().find_map(|(index, argument)| {
            let argument = argument.to_str()?;
            match argument.strip_prefix("--format")? {
                "" => arguments.get(index + 1)?.to_str(),
                value => value.strip_prefix('='),
            }
        });
        match asked {
            Some("json") => Self::Json,
            Some("text") => Self::Text,
            _ => Self::usual(),
        }
    }
}

/// What a command has to say when all went well.
pub(crate) struct Output {
    /// For programs: a JSON text.
    json: String,
    /// For people: one thing a line.
    lines: Lines,
}

impl Output {
    /// One JSON value, and the same for people.
    pub(crate) fn new(json: &impl Serialize, lines: Lines) -> Self {
        Self { json: json!(json).to_string(), lines }
    }

    /// A reply as it came, and what it says for people.
    pub(crate) fn as_received(body: &[u8], lines: Lines) -> Self {
        Self { json: as_it_came(body), lines }
    }

    pub(crate) fn submitted(user_id: &str, job_id: &str, smile_job_id: Option<&str>) -> Self {
        Self {
            json: json!({
                "success": true,
                "smile_job_id": smile_job_id,
                "user_id": user_id,
                "job_id": job_id,
            })
            .to_string(),
            lines: vec![
                ("submitted", "yes".to_owned()),
                ("smile_job_id", smile_job_id.unwrap_or("not known").to_owned()),
                ("user_id", user_id.to_owned()),
                ("job_id", job_id.to_owned()),
            ],
        }
    }

    /// A job status reply, as it came.
    pub(crate) fn status(reply: &job_status::Response, body: &[u8]) -> Self {
        let mut lines = vec![
            ("job_complete", reply.job_complete.to_string()),
            ("job_success", reply.job_success.to_string()),
        ];
        match (&reply.result, reply.result()) {
            (_, Some(result)) => lines.extend(result_lines(result)),
            (Some(other), None) => {
                lines.push(("result", serde_json::to_value(other).map_or_else(|_| String::new(), plain)));
            }
            (None, None) => {}
        }
        if let Some(history) = &reply.history {
            for result in history {
                let code = result.result_code.as_ref().map_or("-", |code| code.as_str());
                lines.push((
                    "history",
                    format!("{code} {}", result.result_text.as_deref().unwrap_or_default()),
                ));
            }
        }
        for (name, link) in members(&reply.image_links) {
            lines.push(("image_links", format!("{name} {}", plain(link))));
        }
        Self::as_received(body, lines)
    }

    /// The reply to a lookup, as it came.
    pub(crate) fn result(result: &JobResult, body: &[u8]) -> Self {
        let mut lines = result_lines(result);
        for (name, value) in members(&result.personal_info) {
            lines.push(("", format!("{name} {}", plain(value))));
        }
        Self::as_received(body, lines)
    }

    pub(crate) fn signature(timestamp: &str, signature: &str) -> Self {
        Self {
            json: json!({"timestamp": timestamp, "signature": signature}).to_string(),
            lines: vec![("timestamp", timestamp.to_owned()), ("signature", signature.to_owned())],
        }
    }

    /// What is printed, without the last line break.
    pub(crate) fn text(&self, format: Format) -> String {
        match format {
            Format::Json => self.json.clone(),
            Format::Text => lines_of(&self.lines),
        }
    }

    pub(crate) fn print(self, format: Format) -> ExitCode {
        use std::io::Write as _;

        let text = self.text(format);
        let mut stdout = std::io::stdout().lock();
        match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
            Ok(()) => ExitCode::SUCCESS,
            // A reader that has gone away wants no more, and that is no failure of ours.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => {
                Failure::new(Kind::Other, format!("the result could not be written: {error}")).report(format)
            }
        }
    }
}

/// For people.
pub(crate) fn lines_of(lines: &Lines) -> String {
    let line = |(name, value): &(&str, String)| format!("{name:<14}{}", printable(value));
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn result_lines(result: &JobResult) -> Lines {
    let mut lines = Vec::new();
    if let Some(code) = &result.result_code {
        let text = result.result_text.as_deref().unwrap_or_default();
        lines.push(("ResultCode", format!("{code} {text}")));
        let job_type = result.partner_params.as_ref().and_then(|params| params.job_type);
        if let Some(row) = job_type.and_then(|job_type| code.row(job_type)) {
            lines.push(("", meaning(row)));
        }
    }
    if let Some(id) = &result.smile_job_id {
        lines.push(("SmileJobID", id.clone()));
    }
    for (action, value) in result.actions.iter().flatten() {
        lines.push(("Actions", format!("{action} {value}")));
    }
    lines
}

fn meaning(row: &ResultCodeRow) -> String {
    format!("{:?}: {}", row.category, row.meaning)
}

/// The members of what is an object when it is there.
fn members(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A JSON text as it came, so that nothing a `Value` cannot hold is lost.
fn as_it_came(body: &[u8]) -> String {
    String::from_utf8_lossy(body).trim().to_owned()
}
