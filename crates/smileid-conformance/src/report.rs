//! Reports of checks and probes.

pub(crate) mod junit;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use smileid_protocol::printable::printable;

use crate::case::Case;

/// Report of a run. `Display` writes it for people.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// Kind of test that created the report.
    pub probe: Probe,
    /// Subject of the tests: a URL or a command.
    pub subject: String,
    /// Number of items that passed.
    pub passed: usize,
    /// Number of items that failed.
    pub failed: usize,
    /// Number of items that could not be checked.
    pub errors: usize,
    /// Number of items that were skipped, not graded or not supported.
    pub skipped: usize,
    /// Results of the cases, or of the single checks and questions about them.
    pub items: Vec<Item>,
}

/// Kind of test: of this project's crates, a program, a receiver or a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Probe {
    /// Tests of this project's own crates.
    Own,
    /// Test of a program that answers questions.
    Program,
    /// Test of a callback receiver.
    Receiver,
    /// Test of a server of the API, by its URL.
    Server,
}

/// Result of a case, or of one question or check about it. Contains no secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Item {
    /// Id of the case. If a case has several checks or tasks, their name follows, as in `signature/plain::sign`.
    pub id: String,
    /// Description of the behaviour under test.
    pub description: String,
    /// Source of the expected values.
    pub source: String,
    /// Advice that is shown if the item failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// Task of a question, such as `sign`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// Expected answer to a question, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// Outcome of the item: passed, failed, error or skipped.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// All deviations in the answer to a question, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<String>,
    /// Duration of the item, in milliseconds.
    #[serde(default)]
    pub millis: u64,
    /// Steps that were executed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepReport>,
    /// Members that could not be judged because the receiver does not report them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ungraded: Vec<String>,
    /// Suffix of all ids in the callbacks of this item, to find them in the receiver's logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// Outcome of an item: passed, failed, error or skipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The program, server or receiver behaves as the case requires.
    Passed,
    /// The program, server or receiver behaves differently from the case.
    Failed {
        /// Number of the step, counted from 1. 0 for an item without steps.
        #[serde(default, skip_serializing_if = "is_zero")]
        step: usize,
        /// Description of the deviation.
        why: String,
    },
    /// The case could not be checked, because no complete response arrived.
    Error {
        /// Number of the step, counted from 1. 0 for an item without steps.
        #[serde(default, skip_serializing_if = "is_zero")]
        step: usize,
        /// Reason why no complete response arrived.
        why: String,
    },
    /// The item was not run or not graded, or the subject does not support it.
    Skipped {
        /// Reason for the skip.
        why: String,
    },
}

/// A step that was executed, with its last request and the response.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepReport {
    /// Title of the step: `v1::upload`, `put`, `GET`, `callbacks`.
    pub step: String,
    /// Last request of the step, as text without secrets.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sent: String,
    /// Response to that request, as text without secrets.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub got: String,
    /// The HTTP status of the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Members of the response, by JSON pointer: for codes the value, for others the JSON type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, String>,
}

impl Report {
    /// Creates an empty report.
    pub fn new(probe: Probe, subject: impl Into<String>) -> Self {
        let subject = subject.into();
        Self { probe, subject, passed: 0, failed: 0, errors: 0, skipped: 0, items: Vec::new() }
    }

    /// Adds an item to the report.
    pub fn push(&mut self, item: Item) {
        let count = match item.outcome {
            Outcome::Passed => &mut self.passed,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Error { .. } => &mut self.errors,
            Outcome::Skipped { .. } => &mut self.skipped,
        };
        *count += 1;
        self.items.push(item);
    }

    /// Returns true if no item was checked. A receiver without any response was not checked.
    pub fn is_empty(&self) -> bool {
        match self.probe {
            Probe::Receiver => self.items.iter().flat_map(|item| &item.steps).all(|it| it.status.is_none()),
            _ => self.passed + self.failed + self.errors == 0,
        }
    }

    /// Returns true if no item failed or ended with an error.
    pub fn is_good(&self) -> bool {
        self.failed + self.errors == 0
    }

