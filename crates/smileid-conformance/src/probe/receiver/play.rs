//! One case, delivery by delivery.

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
    probe::{Broken, server::shown_request},
    report::{Item, Outcome, StepReport},
};

/// How often it is looked what the receiver accepted.
const LOOK: Duration = Duration::from_millis(100);

/// The title of the step that looks at it.
const STATE: &str = "state";

/// How long it takes until something is sent again that was not answered with success.
const AGAIN: Duration = Duration::from_millis(250);

/// What came of a case.
pub(super) struct Played {
    pub(super) outcome: Outcome,
    pub(super) steps: Vec<StepReport>,
    /// Members that the receiver's state does not have.
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

/// Looks once more at what the receiver accepted, when [`ReceiverTarget::settle`] has gone by since the last case was played, and
/// fails the cases that were right at first and are not any more.
///
/// `reports` are what [`grade`](super::grade) said of `cases`.
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
                let why = format!("right at first, later changed: {}", judged.problems.join("; "));
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
    /// What the receiver did wrong, with the number of the step.
    problems: Vec<(usize, String)>,
    ungraded: Vec<String>,
}

/// How a delivery was answered: with a status, or not at all, and why.
type Answered = Result<StatusCode, String>;

/// Whether what the receiver accepted could be judged.
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

    /// Sends some at once. The next are sent when all of them are answered.
    fn deliver(&mut self, at_once: &[&Delivery]) -> Result<(), Failure> {
        let mut copies = Vec::new();
        for delivery in at_once {
            let made = self.make(delivery)?;
            copies.extend(iter::repeat_n(made.outgoing.clone(), delivery.copies));
            self.made.push(made);
        }
        let mut answers = self.send(&copies).into_iter();
        let first = self.made.len() - at_once.len();
        for (index, delivery) in (first..).zip(at_once) {
            let mut of_it: Vec<_> = answers.by_ref().take(delivery.copies).collect();
            for _ in 0..delivery.retries {
                if of_it.iter().all(|answer| answer.as_ref().is_ok_and(StatusCode::is_success)) {
                    break;
                }
                self.harness.pause(AGAIN);
                let again = self.make(delivery)?.outgoing;
                of_it = self.send(&[again]);
            }
            self.note(index, delivery, &of_it);
        }
        Ok(())
    }

    fn make(&mut self, delivery: &Delivery) -> Result<Made, Failure> {
        let now = self.harness.now_utc_millis();
        self.plan.make(delivery, now, &self.made)
    }

    fn send(&mut self, at_once: &[Outgoing]) -> Vec<Answered> {
        let answers = self.harness.deliver(at_once).into_iter();
        let why = |source| Failure::Error { what: "no answer".to_owned(), source }.report();
        answers.map(|answer| answer.map_err(why)).collect()
    }

    /// Notes how a delivery was answered: the first answer that is wrong, or the first of all.
    fn note(&mut self, index: usize, delivery: &Delivery, answers: &[Answered]) {
        let number = index + 1;
        let mut step = StepReport::new(&format!("delivery {number}"));
        if let Some(made) = self.made.get(index) {
            step.sent = shown_request(&made.outgoing.request);
        }
        let is_wrong = |answer: &&Answered| {
            let kind = Answer::of(answer.as_ref().ok().copied());
            kind.is_none_or(|kind| !delivery.expect.contains(&kind))
        };
        let wrong = answers.iter().find(is_wrong);
        if let Some(answer) = wrong.or(answers.first()) {
            step.status = answer.as_ref().ok().map(StatusCode::as_u16);
            step.got = answer.as_ref().map_or_else(Clone::clone, ToString::to_string);
        }
        if wrong.is_some() {
            let expected: Vec<_> = delivery.expect.iter().map(ToString::to_string).collect();
            let problem = format!("the answer: expected {}, got {}", expected.join(" or "), step.got);
            self.problems.push((number, problem));
        }
        self.steps.push(step);
    }

    /// Looks what the receiver accepted until it is what it must be.
    fn look(&mut self, target: &ReceiverTarget) -> Look {
        let case = self.plan.case;
        if case.state.is_empty() {
            return Look::Judged;
        }
        if !target.has_state {
            return Look::NotGraded(
                "its answers are right; what it accepted is not graded: it says no state",
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
            self.harness.pause(LOOK.min(left));
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
            Look::NotGraded("what it accepted is not graded: its state does not say so much")
        }
    }
}

fn judge(plan: &Plan<'_>, state: &State, harness: &dyn ReceiverHarness) -> Judged {
    let mut judged = Judged::of(plan.case, &plan.names, state);
    let asked = match harness.asked(&plan.names.fill("job-{run}")) {
        _ if plan.case.needs.is_empty() => return judged,
        0 => "the API was not asked about the job".to_owned(),
        times => format!("the API was asked {times} times about the job"),
    };
    judged.problems.iter_mut().for_each(|problem| *problem = format!("{problem} ({asked})"));
    judged
}

fn unreadable(source: Broken) -> String {
    Failure::Error { what: "its state cannot be read".to_owned(), source }.report()
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
