//! Flow that submits an asynchronous lookup once and, if requested, waits for its result.

use std::{sync::Arc, time::Duration};

use smileid_protocol::{
    job::{ContentTag, LookupJob},
    v1::{accepted::Accepted, job_status},
};

use super::{
    Action, Attempts, AwaitJob, Event, Exchange, Flow, JobState, NextState, Reply, SubmitOptions, Submitted,
    about,
    limits::Limits,
    look_up::{self, Asking},
    ownership::Ownership,
    status_request,
    submit_job::out_of_step,
};
use crate::{
    clock::Now,
    config::{Config, Wait},
    flow::{Failure, Step, SubmitFailure},
    submission::{Stage, Submission},
    transport::{TransportError, TransportErrorKind},
};

/// Flow that sends an asynchronous lookup, and polls the job status for its result if the delivery requires it.
///
/// The endpoint bills a lookup each time it is sent. So the API is first asked if it knows a lookup of these ids, and
/// again before the lookup is repeated after a lost reply. A result is accepted only if it has the [`ContentTag`] of
/// this lookup.
///
/// Driven as the [flow](super) of the example.
#[derive(Debug)]
pub(crate) struct SubmitLookup<'s> {
    config: Arc<Config>,
    submission: &'s mut Submission,
    options: SubmitOptions,
    job: LookupJob,
    tag: ContentTag,
    seed: u64,
    attempts: Attempts,
    limits: Limits,
    state: State,
    /// Failure before the last status request.
    trouble: Option<Failure>,
}

enum State {
    Beginning,
    /// Requests the status once, to learn if the API knows the lookup.
    Asking(Box<Exchange<job_status::Request>>),
    /// Requests the status for a while, to learn if the lookup must be sent again.
    Settling(Box<NextState>),
    /// Sends the lookup. Contains the previous stage, which is restored if the lookup was not accepted.
    Sending(Asking<Accepted>, Stage),
    /// Waits before a status request, or before polling for a while if the outcome of the lookup is unknown.
    Pausing {
        is_unknown: bool,
    },
    Awaiting(Box<AwaitJob>),
    Over,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Beginning => "Beginning",
            Self::Asking(_) => "Asking",
            Self::Settling(_) => "Settling",
            Self::Sending(..) => "Sending",
            Self::Pausing { .. } => "Pausing",
            Self::Awaiting(_) => "Awaiting",
            Self::Over => "Over",
        })
    }
}

type Next = Action<Submitted, SubmitFailure>;

impl<'s> SubmitLookup<'s> {
    /// Creates the flow for `job`, the lookup of `submission`. `seed` varies the pauses.
    pub(crate) fn new(
        config: Arc<Config>,
        submission: &'s mut Submission,
        options: SubmitOptions,
        job: LookupJob,
        seed: u64,
    ) -> Self {
        let tag = job.content_tag(&config.credentials);
        Self {
            submission,
            options,
            job: job.tagged(&tag),
            tag,
            seed,
            attempts: Attempts::new(&config.retry, seed),
            config,
            limits: Limits::default(),
            state: State::Beginning,
            trouble: None,
        }
    }

    fn begin(&mut self, now: Now) -> Next {
        self.submission.retry_refused();
        if let Err(failure) = self.submission.tag(&self.tag, &self.config.credentials) {
            return self.fail(Step::LookUp, failure.into());
        }
        self.limits = Limits::new(&self.config, self.options.timeout, now.monotonic);
        if self.submission.stage == Stage::New && self.submission.callback.is_none() {
            return self.fail(Step::LookUp, Failure::NoCallback);
        }
        match self.submission.stage {
            Stage::New | Stage::Refused { .. } => self.ask_once(now),
            Stage::Announcing | Stage::Unsure => self.ask(now),
            Stage::Announced { .. } | Stage::Uploaded { .. } => self.await_result(now),
        }
    }

    fn ask_once(&mut self, now: Now) -> Next {
        let request = status_request(self.submission.ids(), self.options.poll);
        let exchange =
            Exchange::new(Arc::clone(&self.config), request, self.seed).until(Some(self.limits.operation));
        self.asking(Box::new(exchange), Event::Start, now)
    }

