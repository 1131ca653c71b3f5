//! Flow that polls the status of a V3 job until there is a result.

use std::{mem, sync::Arc, time::Duration};

use smileid_protocol::{
    reply::Refusal,
    types::v3::{JobStatus, Status},
    v3::{JobId, status},
};

use super::{read::Read, tokens::Tokens};
use crate::{
    clock::Now,
    config::{Config, Wait},
    flow::{Action, AfterFailure, Attempts, Event, Failure, Flow, Reply},
    retry::Retry,
};

/// Flow that polls the status of a V3 job until the job has ended or the time limit of the wait is reached. Returns the last
/// status, if there was one.
///
/// Each request is sent once; after a temporary failure the wait continues, as long as the retry budget lasts.
#[derive(Debug)]
pub(crate) struct AwaitStatus {
    /// Configuration of the client, with a single attempt for each request.
    config: Arc<Config>,
    tokens: Tokens,
    job_id: JobId,
    wait: Wait,
    seed: u64,
    attempts: Attempts,
    asked: u32,
    started: Option<Duration>,
    latest: Option<Box<Reply<JobStatus>>>,
    asking: Option<Box<Read<status::Request>>>,
}

/// Time before the end of a wait at which the last request is sent. If a fifth of the wait is shorter, that is used.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// Time limit for the response if the wait has a time limit of zero and sends only one request.
const ONLY_QUESTION: Duration = Duration::from_secs(5);

type Latest = Option<Box<Reply<JobStatus>>>;

impl AwaitStatus {
    pub(crate) fn new(config: &Arc<Config>, tokens: Tokens, job_id: JobId, wait: Wait, seed: u64) -> Self {
        let once = Retry { attempts: 1, ..config.retry.clone() };
        Self {
            config: Arc::new(Config { retry: once, ..Config::clone(config) }),
            tokens,
            job_id,
            wait,
            seed,
            attempts: Attempts::new(&config.retry, seed),
            asked: 0,
            started: None,
            latest: None,
            asking: None,
        }
    }

    /// Waits until the next request is due, or ends the flow.
    fn go_on(&mut self, now: Now) -> Action<Latest, Failure> {
        let started = *self.started.get_or_insert(now.monotonic);
        let left = self.left(now);
        let last = LAST_ANSWER.min(self.wait.timeout / 5);
        if left <= last && self.asked > 0 {
            return self.ended();
        }
        let pause = self.wait.schedule.delay(self.asked, now.monotonic.saturating_sub(started));
        let pause = self.attempts.about(pause).max(self.attempts.asked_for());
        Action::Wait(pause.min(left.saturating_sub(last)))
    }

    fn ask(&mut self, now: Now) -> Box<Read<status::Request>> {
        let left = if self.wait.timeout.is_zero() { ONLY_QUESTION } else { self.left(now) };
        self.attempts.made += 1;
        self.asked = self.asked.saturating_add(1);
        let request = status::Request::new(self.job_id.clone());
        let read = Read::new(Arc::clone(&self.config), self.tokens.clone(), request, self.seed);
        Box::new(read.until(now.monotonic.saturating_add(left)))
    }

    fn answered(&mut self, reply: Reply<JobStatus>, now: Now) -> Action<Latest, Failure> {
        self.attempts.succeeded();
        let is_final = reply.value.is_final();
        self.latest = Some(Box::new(reply));
        if is_final { self.ended() } else { self.go_on(now) }
    }

    fn failed(&mut self, error: Failure, now: Now) -> Action<Latest, Failure> {
        if self.wait.of_accepted && error.is_unknown_job() {
            self.attempts.succeeded();
            return self.go_on(now);
        }
        match self.attempts.after_failure(&error, self.left(now), self.latest.is_some()) {
            AfterFailure::End => self.ended(),
            AfterFailure::Pause(pause) => Action::Wait(pause),
            AfterFailure::Fail => Action::Done(Err(error)),
        }
    }

    fn ended(&mut self) -> Action<Latest, Failure> {
        Action::Done(Ok(self.latest.take()))
    }

    fn left(&self, now: Now) -> Duration {
        let end = self.started.unwrap_or(now.monotonic).saturating_add(self.wait.timeout);
        end.saturating_sub(now.monotonic)
    }
}

impl Flow for AwaitStatus {
    type Output = Latest;
    type Error = Failure;

    fn on(&mut self, event: Event, now: Now) -> Action<Latest, Failure> {
        if let Event::Response(response) = &event {
            self.attempts.note(response, now);
        }
        let (mut read, event) = match (mem::take(&mut self.asking), event) {
            (Some(read), event) => (read, event),
            (None, Event::Elapsed) => (self.ask(now), Event::Start),
            (None, _) => return self.go_on(now),
        };
        match read.on(event, now).ended() {
            Err(action) => {
                self.asking = Some(read);
                action
            }
            Ok(reply) => match reply.and_then(|reply| about(&self.job_id, reply)) {
                Ok(reply) => self.answered(reply, now),
                Err(error) => self.failed(error, now),
            },
        }
    }
}

/// Returns the status if it is about the job and the API knows the job.
pub(crate) fn about(job_id: &JobId, reply: Reply<JobStatus>) -> Result<Reply<JobStatus>, Failure> {
    if reply.value.status == Some(Status::NotFound) {
        let mut refusal = Refusal::read(&reply.raw);
        refusal.diagnosis = reply.diagnosis;
        return Err(Failure::UnknownJob(refusal));
    }
    let is_another = reply.value.job_id.as_deref().is_some_and(|other| other != job_id.as_str());
    if is_another { Err(Failure::AnotherJob) } else { Ok(reply) }
}
