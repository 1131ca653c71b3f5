//! Compares the state that a receiver reports with the expected state.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    case::{Expected, Names, ReceiverCase},
    probe::server::masked,
};

/// State that a receiver reports: a list of jobs, each with a `job_id`, or an object with that list as `jobs`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Value")]
pub struct State {
    jobs: Vec<Value>,
}

impl TryFrom<Value> for State {
    type Error = NotAState;

    fn try_from(value: Value) -> Result<Self, NotAState> {
        let list = match value {
            Value::Object(mut members) => members.remove("jobs").unwrap_or_default(),
            other => other,
        };
        match list {
            Value::Array(jobs) if jobs.iter().all(|job| job.get("job_id").is_some()) => Ok(Self { jobs }),
            _ => Err(NotAState),
        }
    }
}

/// Error: the JSON is not the state of a receiver. `Display` explains the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid state: expected a list of jobs, each with a `job_id`, or an object with that list as `jobs`, such as \
     {{\"jobs\": [{{\"job_id\": \"job-1\", \"decision\": \"approved\"}}]}}"
)]
#[non_exhaustive]
pub struct NotAState;

/// Result of comparing the reported state with the expected one.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) problems: Vec<String>,
    /// Reported state of each expected job, in words.
    pub(super) seen: Vec<String>,
    /// Members that the receiver does not report.
    pub(super) ungraded: Vec<String>,
    /// True if at least one member could be compared.
    pub(super) is_graded: bool,
}

impl Judged {
    pub(super) fn new(case: &ReceiverCase, names: &Names, state: &State) -> Self {
        let mut judged = Self::default();
        for (job, expected) in &case.state {
            let job = names.fill(job);
            let mut entries = state.jobs.iter().filter(|it| names_job(it, &job));
            let entry = entries.next();
            judged.seen.push(format!(
                "{job}: {}",
                entry.map_or_else(|| "absent".to_owned(), |it| masked(it).to_string())
            ));
            if entries.next().is_some() {
                judged.problems.push(format!("the state contains {job} more than once"));
            }
            let compared = Self::compare(&job, expected, entry, names);
            judged.problems.extend(compared.problems);
            judged.ungraded.extend(compared.ungraded);
            judged.is_graded |= compared.is_graded;
        }
        judged
    }

    /// Compares the state of a job. Members that the receiver does not report are not graded.
    fn compare(job: &str, expected: &Expected, entry: Option<&Value>, names: &Names) -> Self {
        let mut compared = Self::default();
        let place = format!("the state of {job}");
        match (expected, entry) {
            (Expected::Members(members), Some(Value::Object(there))) => {
                for (name, expected) in members {
                    let got = there.get(name);
                    if got.is_none() && !matches!(expected, Expected::Absent) {
                        compared.ungraded.push(name.clone());
                    } else {
                        compared.whole(&format!("{place}, `{name}`"), expected, got, names);
                    }
                }
            }
            (Expected::OneOf(any), Some(_)) => {
                let each = any.iter().filter(|it| !matches!(it, Expected::Absent));
                let each: Vec<_> = each.map(|it| Self::compare(job, it, entry, names)).collect();
                // One matching alternative is enough. Alternatives with members that the receiver does not report are
                // used only if no other alternative exists.
                let mut graded = each.iter().filter(|it| it.is_graded).peekable();
                if graded.peek().is_some() || each.is_empty() {
                    compared.is_graded = true;
                    if !graded.any(|it| it.problems.is_empty()) {
                        compared.differs(&place, expected, entry, names);
                    }
                } else {
                    compared.ungraded = each.into_iter().flat_map(|it| it.ungraded).collect();
                }
            }
            _ => compared.whole(&place, expected, entry, names),
        }
        compared
    }

    fn whole(&mut self, place: &str, expected: &Expected, got: Option<&Value>, names: &Names) {
        self.is_graded = true;
        if expected.difference(got, names).is_some() {
            self.differs(place, expected, got, names);
        }
    }

    fn differs(&mut self, place: &str, expected: &Expected, got: Option<&Value>, names: &Names) {
        let got = got.map_or_else(|| "nothing".to_owned(), |got| masked(got).to_string());
        self.problems.push(format!("{place}: expected {}, got {got}", words(expected, names)));
    }
}

/// Returns the expected value in words.
fn words(expected: &Expected, names: &Names) -> String {
    let all = |items: &[Expected], between: &str| {
        items.iter().map(|it| words(it, names)).collect::<Vec<_>>().join(between)
    };
    match expected {
        Expected::Is(value) => names.fill_value(value).to_string(),
        Expected::Absent => "nothing".to_owned(),
        Expected::OneOf(items) => all(items, " or "),
        Expected::Items(items) => format!("a list of {}", all(items, ", ")),
        Expected::Has(items) => format!("a list with {}", all(items, ", ")),
        Expected::Type(kind) => format!("a value of type {kind:?}").to_lowercase(),
        Expected::Pattern(pattern) => format!("a text that matches {pattern}"),
        Expected::Members(members) => {
            let each = members.iter().map(|(name, it)| format!("`{name}` {}", words(it, names)));
            each.collect::<Vec<_>>().join(" and ")
        }
    }
}

fn names_job(entry: &Value, job: &str) -> bool {
    match entry.get("job_id") {
        Some(Value::String(text)) => text == job,
        Some(Value::Number(number)) => number.to_string() == job,
        _ => false,
    }
}