    fn asking(&mut self, mut exchange: Box<Exchange<job_status::Request>>, event: Event, now: Now) -> Next {
        match exchange.on(event, now).ended() {
            Err(action) => {
                self.state = State::Asking(exchange);
                action
            }
            Ok(reply) => match reply.and_then(|reply| about(exchange.request(), reply)) {
                Ok(reply) => self.found(&reply, now),
                Err(error) if error.is_unknown_job() => self.send(now),
                Err(error) => self.not_asked(error),
            },
        }
    }

    /// Requests the status for a while, to learn if the API knows the lookup.
    fn ask(&mut self, now: Now) -> Next {
        let ids = self.submission.ids();
        let left = self.limits.left(now);
        if left.is_zero() {
            return self.not_settled(now);
        }
        let wait = Wait::up_to(left);
        let next = NextState::new(Arc::clone(&self.config), ids, self.options.poll, wait, self.seed)
            .of_unknown(SETTLING);
        self.settling(Box::new(next), Event::Start, now)
    }

    fn settling(&mut self, mut next: Box<NextState>, event: Event, now: Now) -> Next {
        match next.on(event, now).ended() {
            Err(action) => {
                self.state = State::Settling(next);
                action
            }
            Ok(Ok(None)) if next.is_unknown() => self.send(now),
            Ok(Ok(None)) => self.not_settled(now),
            Ok(Ok(Some(
                JobState::Complete(reply) | JobState::NoArchive(reply) | JobState::Pending(Some(reply)),
            ))) => self.found(&reply, now),
            Ok(Ok(Some(JobState::Pending(None)))) => self.not_asked(out_of_step()),
            Ok(Err(error)) => self.not_asked(error),
        }
    }

    /// Handles an unknown outcome: no response told if the API knows the lookup.
    fn not_settled(&mut self, now: Now) -> Next {
        let late = || TransportError::new(TransportErrorKind::Timeout).into();
        let error = self.trouble.take().unwrap_or_else(late);
        self.ask_after(error, true, now)
    }

    /// Handles a lookup with the same ids that the API knows.
    fn found(&mut self, reply: &Reply<job_status::Response>, now: Now) -> Next {
        if !reply.value.job_complete {
            // The owner is unknown until there is a result.
            return match self.options.wait {
                Some(_) => self.await_result(now),
                None if self.submission.is_ensured => {
                    self.settle(Some(reply));
                    self.finish(None)
                }
                None => self.fail(Step::LookUp, Failure::Unsettled),
            };
        }
        match self.refuted(reply) {
            None => {
                self.settle(Some(reply));
                self.await_result(now)
            }
            Some(end) => end,
        }
    }

    fn not_asked(&mut self, error: Failure) -> Next {
        match self.trouble.take() {
            Some(trouble) if !matches!(error, Failure::Forged(_)) => self.fail(Step::LookUp, trouble),
            _ => self.fail(Step::LookUp, error),
        }
    }

    fn send(&mut self, now: Now) -> Next {
        let Some(callback) = self.submission.callback.clone() else {
            return self.fail(Step::LookUp, Failure::NoCallback);
        };
        let before = self.submission.stage.clone();
        if before == Stage::New {
            self.submission.stage = Stage::Announcing;
        }
        let asking = look_up::later(
            Arc::clone(&self.config),
            self.job.clone(),
            &callback,
            self.seed,
            Some(self.limits.operation),
        );
        self.sending(asking, before, Event::Start, now)
    }

    fn sending(&mut self, mut asking: Asking<Accepted>, before: Stage, event: Event, now: Now) -> Next {
        match asking.on(event, now).ended() {
            Err(action) => {
                self.state = State::Sending(asking, before);
                action
            }
            Ok(reply) => match reply.and_then(look_up::taken) {
                Ok(_) => {
                    self.settle(None);
                    self.await_result(now)
                }
                Err(error) => self.not_taken(error, before, now),
            },
        }
    }

    fn not_taken(&mut self, error: Failure, before: Stage, now: Now) -> Next {
        let is_unknown = error.is_outcome_unknown();
        if !is_unknown {
            self.submission.stage = error.refusal_of_content().unwrap_or(before);
        }
        if !is_unknown && (error.not_sent() || !error.is_retryable()) {
            return self.fail(Step::LookUp, error);
        }
        self.ask_after(error, is_unknown, now)
    }