    /// Returns the items that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| matches!(item.outcome, Outcome::Failed { .. }))
    }

    /// Returns the numbers of passed, failed and other items, in one line.
    pub fn summary(&self) -> String {
        let Self { probe, subject, passed, failed, errors, skipped, items } = self;
        let all = items.len();
        match probe {
            Probe::Own => format!("{all} checks: {passed} passed, {failed} failed"),
            Probe::Program => {
                format!("{all} questions: {passed} passed, {failed} failed, {skipped} unsupported")
            }
            Probe::Receiver => format!(
                "{subject}: {all} items: {passed} passed, {failed} failed, {errors} errors, {skipped} not graded"
            ),
            Probe::Server => format!(
                "{subject}: {all} scenarios: {passed} passed, {failed} failed, {errors} errors, {skipped} skipped"
            ),
        }
    }

    /// Writes the report as JUnit XML.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written.
    pub fn to_junit(&self) -> Result<String, fmt::Error> {
        let suite = match self.probe {
            Probe::Own => "smileid-conformance",
            Probe::Program => "smileid-conformance vectors",
            Probe::Receiver => "smileid-conformance callback",
            Probe::Server => "smileid-conformance server",
        };
        let rows = self.items.iter().map(|item| junit::Row {
            id: &item.id,
            millis: item.millis,
            outcome: item.outcome.clone(),
            text: item.to_string(),
        });
        junit::xml(suite, rows)
    }
}

impl Item {
    /// Creates the report item of a case.
    pub(crate) fn new(case: &Case, outcome: Outcome) -> Self {
        Self {
            id: case.id().to_owned(),
            description: case.description().to_owned(),
            source: case.source().to_owned(),
            advice: None,
            task: None,
            expected: None,
            outcome,
            deviations: Vec::new(),
            millis: 0,
            steps: Vec::new(),
            ungraded: Vec::new(),
            run: None,
        }
    }

    /// Marks the task as required. A program that does not support it then fails.
    #[must_use]
    pub fn required(mut self) -> Self {
        if let Outcome::Skipped { why } = &self.outcome {
            let why = format!("does not support it, but it is required: {why}");
            self.deviations.push(why.clone());
            self.outcome = Outcome::Failed { step: 0, why };
        }
        self
    }
}

impl StepReport {
    pub(crate) fn new(step: &str) -> Self {
        Self {
            step: step.to_owned(),
            sent: String::new(),
            got: String::new(),
            status: None,
            members: BTreeMap::new(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.iter().try_for_each(|item| write!(f, "{item}"))?;
        f.write_str(&self.summary())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Skipped questions are shown as `unsupported`, so their column is wider.
        let (skipped, width) = if self.task.is_some() { ("unsupported", 11) } else { ("skipped", 7) };
        let id = &self.id;
        let (word, step, why) = match &self.outcome {
            Outcome::Passed if self.ungraded.is_empty() => return writeln!(f, "{:width$}  {id}", "passed"),
            Outcome::Passed => {
                let ungraded = self.ungraded.join(", ");
                return writeln!(f, "{:width$}  {id} (not graded: {ungraded})", "passed");
            }
            Outcome::Skipped { why } => return writeln!(f, "{skipped:width$}  {id}: {}", printable(why)),
            Outcome::Failed { step, why } => ("FAILED", *step, why),
            Outcome::Error { step, why } => ("ERROR", *step, why),
        };
        writeln!(f, "{word:width$}  {id}: {}", self.description)?;
        if let Some(expected) = &self.expected {
            writeln!(f, "  expected {expected}; the program:")?;
            self.deviations.iter().try_for_each(|deviation| writeln!(f, "  - {deviation}"))?;
        } else {
            self.write_step(f, step, why)?;
        }
        self.run.iter().try_for_each(|run| writeln!(f, "  ids: …-{run}"))?;
        writeln!(f, "  source: {}", self.source)?;
        self.advice.iter().try_for_each(|advice| writeln!(f, "  advice: {advice}"))
    }
}

impl Item {
    fn write_step(&self, f: &mut fmt::Formatter<'_>, number: usize, why: &str) -> fmt::Result {
        let Some(index) = number.checked_sub(1) else { return writeln!(f, "  {}", printable(why)) };
        let step = self.steps.get(index);
        let title = step.map_or("", |step| &step.step);
        writeln!(f, "  step {number}, {title}: {}", printable(why))?;
        for (label, text) in step.into_iter().flat_map(|step| [("sent", &step.sent), ("got", &step.got)]) {
            for (index, line) in text.lines().enumerate() {
                writeln!(f, "  {:4}  {}", if index == 0 { label } else { "" }, printable(line))?;
            }
        }
        Ok(())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
