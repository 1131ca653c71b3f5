//! Compares two server reports, to find changes of the server.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;
use serde_json::Value;

use crate::{
    case::JsonKind,
    report::{Item, Outcome, Report},
};

/// Changes between two reports, of one server at two times or of two servers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// All changes, ordered by scenario.
    pub changes: Vec<Change>,
}

/// A change of a scenario's outcome or of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// Id of the case.
    pub case: String,
    /// Property that changed, such as `outcome`, or `step 2, v1::job_status: /result/ResultCode`.
    pub what: String,
    /// Earlier value. `None` if there was none.
    pub before: Option<String>,
    /// Later value. `None` if there is none.
    pub after: Option<String>,
}

impl Drift {
    /// Compares an earlier with a later report.
    ///
    /// Compares statuses, members, their types, and the values of codes. Ignores ids, times, links and similar values,
    /// which are new in each run. A step that only one of the runs reached is not a separate change, since the outcome
    /// differs.
    pub fn between(before: &Report, after: &Report) -> Self {
        let by_case = |report: &Report| -> BTreeMap<String, Item> {
            report.items.iter().map(|it| (it.id.clone(), it.clone())).collect()
        };
        let (before, after) = (by_case(before), by_case(after));
        let cases: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let mut drift = Self::default();
        for case in cases {
            let (before, after) = (before.get(case), after.get(case));
            let outcome = |it: &Item| word(&it.outcome).to_owned();
            drift.note(case, "outcome", before.map(outcome), after.map(outcome));
            let (Some(before), Some(after)) = (before, after) else { continue };
            for (index, (before, after)) in before.steps.iter().zip(&after.steps).enumerate() {
                let step = format!("step {}, {}", index + 1, after.step);
                let status = |status: Option<u16>| status.map(|it| it.to_string());
                drift.note(case, &format!("{step}: status"), status(before.status), status(after.status));
                let pointers: BTreeSet<_> = before.members.keys().chain(after.members.keys()).collect();
                for pointer in pointers {
                    let value = |members: &BTreeMap<String, String>| members.get(pointer).cloned();
                    let what = format!("{step}: {pointer}");
                    drift.note(case, &what, value(&before.members), value(&after.members));
                }
            }
        }
        drift
    }

    fn note(&mut self, case: &str, what: &str, before: Option<String>, after: Option<String>) {
        if before != after {
            self.changes.push(Change { case: case.to_owned(), what: what.to_owned(), before, after });
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Change { case, what, before, after } in &self.changes {
            let shown = |it: &Option<String>| it.clone().unwrap_or_else(|| "nothing".to_owned());
            writeln!(f, "{case}: {what}: was {}, is {}", shown(before), shown(after))?;
        }
        write!(f, "{} changes", self.changes.len())
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed { .. } => "failed",
        Outcome::Error { .. } => "error",
        Outcome::Skipped { .. } => "skipped",
    }
}

/// Members whose values do not depend on the person or the run.
const STABLE_MEMBERS: &[&str] = &[
    "ResultCode",
    "ResultText",
    "ResultType",
    "IsFinalResult",
    "IsMachineResult",
    "Source",
    "code",
    "error",
    "job_complete",
    "job_success",
    "message",
    "status",
    "success",
];

/// Returns the members of a body, by JSON pointer. All items of a list share one pointer, because their number can change.
pub(super) fn members(json: &Value) -> BTreeMap<String, String> {
    fn walk(pointer: &str, value: &Value, into: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| walk(&format!("{pointer}/{name}"), value, into));
            }
            Value::Array(items) => {
                into.insert(pointer.to_owned(), "list".to_owned());
                for item in items {
                    walk(&format!("{pointer}/*"), item, into);
                }
            }
            scalar => {
                let is_stable = |name: &str| STABLE_MEMBERS.contains(&name);
                let mut names = pointer.rsplit('/');
                let has_stable_value = names.next().is_some_and(is_stable) || names.next() == Some("Actions");
                let kind = serde_json::to_value(JsonKind::from_value(scalar)).unwrap_or_default();
                let kind = kind.as_str().unwrap_or_default();
                into.insert(
                    pointer.to_owned(),
                    if has_stable_value { scalar.to_string() } else { kind.to_owned() },
                );
            }
        }
    }
    let mut into = BTreeMap::new();
    walk("", json, &mut into);
    into
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::case::Case;
    use crate::report::{Probe, StepReport};

    fn report(outcome: Outcome, status: u16, body: &Value) -> Report {
        let mut step = StepReport::new("v1::job_status");
        step.status = Some(status);
        step.members = members(body);
        let mut report = Report::new(Probe::Server, "http://127.0.0.1");
        let json = br#"{"id": "loose/a", "description": "d", "source": "s", "job": 1, "expect": {"ok":
            {"job_type": 1, "delivery": "at_once"}}}"#;
        if let Ok(case) = Case::read("loose/a.json", json) {
            let id = "server/a".to_owned();
            report.push(Item { id, steps: vec![step], ..Item::new(&case, outcome) });
        }
        report
    }

    #[test]
    fn values_that_change_in_each_run_are_ignored() {
        let body = |id: &str| json!({"SmileJobID": id, "ResultCode": "0810", "history": [{"a": 1}]});
        let (before, after) =
            (report(Outcome::Passed, 200, &body("1")), report(Outcome::Passed, 200, &body("2")));
        assert_eq!(Drift::between(&before, &after), Drift::default());
    }

    #[test]
    fn codes_types_members_and_outcomes_are_compared() {
        let before =
            json!({"code": "2302", "smile_job_id": "1", "Actions": {"Liveness_Check": "Passed"}, "old": 1});
        let after =
            json!({"code": 2302, "smile_job_id": 1, "Actions": {"Liveness_Check": "Failed"}, "new": [{}]});
        let before = report(Outcome::Passed, 200, &before);
        let after = report(Outcome::Failed { step: 1, why: String::new() }, 202, &after);
        assert_eq!(
            Drift::between(&before, &after).to_string(),
            "server/a: outcome: was passed, is failed\n\
             server/a: step 1, v1::job_status: status: was 200, is 202\n\
             server/a: step 1, v1::job_status: /Actions/Liveness_Check: was \"Passed\", is \"Failed\"\n\
             server/a: step 1, v1::job_status: /code: was \"2302\", is 2302\n\
             server/a: step 1, v1::job_status: /new: was nothing, is list\n\
             server/a: step 1, v1::job_status: /old: was number, is nothing\n\
             server/a: step 1, v1::job_status: /smile_job_id: was text, is number\n\
             7 changes"
        );
        let gone = Drift::between(&before, &Report::new(Probe::Server, ""));
        assert_eq!(gone.to_string(), "server/a: outcome: was passed, is nothing\n1 changes");
    }
}
