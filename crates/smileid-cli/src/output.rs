//! Output of successful commands, as text and as JSON.

pub(crate) mod file;
mod members;

use std::{
    io::{ErrorKind, IsTerminal as _, Write as _},
    process::ExitCode,
};

use serde::Serialize;
use serde_json::{Map, Value, json};
use smileid::{
    JobRef, Outcome,
    protocol::v1::job_status,
    types::{ActionValue, JobResult},
};

pub(crate) use self::members::Members;
use crate::{
    args::{Args, Color, Format},
    describe::{Judgement, Proof},
    failure::{Failure, Kind, redacted_diagnosis},
    terminal::{Lines, lines_of, print_warnings, printable, stdout_width, tell, wrapped},
};

/// Output of a successful command.
pub(crate) struct Output {
    /// Members of the JSON output.
    members: Members,
    /// Decision and level of trust, if the command has them. The text output begins with them.
    judgement: Option<(Judgement, Proof)>,
    /// Lines of the text output.
    lines: Lines,
    /// Additional lines of the text output with `--verbose`.
    more_lines: Lines,
    /// Warnings: printed on standard error in text mode, and a member of the JSON output.
    warnings: Vec<Value>,
    /// A mock server's diagnosis, printed on standard error in text mode.
    diagnosis: Option<String>,
}

impl Output {
    /// Creates the output of an object, with its lines for people.
    pub(crate) fn new(object: &impl Serialize, lines: Lines) -> Self {
        let text = json!(object).to_string();
        Self::from_members(serde_json::from_str(&text).unwrap_or_default(), lines)
    }

    /// Creates the output of a response body as received, with its lines for people. Keeps unknown members, numbers and order.
    pub(crate) fn as_received(body: &[u8], lines: Lines) -> Self {
        let text = String::from_utf8_lossy(body);
        Self::from_members(serde_json::from_str(&text).unwrap_or_default(), lines)
    }

    fn from_members(members: Members, lines: Lines) -> Self {
        Self {
            members,
            judgement: None,
            lines,
            more_lines: Vec::new(),
            warnings: Vec::new(),
            diagnosis: None,
        }
    }

    /// Adds the decision: the members `verdict` and `proof`, and the first lines of the text.
    pub(crate) fn judged(mut self, judgement: impl Into<Judgement>, proof: Proof) -> Self {
        let judgement = judgement.into();
        self.members.set("verdict", &judgement.json());
        self.members.set("proof", &proof.word());
        self.lines.push(("proof", proof.meaning().to_owned()));
        self.judgement = Some((judgement, proof));
        self
    }

    /// Adds a member to the JSON output.
    pub(crate) fn with(mut self, name: &str, value: &impl Serialize) -> Self {
        self.members.set(name, value);
        self
    }

    /// Adds a line to the text output.
    pub(crate) fn with_line(mut self, name: &'static str, value: String) -> Self {
        self.lines.push((name, value));
        self
    }

    /// Adds the partner's ids as the first lines.
    fn with_ids(mut self, ids: &JobRef) -> Self {
        for (name, id) in [("job_id", ids.job_id()), ("user_id", ids.user_id())] {
            self.lines.insert(0, (name, id.to_owned()));
        }
        self.with("user_id", &ids.user_id()).with("job_id", &ids.job_id())
    }

    /// Adds a mock server's diagnosis of a successful request.
    pub(crate) fn diagnosed(mut self, diagnosis: Option<&str>, secrets: &[String]) -> Self {
        if let Some(diagnosis) = diagnosis {
            let diagnosis = redacted_diagnosis(diagnosis, secrets);
            self.members.set("diagnosis", &diagnosis);
            self.diagnosis = Some(diagnosis);
        }
        self
    }

    /// Adds warnings, each an object with `code`, `field` and `message`.
    pub(crate) fn with_warnings(mut self, warnings: Vec<Value>) -> Self {
        if !warnings.is_empty() {
            self.members.set("warnings", &warnings);
            self.warnings = warnings;
        }
        self
    }

    pub(crate) fn submitted(ids: &JobRef, smile_job_id: Option<&str>) -> Self {
        let lines = vec![("smile_job_id", smile_job_id.unwrap_or("not known").to_owned())];
        let mut output = Self::new(&json!({}), lines)
            .with("success", &true)
            .with("smile_job_id", &smile_job_id)
            .with_ids(ids);
        output.lines.insert(0, ("submitted", "yes".to_owned()));
        output
    }

    /// Creates the output of the API's response about a job or lookup, as received, with the verdict.
    pub(crate) fn outcome(outcome: &Outcome, secrets: &[String]) -> Self {
        let (mut lines, more_lines) = outcome.result().map(result_lines).unwrap_or_default();
        let judgement = if let Some(status) = outcome.status() {
            lines.extend(status_lines(status));
            Judgement::from_status(status)
        } else {
            for (name, value) in members_of(&outcome.result().map(|result| &result.personal_info)) {
                lines.push(("", format!("{name} {}", plain(value))));
            }
            Judgement::from(&outcome.verdict())
        };
        let proof = if outcome.is_signed() { Proof::Confirmed } else { Proof::None };
        let body = outcome.raw().map(|raw| raw.body().as_ref()).unwrap_or_default();
        let mut output = Self::as_received(body, lines).judged(judgement, proof).with_ids(outcome.ids());
        output.more_lines = more_lines;
        output.diagnosed(outcome.diagnosis(), secrets)
    }

