//! Flow that submits a V3 job: requests an access token, sends the job, and polls its status until there is a result.

use std::{fmt, mem, sync::Arc, time::Duration};

use smileid_protocol::{
    codec::DecodeError,
    reply::MalformedReply,
    types::v3::JobStatus,
    v3::{self, token},
};

use super::{
    Accepted, NotSubmitted, SentJob,
    await_status::AwaitStatus,
    job::{Job, Sending, With},
    read::token_of,
    tokens::Tokens,
};
use crate::{
    clock::Now,
    config::{Config, Wait},
    flow::{Action, Event, Exchange, Failure, Flow, Reply, Step},
    transport::Progress,
};

/// Flow that submits a V3 job once, with an access token for its product and person.
///
/// The job is sent again only if it certainly was not sent, and never after a 401: another token would not help, as the token was
/// created for this job.
pub(crate) struct SubmitJob {
    config: Arc<Config>,
    tokens: Tokens,
    job: Box<dyn Job>,
    sent: SentJob,
    wait: Option<Wait>,
    /// Time limit of the whole flow: token request, job, wait and retries.
    limit: Option<Duration>,
    progress: Option<Progress>,
    seed: u64,
    started: Option<Duration>,
    stage: Stage,
}

enum Stage {
    Start,
    Token(BoundToken),
    Sending(Sending),
    Awaiting(Box<AwaitStatus>, Box<Accepted>),
}

/// Requests the token of a job.
pub(super) type BoundToken = Box<Exchange<token::Request>>;

/// A V3 job that the API accepted, and its last status if the call waited for it.
pub(crate) type Submitted = (Accepted, Option<Box<Reply<JobStatus>>>);

impl SubmitJob {
    pub(crate) fn new(
        config: Arc<Config>,
        tokens: Tokens,
        job: Box<dyn Job>,
        sent: SentJob,
        (wait, limit): (Option<Wait>, Option<Duration>),
        seed: u64,
    ) -> Self {
        let stage = Stage::Start;
        Self { config, tokens, job, sent, wait, limit, progress: None, seed, started: None, stage }
    }

    pub(crate) fn reporting(mut self, progress: Option<Progress>) -> Self {
        self.progress = progress;
        self
    }

    fn failed(&self, step: Step, source: Failure) -> Action<Submitted, NotSubmitted> {
        let is_unknown = matches!(self.stage, Stage::Sending(_)) && source.is_job_unknown();
        let (sent, source) = (self.sent.clone(), Box::new(source));
        Action::Done(Err(NotSubmitted { step, is_unknown, sent, source }))
    }

    /// Deadline of the submission, on the monotonic clock.
    fn deadline(&mut self, now: Now) -> Duration {
        let started = *self.started.get_or_insert(now.monotonic);
        let operation = self.config.timeouts.operation;
        started.saturating_add(self.limit.map_or(operation, |limit| limit.min(operation)))
    }

    /// Returns the options of the wait, shortened to the time left for the whole call.
    fn wait_until(&self, now: Now) -> Option<Wait> {
        let left = self.limit.map(|limit| {
            let end = self.started.unwrap_or_default().saturating_add(limit);
            end.saturating_sub(now.monotonic)
        });
        let wait = self.wait?.of_accepted();
        Some(Wait { timeout: left.map_or(wait.timeout, |left| left.min(wait.timeout)), ..wait })
    }
}

impl Flow for SubmitJob {
    type Output = Submitted;
    type Error = NotSubmitted;

    fn on(&mut self, mut event: Event, now: Now) -> Action<Submitted, NotSubmitted> {
        let deadline = self.deadline(now);
        loop {
            match &mut self.stage {
                Stage::Start => {
                    let exchange = Exchange::new(Arc::clone(&self.config), self.job.token(), self.seed);
                    self.stage = Stage::Token(Box::new(exchange.until(Some(deadline))));
                }
                Stage::Token(exchange) => match exchange.on(event, now).ended() {
                    Err(action) => return action,
                    Ok(Err(failure)) => return self.failed(Step::Submit, failure),
                    Ok(Ok(reply)) => {
                        let token = token_of(&self.config, &reply);
                        let (config, progress) = (Arc::clone(&self.config), self.progress.clone());
                        let with = With { config, token, seed: self.seed, deadline, progress };
                        self.stage = Stage::Sending(self.job.sending(with));
                    }
                },
                Stage::Sending(sending) => {
                    let accepted = match sending.on(event, now).ended() {
                        Err(action) => return action,
                        Ok(reply) => reply.and_then(|reply| accepted(&mut self.sent, reply)),
                    };
                    let accepted = match accepted {
                        Ok(accepted) => accepted,
                        Err(failure) => return self.failed(Step::Submit, failure),
                    };
                    let Some(wait) = self.wait_until(now) else { return Action::Done(Ok((accepted, None))) };
                    let (tokens, job_id) = (self.tokens.clone(), accepted.job_id().clone());
                    let awaiting = AwaitStatus::new(&self.config, tokens, job_id, wait, self.seed);
                    self.stage = Stage::Awaiting(Box::new(awaiting), Box::new(accepted));
                }
                Stage::Awaiting(awaiting, _) => match awaiting.on(event, now).ended() {
                    Err(action) => return action,
                    Ok(Err(failure)) => return self.failed(Step::Await, failure),
                    Ok(Ok(latest)) => {
                        let Stage::Awaiting(_, accepted) = mem::replace(&mut self.stage, Stage::Start) else {
                            unreachable!("it is awaiting");
                        };
                        return Action::Done(Ok((*accepted, latest)));
                    }
                },
            }
            event = Event::Start;
        }
    }
}

/// Reads the response to a job. A response without a `job_id` counts as unreadable, because the job may have been accepted.
fn accepted(sent: &mut SentJob, reply: Reply<v3::Accepted>) -> Result<Accepted, Failure> {
    let Some(job_id) = reply.value.job_id() else {
        let source = DecodeError::Missing { member: "job_id" };
        let (status, body) = (reply.raw.status(), reply.raw.into_body());
        return Err(Failure::Malformed(MalformedReply::new(status, body, source)));
    };
    sent.job_id = Some(job_id.clone());
    Ok(Accepted::new(job_id, sent.clone(), reply))
}

impl fmt::Debug for SubmitJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmitJob").field("sent", &self.sent).finish_non_exhaustive()
    }
}
