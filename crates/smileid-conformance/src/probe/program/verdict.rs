//! Checks a program's verdicts on results.

use std::sync::Arc;

use serde_json::json;

use super::{Answer, BadAnswer, Question, Task};
use crate::case::{Case, ReceivedResult, VerdictCase, VerdictExpected};

/// Returns the question of a case. None for V3 results, because answers have no reasons.
pub(super) fn question(of: &Case, case: &Arc<VerdictCase>) -> Option<Question> {
    let (message, body) = match &case.received {
        ReceivedResult::Status(body) => ("status", body),
        ReceivedResult::Callback(body) => ("callback", body),
        ReceivedResult::Lookup(body) => ("lookup", body),
        ReceivedResult::V3Status(_) | ReceivedResult::V3Callback(_) => return None,
    };
    let members = json!({"message": message, "body": body});
    let expect = case.expect.clone();
    let of_code =
        expect.code.as_ref().map_or_else(|| "no code".to_owned(), |code| format!("the code {code}"));
    let expected = format!("{}, with {of_code}", expect.decision.as_str());
    let judge = Box::new(move |answer: &Answer| judge(answer, &expect));
    Some(Question::new(of, Task::Verdict, members, expected, judge))
}

fn judge(answer: &Answer, expect: &VerdictExpected) -> Result<Vec<String>, BadAnswer> {
    let Answer::Verdict(got) = answer else { return Err(answer.misplaced(&["verdict"])) };
    let mut deviations = Vec::new();
    if got.decision != expect.decision.as_str() {
        deviations.push(format!("decides {}", got.decision));
    }
    if got.code != expect.code {
        let named = got.code.as_ref().map_or_else(|| "no code".to_owned(), |code| format!("the code {code}"));
        deviations.push(format!("names {named}"));
    }
    if expect.retry.is_some() && got.retry != expect.retry {
        let word = |retry| match retry {
            Some(true) => "that a retry may succeed",
            Some(false) => "that a retry is useless",
            None => "nothing about a retry",
        };
        deviations.push(format!("says {}, expected {}", word(got.retry), word(expect.retry)));
    }
    Ok(deviations)
}