    pub(crate) fn signature(timestamp: &str, signature: &str) -> Self {
        let lines = vec![("timestamp", timestamp.to_owned()), ("signature", signature.to_owned())];
        Self::new(&json!({"timestamp": timestamp, "signature": signature}), lines)
    }

    /// Returns the text to print, without the last line break.
    pub(crate) fn text(&self, format: Format, style: Style) -> String {
        if format == Format::Json {
            return json!(self.members).to_string();
        }
        let mut blocks = Vec::new();
        if let Some((judgement, proof)) = &self.judgement {
            // An unconfirmed result is shown in the colour of an undecided job.
            let decision = if *proof == Proof::Origin { "" } else { judgement.decision };
            let heading = style.paint(decision, &judgement.heading(*proof));
            let text = |text: &str| wrapped(&printable(text), "", 0, style.width);
            let (reason, advice) = (text(&judgement.reason), text(&judgement.advice));
            blocks.push(format!("{heading}\n{reason}\n{advice}"));
        }
        if !self.lines.is_empty() {
            blocks.push(lines_of(&self.lines, style.width));
        }
        if style.verbose && !self.more_lines.is_empty() {
            blocks.push(lines_of(&self.more_lines, style.width));
        }
        blocks.join("\n\n")
    }

    pub(crate) fn print(self, format: Format, args: &Args) -> ExitCode {
        if format == Format::Text {
            print_warnings(&self.warnings);
            if let Some(diagnosis) = &self.diagnosis {
                tell(format_args!("diagnosis: {diagnosis}"));
            }
        }
        let text = self.text(format, Style::new(args));
        let judgement = self.judgement.filter(|_| args.exit_status);
        let done = ExitCode::from(judgement.map_or(0, |(judgement, proof)| judgement.exit_code(proof)));
        match write(format!("{text}\n").as_bytes()) {
            Ok(()) => done,
            Err(failure) => failure.report(format),
        }
    }
}

/// Prints bytes on standard output, unchanged in every format.
pub(crate) fn print_bytes(bytes: &[u8], format: Format) -> ExitCode {
    match write(bytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(format),
    }
}

/// Writes to standard output. A closed pipe is not an error.
fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Kind::Other, format!("failed to write the result: {error}")))
        }
        _ => Ok(()),
    }
}

/// Style of the text output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    color: bool,
    verbose: bool,
    /// Width of the terminal, in columns; none for a pipe.
    width: Option<usize>,
}

impl Style {
    pub(crate) fn new(args: &Args) -> Self {
        let color = match args.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
            }
        };
        Self { color, verbose: args.verbose > 0, width: stdout_width() }
    }

    fn paint(self, decision: &str, text: &str) -> String {
        let color = match decision {
            "approved" => 32,
            "rejected" => 31,
            _ => 33,
        };
        if self.color { format!("\u{1b}[1;{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Returns the lines about a job's status, without those about its result.
fn status_lines(status: &job_status::Response) -> Lines {
    let mut lines = Lines::new();
    if let (Some(other), None) = (&status.result, status.result()) {
        lines.push(("result", serde_json::to_value(other).map_or_else(|_| String::new(), plain)));
    }
    lines.push(("job_complete", status.job_complete.to_string()));
    lines.push(("job_success", status.job_success.to_string()));
    for result in status.history.iter().flatten() {
        let code = result.result_code.as_ref().map_or("-", |code| code.as_str());
        lines.push(("history", format!("{code} {}", result.result_text.as_deref().unwrap_or_default())));
    }
    for (name, link) in members_of(&status.image_links) {
        lines.push(("image_links", format!("{name} {}", plain(link))));
    }
    lines
}

/// Returns the lines about a result, and the additional lines for `--verbose`.
fn result_lines(result: &JobResult) -> (Lines, Lines) {
    let mut lines = Vec::new();
    if let Some(id) = &result.smile_job_id {
        lines.push(("smile_job_id", id.clone()));
    }
    if let Some(code) = &result.result_code {
        let text = result.result_text.as_deref().unwrap_or_default();
        lines.push(("ResultCode", format!("{code} {text}")));
    }
    let actions = result.actions.iter().flatten();
    let (skipped, done): (Vec<_>, Vec<_>) =
        actions.partition(|(_, value)| **value == ActionValue::NotApplicable);
    let line = |(action, value): (_, _)| ("Actions", format!("{action} {value}"));
    lines.extend(done.into_iter().map(line));
    (lines, skipped.into_iter().map(line).collect())
}

/// Returns the members of a value that serializes to an object.
fn members_of(value: &impl Serialize) -> Map<String, Value> {
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
