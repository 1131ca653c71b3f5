//! What a receiver says it accepted, compared with what it must have.

use serde_json::Value;

use crate::{
    case::{Expected, Names, ReceiverCase},
    server::{Broken, masked},
};

/// What was found in a state.
pub(super) struct Judged {
    pub(super) problems: Vec<String>,
    /// What the receiver says, job by job.
    pub(super) seen: Vec<String>,
    /// Members that it does not have.
    pub(super) ungraded: Vec<String>,
    /// Whether anything could be compared.
    pub(super) is_graded: bool,
}

impl Judged {
    pub(super) fn of(case: &ReceiverCase, names: &Names, jobs: &[Value]) -> Self {
        let mut judged =
            Self { problems: Vec::new(), seen: Vec::new(), ungraded: Vec::new(), is_graded: false };
        for (job, expected) in &case.state {
            let job = names.fill(job);
            let mut of_it = jobs.iter().filter(|it| names_job(it, &job));
            let entry = of_it.next();
            judged.seen.push(format!(
                "{job}: {}",
                entry.map_or_else(|| "not there".to_owned(), |it| masked(it).to_string())
            ));
            if of_it.next().is_some() {
                judged.problems.push(format!("the state has {job} more than once"));
            }
            judged.compare(&job, expected, entry, names);
        }
        judged
    }

    /// Compares, but leaves out members that a receiver does not have at all.
    fn compare(&mut self, job: &str, expected: &Expected, entry: Option<&Value>, names: &Names) {
        let place = format!("the state of {job}");
        let (Expected::Members(members), Some(Value::Object(there))) = (expected, entry) else {
            self.is_graded = true;
            if expected.difference(entry, names).is_some() {
                self.differs(&place, expected, entry, names);
            }
            return;
        };
        for (name, expected) in members {
            let got = there.get(name);
            if got.is_none() && !matches!(expected, Expected::Absent) {
                self.ungraded.push(name.clone());
                continue;
            }
            self.is_graded = true;
            if expected.difference(got, names).is_some() {
                self.differs(&format!("{place}, `{name}`"), expected, got, names);
            }
        }
    }

    fn differs(&mut self, place: &str, expected: &Expected, got: Option<&Value>, names: &Names) {
        let got = got.map_or_else(|| "nothing".to_owned(), |got| masked(got).to_string());
        self.problems.push(format!("{place}: expected {}, got {got}", words(expected, names)));
    }
}

/// What is expected, for people.
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
        Expected::Pattern(pattern) => format!("a text in which {pattern} finds something"),
        Expected::Members(members) => {
            let each = members.iter().map(|(name, it)| format!("`{name}` {}", words(it, names)));
            each.collect::<Vec<_>>().join(" and ")
        }
    }
}

/// The jobs of a state: a list, or an object with a list `jobs`.
pub(super) fn jobs(state: Value) -> Result<Vec<Value>, Broken> {
    let list = match state {
        Value::Object(mut members) => members.remove("jobs").unwrap_or_default(),
        other => other,
    };
    match list {
        Value::Array(jobs) if jobs.iter().all(|job| job.get("job_id").is_some()) => Ok(jobs),
        _ => Err("it is no list of jobs, each with a `job_id`, nor an object with one as `jobs`".into()),
    }
}

fn names_job(entry: &Value, job: &str) -> bool {
    match entry.get("job_id") {
        Some(Value::String(text)) => text == job,
        Some(Value::Number(number)) => number.to_string() == job,
        _ => false,
    }
}
