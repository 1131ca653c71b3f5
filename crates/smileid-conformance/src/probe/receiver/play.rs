//! Runs a receiver case, callback by callback.

use std::{iter, time::Duration};

use http::StatusCode;

use super::{
    Outgoing, ReceiverHarness, ReceiverTarget,
    plan::{Made, Plan},
    state::{Judged, State},
};
use crate::{
    case::{Answer, Case, Delivery, ReceiverCase},
    failure::Failure,
    probe::{Broken, server::redacted_request},
    report::{Item, Outcome, StepReport},
};

/// Interval between checks of the receiver's state.
const STATE_INTERVAL: Duration = Duration::from_millis(100);

/// Title of the step that checks the state.
const STATE: &str = "state";

/// Pause before a callback is sent again after a failure.
const RETRY_DELAY: Duration = Duration::from_millis(250);

/// Result of running a receiver case.
pub(super) struct Played {
    pub(super) outcome: Outcome,
    pub(super) steps: Vec<StepReport>,
    /// Members that the receiver does not report.
    pub(super) ungraded: Vec<String>,
}

impl Played {
    pub(super) fn new(outcome: Outcome) -> Self {
        Self { outcome, steps: Vec::new(), ungraded: Vec::new() }
    }
}

pub(super) fn play(
    id: &str,
    case: &ReceiverCase,
    target: &ReceiverTarget,
    harness: &mut dyn ReceiverHarness,
) -> Played {
    let mut player = Player {
        plan: Plan::new(id, case, target),
        harness,
        made: Vec::new(),
        steps: Vec::new(),
        problems: Vec::new(),
        ungraded: Vec::new(),
    };
    let delivered = player.deliver_all();
    let outcome = match delivered.map(|()| player.look(target)) {
        Err(failure) => Outcome::Error { step: player.made.len() + 1, why: failure.report() },
        Ok(look) => player.outcome(&look),
    };
    Played { outcome, steps: player.steps, ungraded: player.ungraded }
}

/// Checks the reported state again, after [`ReceiverTarget::settle`], and fails cases that were correct at first but have
/// changed.
///
/// `reports` are the results of [`grade`](super::grade) for `cases`.
pub fn look_again(
    cases: &[&Case],
    target: &ReceiverTarget,
    harness: &mut dyn ReceiverHarness,
    reports: &mut [Item],
) {
    let is_in_doubt = |report: &&mut Item| {
        let is_looked_at = report.steps.last().is_some_and(|step| step.step == STATE);
        is_looked_at && matches!(report.outcome, Outcome::Passed | Outcome::Skipped { .. })
    };
    let mut in_doubt = reports.iter_mut().filter(is_in_doubt).peekable();
    if in_doubt.peek().is_none() {
        return;
    }
    harness.pause(target.settle);
    let state = harness.state().map_err(unreadable);
    for report in in_doubt {
        let case = cases.iter().find(|case| case.id() == report.id);
        let Some((case, id)) = case.and_then(|case| Some((case.receiver()?, case.id()))) else { continue };
        let step = report.steps.len();
        match &state {
            Err(why) => report.outcome = Outcome::Error { step, why: why.clone() },
            Ok(state) => {
                let judged = judge(&Plan::new(id, case, target), state, harness);
                if judged.problems.is_empty() {
                    continue;
                }
                let why = format!("correct at first, but changed later: {}", judged.problems.join("; "));
                report.outcome = Outcome::Failed { step, why };
                if let Some(step) = report.steps.last_mut() {
                    step.got = judged.seen.join("\n");
                }
            }
        }
    }
}

struct Player<'a> {
    plan: Plan<'a>,
    harness: &'a mut dyn ReceiverHarness,
    made: Vec<Made>,
    steps: Vec<StepReport>,
    /// Deviations of the receiver, each with the number of the step.
    problems: Vec<(usize, String)>,
    ungraded: Vec<String>,
}

/// Response to a callback: its HTTP status, or the reason why there is none.
type Answered = Result<StatusCode, String>;

/// Result of checking the reported state.
enum Look {
    Judged,
    NotGraded(&'static str),
    Broken(String),
}

impl Player<'_> {
    fn outcome(&self, look: &Look) -> Outcome {
        let mut problems: Vec<_> = self.problems.iter().map(|(_, problem)| problem.as_str()).collect();
        match (self.problems.first(), look) {
            (Some((step, _)), _) => {
                if let Look::Broken(why) = look {
                    problems.push(why);
                }
                Outcome::Failed { step: *step, why: problems.join("; ") }
            }
            (None, Look::Broken(why)) => Outcome::Error { step: self.steps.len(), why: why.clone() },
            (None, Look::NotGraded(why)) => Outcome::Skipped { why: (*why).to_owned() },
            (None, Look::Judged) => Outcome::Passed,
        }
    }

