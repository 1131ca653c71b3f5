//! Grades a client by its behaviour in a situation.

use serde::Deserialize;

use super::situation::End;

/// Observations of a client in a situation.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// Outcomes of the client's calls, in order.
    pub(super) calls: Vec<Call>,
    /// Number of requests at the end of the first call.
    pub(super) requests: usize,
    /// Number of image jobs at the end.
    pub(super) jobs: usize,
    /// Number of charges at the end.
    pub(super) bill: u64,
    /// Code of the final result, from the server.
    pub(super) code: Option<String>,
}

/// Call of the client, and its phase: first, or repeated with or without faults.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    pub(super) when: When,
    pub(super) got: Got,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The call is the first one.
    First,
    /// The call is repeated while the faults are still active.
    Again,
    /// The call is repeated after the faults were removed.
    Later,
}

/// Outcome of a client's call.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "got", rename_all = "snake_case")]
pub(super) enum Got {
    /// The client returned a result with this code.
    Result { code: String },
    /// The client reported that there is no result yet.
    NotYet,
    /// The client returned an error. `named` is true if its documentation names the error.
    Error { named: bool, what: String },
    /// The call did not end before the time limit.
    #[serde(skip)]
    Hang,
    /// The process was killed, as the situation requires.
    #[serde(skip)]
    Killed,
}

/// Grades of a client, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grade {
    Good,
    Again,
    Later,
    Untold,
    Crash,
    Lost,
    Hangs,
    Wrong,
}

impl Grade {
    /// All grades, each with its word and its meaning for the page.
    pub(super) const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Good, "good", "The first call ended as it should, and the job has its result."),
        (Self::Again, "again", "The first call ended with a named error, and the second with the result."),
        (
            Self::Later,
            "later",
            "The first call did not end as it should. Calls ended with named errors, or reported that \
             there is no result yet, while there were faults. Then the job got its result.",
        ),
        (
            Self::Untold,
            "untold",
            "There was a result, but the first call did not report the error that it should have.",
        ),
        (
            Self::Crash,
            "crash",
            "A call ended with an unnamed error, such as a missing key or a parser's. In the end the \
             job got its result.",
        ),
        (Self::Lost, "lost", "No call returned the result, even without faults."),
        (Self::Hangs, "hangs", "A call did not end."),
        (
            Self::Wrong,
            "wrong",
            "A call returned a result that is not the job's, or the job was created or billed twice.",
        ),
    ];

    pub(super) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(grade, ..)| *grade == self).map_or("", |(_, word, _)| word)
    }

    /// Returns the grade for `facts`. `end` is the expected outcome of the first call.
    pub(super) fn of(facts: &Facts, end: End) -> Self {
        // Calls whose process was killed are ignored: they say nothing about the client.
        let calls: Vec<_> = facts.calls.iter().filter(|call| call.got != Got::Killed).collect();
        let is_wrong = |call: &&Call| match &call.got {
            Got::Result { code } => Some(code) != facts.code.as_ref(),
            _ => false,
        };
        if facts.bill > 1 || facts.jobs > 1 || calls.iter().any(is_wrong) {
            return Self::Wrong;
        }
        if calls.iter().any(|call| call.got == Got::Hang) {
            return Self::Hangs;
        }
        // The first result without a later error.
        let failed = calls.iter().rposition(|call| !matches!(call.got, Got::Result { .. }));
        let finished = failed.map_or(0, |failed| failed + 1);
        let Some(finishing) = calls.get(finished) else { return Self::Lost };
        if calls.iter().any(|call| matches!(call.got, Got::Error { named: false, .. })) {
            return Self::Crash;
        }
        let first = calls.first().map(|call| &call.got);
        match (end, first) {
            (End::Told, Some(Got::Error { .. })) | (End::NotYet, Some(Got::NotYet)) => Self::Good,
            (End::Told | End::NotYet, Some(Got::Result { .. })) => Self::Untold,
            (End::Result, _) if finished == 0 => Self::Good,
            _ if finishing.when == When::Later => Self::Later,
            _ => Self::Again,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(calls: &[(When, Got)]) -> Facts {
        let calls = calls.iter().map(|(when, got)| Call { when: *when, got: got.clone() }).collect();
        Facts { calls, requests: 3, jobs: 1, bill: 1, code: Some("0840".to_owned()) }
    }

    fn result(code: &str) -> Got {
        Got::Result { code: code.to_owned() }
    }

    fn error(named: bool) -> Got {
        Got::Error { named, what: String::new() }
    }

    use When::{Again, First, Later};

    #[test]
    fn each_rule_decides() {
        let right = || result("0840");
        for (calls, end, grade) in [
            (vec![(First, right())], End::Result, Grade::Good),
            (vec![(First, Got::Killed), (Again, right())], End::Result, Grade::Good),
            (vec![(First, error(true)), (Again, right())], End::Result, Grade::Again),
            (vec![(First, error(true)), (Again, error(true)), (Later, right())], End::Result, Grade::Later),
            (vec![(First, Got::NotYet), (Later, right())], End::Result, Grade::Later),
            (vec![(First, error(false)), (Again, right())], End::Result, Grade::Crash),
            (vec![(First, right()), (Again, error(false)), (Later, right())], End::Result, Grade::Crash),
            (vec![(First, right()), (Again, error(true)), (Later, right())], End::Result, Grade::Later),
            (vec![(First, right()), (Again, right())], End::Result, Grade::Good),
            (
                vec![(First, error(true)), (Again, error(true)), (Later, error(true))],
                End::Result,
                Grade::Lost,
            ),
            (
                vec![(First, error(false)), (Again, error(true)), (Later, error(true))],
                End::Result,
                Grade::Lost,
            ),
            (vec![(First, Got::Hang), (Again, right())], End::Result, Grade::Hangs),
            (vec![(First, result("0820"))], End::Result, Grade::Wrong),
            (vec![(First, result("0820")), (Later, right())], End::NotYet, Grade::Wrong),
            (vec![(First, Got::NotYet), (Later, right())], End::NotYet, Grade::Good),
            (vec![(First, error(true)), (Later, right())], End::NotYet, Grade::Later),
            (vec![(First, right())], End::NotYet, Grade::Untold),
            (vec![(First, error(true)), (Again, right())], End::Told, Grade::Good),
            (vec![(First, error(false)), (Again, right())], End::Told, Grade::Crash),
            (vec![(First, error(true)), (Again, error(true)), (Later, error(true))], End::Told, Grade::Lost),
            (vec![(First, right())], End::Told, Grade::Untold),
        ] {
            assert_eq!(Grade::of(&facts(&calls), end), grade, "{calls:?} {end:?}");
        }
    }

    #[test]
    fn what_is_made_or_paid_for_twice_is_wrong() {
        let good = facts(&[(First, result("0840"))]);
        assert_eq!(Grade::of(&Facts { bill: 2, ..good.clone() }, End::Result), Grade::Wrong);
        assert_eq!(Grade::of(&Facts { jobs: 2, ..good.clone() }, End::Result), Grade::Wrong);
        assert_eq!(Grade::of(&Facts { code: None, ..good }, End::Result), Grade::Wrong);
    }

    #[test]
    fn the_words_are_in_the_order_of_the_grades() {
        assert!(Grade::ALL.is_sorted_by_key(|(grade, ..)| *grade));
    }
}
