//! What came of the questions.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::{Outcome, Question, Task};
use crate::junit::{self, Item, Mark};

/// What came of the questions to a program.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct VectorsReport {
    /// The program, as it was called.
    pub subject: String,
    /// How many answers are right.
    pub passed: usize,
    /// How many are not.
    pub failed: usize,
    /// How many questions the program says it has nothing for.
    pub unsupported: usize,
    /// The same by task.
    pub tasks: BTreeMap<Task, Counts>,
    /// Each question.
    pub questions: Vec<Judged>,
}

/// How many questions of a task came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// How many answers are right.
    pub passed: usize,
    /// How many are not.
    pub failed: usize,
    /// How many questions the program says it has nothing for.
    pub unsupported: usize,
}

/// What came of a question.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Judged {
    /// The case and what was asked about it.
    pub id: String,
    /// What the program was asked to do.
    pub task: Task,
    /// What the case shows.
    pub description: String,
    /// Where the expected values come from.
    pub source: String,
    /// What a right answer is.
    pub expected: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl VectorsReport {
    /// That of a program, which was asked nothing so far.
    pub fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..Self::default() }
    }

    /// Notes what came of a question, and says it for people.
    pub fn push(&mut self, question: &Question, outcome: Outcome) -> String {
        let of_task = self.tasks.entry(question.task()).or_default();
        let (all, of_task) = match outcome {
            Outcome::Passed => (&mut self.passed, &mut of_task.passed),
            Outcome::Failed { .. } => (&mut self.failed, &mut of_task.failed),
            Outcome::Unsupported { .. } => (&mut self.unsupported, &mut of_task.unsupported),
        };
        *all += 1;
        *of_task += 1;
        let judged = Judged {
            id: question.id().to_owned(),
            task: question.task(),
            description: question.case().description().to_owned(),
            source: question.case().source().to_owned(),
            expected: question.expected().to_owned(),
            outcome,
        };
        let shown = judged.to_string();
        self.questions.push(judged);
        shown
    }

    /// The report for build servers, in the XML that they read as JUnit's. What is unsupported is skipped there.
    ///
    /// # Errors
    ///
    /// When it cannot be written, which no report is known to bring about.
    pub fn to_junit(&self) -> Result<String, fmt::Error> {
        junit::of("smileid-conformance vectors", self.questions.iter().map(Judged::item))
    }

    /// The counts in a line.
    pub fn summary(&self) -> String {
        let Self { passed, failed, unsupported, .. } = self;
        format!(
            "{} questions: {passed} passed, {failed} failed, {unsupported} unsupported",
            self.questions.len()
        )
    }
}

impl Judged {
    fn item(&self) -> Item<'_> {
        let mark = match &self.outcome {
            Outcome::Passed => Mark::Passed,
            Outcome::Failed { deviations } => {
                Mark::Failed { why: deviations.join("; "), text: self.to_string() }
            }
            Outcome::Unsupported { why } => Mark::Skipped { why: why.clone() },
        };
        Item { id: &self.id, millis: 0, mark }
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Passed => writeln!(f, "passed       {}", self.id),
            Outcome::Unsupported { why } => writeln!(f, "unsupported  {}: {why}", self.id),
            Outcome::Failed { deviations } => {
                writeln!(f, "FAILED       {}: {}", self.id, self.description)?;
                writeln!(f, "  expected {}; the program:", self.expected)?;
                deviations.iter().try_for_each(|deviation| writeln!(f, "  - {deviation}"))?;
                writeln!(f, "  source: {}", self.source)
            }
        }
    }
}
