//! Checks that a receiver can report the expected state of a job.

use serde::Deserialize as _;

use crate::{
    case::{DecisionWord, Expected},
    failure::Failure,
};

/// Looks whether a receiver could say that: it has `decision`, `code` and `confirmed`, and six words for a decision.
pub(crate) fn check_job(expected: &Expected) -> Result<(), Failure> {
    match expected {
        Expected::Absent => Ok(()),
        Expected::OneOf(any) => any.iter().try_for_each(check_job),
        Expected::Members(members) => members.iter().try_for_each(|(name, expected)| match name.as_str() {
            "decision" => check_decision(expected),
            "code" | "confirmed" => Ok(()),
            _ => wrong(format!("a job of a `state` has no `{name}`, but decision, code, confirmed")),
        }),
        _ => wrong("a job of a `state` has members, or is absent"),
    }
}

fn check_decision(expected: &Expected) -> Result<(), Failure> {
    match expected {
        Expected::Is(word) if DecisionWord::deserialize(word).is_ok() => Ok(()),
        Expected::OneOf(any) => any.iter().try_for_each(check_decision),
        Expected::Absent => Ok(()),
        Expected::Is(serde_json::Value::String(word)) => {
            let words = DecisionWord::ALL.map(DecisionWord::as_str).join(", ");
            wrong(format!("a `decision` is never `{word}`, but one of {words}"))
        }
        _ => wrong("a `decision` is a word, or one of several"),
    }
}

fn wrong(what: impl Into<String>) -> Result<(), Failure> {
    Err(Failure::contradiction(what))
}