    fn deliver_all(&mut self) -> Result<(), Failure> {
        let case = self.plan.case;
        let mut left = case.deliveries.as_slice();
        while let Some((first, rest)) = left.split_first() {
            let beside = rest.iter().take_while(|delivery| delivery.beside).count();
            let (beside, rest) = rest.split_at(beside);
            left = rest;
            self.deliver(&iter::once(first).chain(beside).collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Sends callbacks at the same time, and waits for all responses.
    fn deliver(&mut self, at_once: &[&Delivery]) -> Result<(), Failure> {
        let mut copies = Vec::new();
        for delivery in at_once {
            let made = self.make(delivery)?;
            copies.extend(iter::repeat_n(made.outgoing.clone(), delivery.copies));
            self.made.push(made);
        }
        let mut responses = self.send(&copies).into_iter();
        let first = self.made.len() - at_once.len();
        for (index, delivery) in (first..).zip(at_once) {
            let mut own_responses: Vec<_> = responses.by_ref().take(delivery.copies).collect();
            for _ in 0..delivery.retries {
                if own_responses.iter().all(|response| response.as_ref().is_ok_and(StatusCode::is_success)) {
                    break;
                }
                self.harness.pause(RETRY_DELAY);
                let again = self.make(delivery)?.outgoing;
                own_responses = self.send(&[again]);
            }
            self.note(index, delivery, &own_responses);
        }
        Ok(())
    }

    fn make(&mut self, delivery: &Delivery) -> Result<Made, Failure> {
        let now = self.harness.now_utc_millis();
        self.plan.make(delivery, now, &self.made)
    }

    fn send(&mut self, at_once: &[Outgoing]) -> Vec<Answered> {
        let responses = self.harness.deliver(at_once).into_iter();
        let why = |source| Failure::Error { what: "no response".to_owned(), source }.report();
        responses.map(|response| response.map_err(why)).collect()
    }

    /// Records the responses to the copies of one callback: the first wrong response, or otherwise the first response.
    fn note(&mut self, index: usize, delivery: &Delivery, responses: &[Answered]) {
        let number = index + 1;
        let mut step = StepReport::new(&format!("delivery {number}"));
        if let Some(made) = self.made.get(index) {
            step.sent = redacted_request(&made.outgoing.request);
        }
        let is_wrong = |response: &&Answered| {
            let kind = Answer::from_status(response.as_ref().ok().copied());
            kind.is_none_or(|kind| !delivery.expect.contains(&kind))
        };
        let wrong = responses.iter().find(is_wrong);
        if let Some(response) = wrong.or(responses.first()) {
            step.status = response.as_ref().ok().map(StatusCode::as_u16);
            step.got = response.as_ref().map_or_else(Clone::clone, ToString::to_string);
        }
        if wrong.is_some() {
            let expected: Vec<_> = delivery.expect.iter().map(ToString::to_string).collect();
            let problem = format!("the response: expected {}, got {}", expected.join(" or "), step.got);
            self.problems.push((number, problem));
        }
        self.steps.push(step);
    }

    /// Checks the reported state until it is correct or the time is over.
    fn look(&mut self, target: &ReceiverTarget) -> Look {
        let case = self.plan.case;
        if case.state.is_empty() {
            return Look::Judged;
        }
        if !target.has_state {
            return Look::NotGraded(
                "the responses are correct; the state is not graded, since the receiver does not report it",
            );
        }
        self.steps.push(StepReport::new(STATE));
        let settled = self.harness.now_utc_millis().saturating_add_unsigned(millis(target.settle));
        let judged = loop {
            let judged = match self.harness.state() {
                Ok(state) => judge(&self.plan, &state, self.harness),
                Err(source) => return Look::Broken(unreadable(source)),
            };
            let left = settled.saturating_sub(self.harness.now_utc_millis());
            let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
            if judged.problems.is_empty() || left.is_zero() {
                break judged;
            }
            self.harness.pause(STATE_INTERVAL.min(left));
        };
        if let Some(step) = self.steps.last_mut() {
            step.got = judged.seen.join("\n");
        }
        let step = self.steps.len();
        self.problems.extend(judged.problems.into_iter().map(|problem| (step, problem)));
        self.ungraded = judged.ungraded;
        if judged.is_graded {
            Look::Judged
        } else {
            Look::NotGraded("the state is not graded, since the receiver does not report the needed members")
        }
    }
}

fn judge(plan: &Plan<'_>, state: &State, harness: &dyn ReceiverHarness) -> Judged {
    let mut judged = Judged::new(plan.case, &plan.names, state);
    let asked = match harness.asked(&plan.names.fill(plan.case.job())) {
        _ if plan.case.needs.is_empty() => return judged,
        0 => "the API was not asked about the job".to_owned(),
        times => format!("the API was asked {times} times about the job"),
    };
    judged.problems.iter_mut().for_each(|problem| *problem = format!("{problem} ({asked})"));
    judged
}

fn unreadable(source: Broken) -> String {
    Failure::Error { what: "failed to read its state".to_owned(), source }.report()
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