    /// Requests the status of the lookup after a pause; for a while, if the lookup may have arrived.
    fn ask_after(&mut self, error: Failure, is_unknown: bool, now: Now) -> Next {
        self.attempts.made += 1;
        match self.attempts.next(&error, self.limits.left(now)) {
            Some(pause) => {
                self.trouble = Some(error);
                self.state = State::Pausing { is_unknown };
                Action::Wait(pause)
            }
            None => self.fail(Step::LookUp, error),
        }
    }

    fn await_result(&mut self, now: Now) -> Next {
        let Some(wait) = self.options.wait else { return self.finish(None) };
        let Some(wait) = self.limits.wait(wait, now) else {
            return self.finish(Some(JobState::Pending(None)));
        };
        let ids = self.submission.ids();
        let config = Arc::clone(&self.config);
        let waiting = AwaitJob::new(config, ids, self.options.poll, wait.of_accepted(), self.seed);
        self.awaiting(Box::new(waiting), Event::Start, now)
    }

    fn awaiting(&mut self, mut waiting: Box<AwaitJob>, event: Event, now: Now) -> Next {
        match waiting.on(event, now).ended() {
            Err(action) => {
                self.state = State::Awaiting(waiting);
                action
            }
            Ok(Ok(state)) => {
                if let Some(reply) = state.complete() {
                    if let Some(end) = self.refuted(reply) {
                        return end;
                    }
                    self.settle(Some(reply));
                }
                self.finish(Some(state))
            }
            Ok(Err(error)) => self.fail(Step::Await, error),
        }
    }

    /// Ends the submission if a result belongs to another lookup.
    fn refuted(&self, reply: &Reply<job_status::Response>) -> Option<Next> {
        let is_named = matches!(self.submission.stage, Stage::Uploaded { .. });
        let smile_job_id = self.submission.stage.smile_job_id();
        let ownership =
            Ownership { job_type: self.job.job_type(), tag: Some(&self.tag), is_named, smile_job_id };
        let step = if is_named { Step::Await } else { Step::LookUp };
        ownership.check(&reply.value).err().map(|error| self.fail(step, error))
    }

    /// Records that the API has this lookup.
    fn settle(&mut self, reply: Option<&Reply<job_status::Response>>) {
        let result = reply.and_then(|reply| reply.value.result());
        let told = result.and_then(|result| result.smile_job_id.clone());
        self.submission.stage = Stage::Uploaded { smile_job_id: told };
    }

    fn finish(&mut self, state: Option<JobState>) -> Next {
        self.submission.drop_content_if_sent();
        let smile_job_id = self.submission.stage.smile_job_id().map(str::to_owned);
        Action::Done(Ok(Submitted { ids: self.submission.ids().clone(), smile_job_id, state }))
    }

    fn fail(&self, step: Step, source: Failure) -> Next {
        let smile_job_id = self.submission.stage.smile_job_id().map(str::to_owned);
        let may_be_billed = self.submission.stage != Stage::New && !matches!(source, Failure::OtherContent);
        Action::Done(Err(SubmitFailure { step, smile_job_id, may_be_billed, source: Box::new(source) }))
    }
}

impl Flow for SubmitLookup<'_> {
    type Output = Submitted;
    type Error = SubmitFailure;

    fn on(&mut self, event: Event, now: Now) -> Next {
        if let Event::Response(response) = &event {
            self.attempts.note(response, now);
        }
        match (std::mem::replace(&mut self.state, State::Over), event) {
            (State::Beginning, _) => self.begin(now),
            (State::Asking(exchange), event) => self.asking(exchange, event, now),
            (State::Settling(next), event) => self.settling(next, event, now),
            (State::Sending(asking, before), event) => self.sending(asking, before, event, now),
            (State::Pausing { is_unknown: true }, _) => self.ask(now),
            (State::Pausing { is_unknown: false }, _) => self.ask_once(now),
            (State::Awaiting(waiting), event) => self.awaiting(waiting, event, now),
            (State::Over, _) => self.fail(Step::LookUp, out_of_step()),
        }
    }
}

/// Time for which every response must say that the lookup is unknown before the lookup is sent again. Observed lookups took up to
/// 8 seconds, and no source says that the API knows a lookup before it is done.
const SETTLING: Duration = Duration::from_secs(30);
