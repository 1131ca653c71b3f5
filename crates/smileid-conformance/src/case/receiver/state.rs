//! Validates the expected state of a job in a receiver case.

use serde::Deserialize as _;

use crate::{
    case::{DecisionWord, Expected},
    failure::Failure,
};

/// Checks that a receiver can report this state: only `decision`, `code` and `confirmed`, with a known decision.
pub(crate) fn check_job(expected: &Expected) -> Result<(), Failure> {
    match expected {
        Expected::Absent => Ok(()),
        Expected::OneOf(any) => any.iter().try_for_each(check_job),
        Expected::Members(members) => members.iter().try_for_each(|(name, expected)| match name.as_str() {
            "decision" => check_decision(expected),
            "code" | "confirmed" | "user_id" => Ok(()),
            _ => wrong(format!(
                "a job in `state` has the unknown member `{name}`: expected decision, code, confirmed or user_id"
            )),
        }),
        _ => wrong("a job in `state` must be an object or absent"),
    }
}

fn check_decision(expected: &Expected) -> Result<(), Failure> {
    match expected {
        Expected::Is(word) if DecisionWord::deserialize(word).is_ok() => Ok(()),
        Expected::OneOf(any) => any.iter().try_for_each(check_decision),
        Expected::Absent => Ok(()),
        Expected::Is(serde_json::Value::String(word)) => {
            let words = DecisionWord::ALL.map(DecisionWord::as_str).join(", ");
            wrong(format!("unknown decision `{word}`: expected one of {words}"))
        }
        _ => wrong("`decision` must be a text or one of several texts"),
    }
}

fn wrong(what: impl Into<String>) -> Result<(), Failure> {
    Err(Failure::contradiction(what))
}
