//! What came of scenarios.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_protocol::printable::printable;

use super::{drift, shown};
use crate::junit::{self, Item, Mark};

/// What came of the scenarios that were played against a server. `Display` is the report for people.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServerReport {
    /// The server.
    pub server: String,
    /// Each scenario.
    pub scenarios: Vec<ScenarioReport>,
}

/// What came of a scenario, or of what was sent to a receiver of callbacks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScenarioReport {
    /// The id of the case.
    pub case: String,
    /// What it shows.
    pub description: String,
    /// Where the expected values come from.
    pub source: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// The steps that were played.
    pub steps: Vec<StepReport>,
    /// Members that would have been judged and were not there to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ungraded: Vec<String>,
    /// What the ids of callbacks that were sent end in, which do not name the case to whoever receives them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// What can come of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The server did what it must.
    Passed,
    /// It did not.
    Failed {
        /// In which step, from 1.
        step: usize,
        /// What it did.
        why: String,
    },
    /// Nobody can say: no whole answer came.
    Error {
        /// In which step, from 1.
        step: usize,
        /// Why.
        why: String,
    },
    /// It was not played.
    Skipped {
        /// Why.
        why: String,
    },
}

/// A step that was played: the last request of it, and the answer. Neither shows a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepReport {
    /// What was done: `v1::upload`, `put`, `GET`, `callbacks`.
    pub step: String,
    /// What was sent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sent: String,
    /// What was answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub got: String,
    /// The HTTP status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The members of the answer, by JSON pointer: the value of a code, of another the type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, String>,
}

impl ServerReport {
    /// A report of no scenario yet.
    pub fn new(server: impl Into<String>) -> Self {
        Self { server: server.into(), scenarios: Vec::new() }
    }

    /// How many scenarios passed, failed, came to an error, and were not played.
    pub fn counts(&self) -> [usize; 4] {
        Outcome::counts(&self.scenarios)
    }

    /// Whether no scenario was played.
    pub fn is_empty(&self) -> bool {
        let [passed, failed, errors, _] = self.counts();
        passed + failed + errors == 0
    }

    /// Whether nothing failed and nothing came to an error.
    pub fn is_good(&self) -> bool {
        matches!(self.counts(), [_, 0, 0, _])
    }

    /// The counts, in one line.
    pub fn summary(&self) -> String {
        let [passed, failed, errors, skipped] = self.counts();
        format!(
            "{}: {} scenarios: {passed} passed, {failed} failed, {errors} errors, {skipped} skipped",
            self.server,
            self.scenarios.len(),
        )
    }

    /// The report in the XML that build servers read as JUnit's.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn to_junit(&self) -> Result<String, fmt::Error> {
        junit::of("smileid-conformance server", self.scenarios.iter().map(ScenarioReport::item))
    }
}

impl Outcome {
    /// How many passed, failed, came to an error, and were not played.
    pub(crate) fn counts(reports: &[ScenarioReport]) -> [usize; 4] {
        let count = |is: fn(&Self) -> bool| reports.iter().filter(|it| is(&it.outcome)).count();
        [
            count(|it| matches!(it, Self::Passed)),
            count(|it| matches!(it, Self::Failed { .. })),
            count(|it| matches!(it, Self::Error { .. })),
            count(|it| matches!(it, Self::Skipped { .. })),
        ]
    }
}

impl fmt::Display for ServerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for scenario in &self.scenarios {
            write!(f, "{scenario}")?;
        }
        f.write_str(&self.summary())
    }
}

impl fmt::Display for ScenarioReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, step, why) = match &self.outcome {
            Outcome::Passed if self.ungraded.is_empty() => return writeln!(f, "passed   {}", self.case),
            Outcome::Passed => {
                return writeln!(f, "passed   {} (not graded: {})", self.case, self.ungraded.join(", "));
            }
            Outcome::Skipped { why } => return writeln!(f, "skipped  {}: {}", self.case, printable(why)),
            Outcome::Failed { step, why } => ("FAILED ", step, why),
            Outcome::Error { step, why } => ("ERROR  ", step, why),
        };
        writeln!(f, "{word}  {}: {}", self.case, self.description)?;
        let at = step.checked_sub(1).and_then(|index| self.steps.get(index));
        let title = at.map_or("", |step| &step.step);
        writeln!(f, "  step {step}, {title}: {}", printable(why))?;
        for (what, text) in at.into_iter().flat_map(|step| [("sent", &step.sent), ("got", &step.got)]) {
            for (index, line) in text.lines().enumerate() {
                writeln!(f, "  {:4}  {}", if index == 0 { what } else { "" }, printable(line))?;
            }
        }
        self.run.iter().try_for_each(|run| writeln!(f, "  ids: …-{run}"))?;
        writeln!(f, "  source: {}", self.source)?;
        self.advice.iter().try_for_each(|advice| writeln!(f, "  advice: {advice}"))
    }
}

impl ScenarioReport {
    /// The row of a report for build servers.
    pub(crate) fn item(&self) -> Item<'_> {
        let mark = match &self.outcome {
            Outcome::Passed => Mark::Passed,
            Outcome::Failed { why, .. } => Mark::Failed { why: why.clone(), text: self.to_string() },
            Outcome::Error { why, .. } => Mark::Error { why: why.clone(), text: self.to_string() },
            Outcome::Skipped { why } => Mark::Skipped { why: why.clone() },
        };
        Item { id: &self.case, millis: self.millis, mark }
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

    /// Notes an answer.
    pub(super) fn answered(&mut self, response: &http::Response<Bytes>) {
        self.got = shown::response(response);
        self.status = Some(response.status().as_u16());
        self.members = serde_json::from_slice(response.body())
            .map(|json: Value| drift::members(&json))
            .unwrap_or_default();
    }

    /// Notes the callbacks that arrived.
    pub(super) fn called(&mut self, bodies: &[Value]) {
        for body in bodies {
            let _ = writeln!(self.got, "{}", shown::masked(body));
        }
    }
}
