//! Flow that polls the status of a job until its state changes.

use std::{sync::Arc, time::Duration};

use smileid_protocol::{
    job::{JobRef, PollOptions},
    types::Decision,
    v1::job_status,
};

use super::{
    Action, AfterFailure, Attempts, Event, Flow, Reply, exchange::Sent, ownership::names_another_job,
};
use crate::{
    clock::Now,
    config::{Config, Until, Wait},
    flow::Failure,
};

/// Flow that waits until the next status request is due, sends it, and returns the state of the job. It can be started again for
/// the next state.
///
/// Ends with `None` if the wait is over, or after a result. Driven as the [flow](super) of the example, and by
/// [`Watch`](crate::Watch).
#[derive(Debug)]
pub struct NextState {
    config: Arc<Config>,
    request: job_status::Request,
    wait: Wait,
    sent: Sent,
    attempts: Attempts,
    asked: u32,
    /// Time of the last request, on the monotonic clock.
    asked_at: Duration,
    started: Option<Duration>,
    has_answer: bool,
    is_over: bool,
    unknown: Unknown,
}

impl NextState {
    /// Creates the flow for the job with these `ids`. `seed` varies the pauses.
    pub fn new(
        config: impl Into<Arc<Config>>,
        ids: &JobRef,
        poll: PollOptions,
        wait: Wait,
        seed: u64,
    ) -> Self {
        let config = config.into();
        let for_ever = Unknown::WaitedFor { since: None, enough: Duration::MAX };
        Self {
            request: status_request(ids, poll),
            wait,
            sent: Sent::default(),
            attempts: Attempts::new(&config.retry, seed),
            config,
            asked: 0,
            asked_at: Duration::ZERO,
            started: None,
            has_answer: false,
            is_over: false,
            unknown: if wait.of_accepted { for_ever } else { Unknown::AnError },
        }
    }

    /// Continues while the API says that it does not know the job, until that has lasted for `enough`: for a lookup that the API
    /// may have accepted. A late response describes an earlier time, so the last request is sent at least `enough` after the
    /// first of these responses came.
    pub(super) fn of_unknown(mut self, enough: Duration) -> Self {
        self.unknown = Unknown::WaitedFor { since: None, enough };
        self
    }

    /// Returns true if the flow ended because the API did not know the job for long enough.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.unknown, Unknown::Certain)
    }

    /// Waits until the next request is due, or ends the flow.
    fn go_on(&mut self, now: Now) -> Action<Option<JobState>, Failure> {
        let started = *self.started.get_or_insert(now.monotonic);
        let left = self.left(now);
        // The last request is sent while there is time for its response.
        let last = LAST_ANSWER.min(self.wait.timeout / 5);
        if left <= last && self.asked > 0 {
            return self.run_out();
        }
        let pause = self.wait.schedule.delay(self.asked, now.monotonic.saturating_sub(started));
        let pause = self.attempts.about(pause).max(self.attempts.asked_for());
        Action::Wait(pause.min(left.saturating_sub(last)))
    }

    fn ask(&mut self, now: Now) -> Action<Option<JobState>, Failure> {
        let left = if self.wait.timeout.is_zero() { ONLY_QUESTION } else { self.left(now) };
        let timeout = self.config.timeouts.request.min(left);
        match self.sent.ask(&self.config, &self.request, &self.config.credentials, timeout, now) {
            Ok(mut outgoing) => {
                outgoing.resend_count = self.attempts.made;
                self.attempts.made += 1;
                self.asked = self.asked.saturating_add(1);
                self.asked_at = now.monotonic;
                Action::Send(outgoing)
            }
            Err(error) => Action::Done(Err(error)),
        }
    }

    fn answered(&mut self, reply: Reply<job_status::Response>) -> JobState {
        self.has_answer = true;
        let is_final = || reply.value.verdict().decision != Decision::Provisional;
        if reply.value.job_complete && (self.wait.until == Until::AnyResult || is_final()) {
            self.is_over = true;
            return JobState::Complete(Box::new(reply));
        }
        if reply.value.lacks_archive() {
            return JobState::NoArchive(Box::new(reply));
        }
        JobState::Pending(Some(Box::new(reply)))
    }

    fn failed(&mut self, error: Failure, now: Now) -> Action<Option<JobState>, Failure> {
        if let Some(pause) = self.sent.ask_again(&error) {
            return Action::Wait(pause);
        }
        if let Unknown::WaitedFor { since, enough } = &mut self.unknown {
            if error.is_unknown_job() {
                let since = *since.get_or_insert(now.monotonic);
                if self.asked_at.saturating_sub(since) >= *enough {
                    self.unknown = Unknown::Certain;
                    return self.run_out();
                }
                self.attempts.succeeded();
                return self.go_on(now);
            }
            // An API with a problem may not have looked for the job.
            *since = None;
        }
        match self.attempts.after_failure(&error, self.left(now), self.has_answer) {
            AfterFailure::End => self.run_out(),
            AfterFailure::Pause(pause) => Action::Wait(pause),
            AfterFailure::Fail => Action::Done(Err(error)),
        }
    }

    fn run_out(&mut self) -> Action<Option<JobState>, Failure> {
        self.is_over = true;
        Action::Done(Ok(None))
    }

    fn left(&self, now: Now) -> Duration {
        let end = self.started.unwrap_or(now.monotonic).saturating_add(self.wait.timeout);
        end.saturating_sub(now.monotonic)
    }
}

impl Flow for NextState {
    type Output = Option<JobState>;
    type Error = Failure;

    fn on(&mut self, event: Event, now: Now) -> Action<Option<JobState>, Failure> {
        match event {
            Event::Start if self.is_over => Action::Done(Ok(None)),
            Event::Start => self.go_on(now),
            Event::Elapsed => self.ask(now),
            Event::Response(response) => {
                let reply = self.sent.read::<job_status::Request>(&self.config, &response, now);
                match reply.and_then(|reply| about(&self.request, reply)) {
                    Ok(reply) => {
                        self.attempts.succeeded();
                        self.attempts.note(&response, now);
                        Action::Done(Ok(Some(self.answered(reply))))
                    }
                    Err(error) => {
                        self.attempts.note(&response, now);
                        self.failed(error, now)
                    }
                }
            }
            Event::Failed(error) => self.failed(error.into(), now),
        }
    }
}

/// Meaning of responses in which the API does not know the job.
#[derive(Debug)]
enum Unknown {
    AnError,
    /// Time since which every response says that the job is unknown, and the time for which this must last.
    WaitedFor {
        since: Option<Duration>,
        enough: Duration,
    },
    /// Every response said so for long enough: the job is unknown.
    Certain,
}

/// State of a job while it is polled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JobState {
    /// The job has a result of the kind that ends the [wait](Until). Its [verdict](job_status::Response::verdict) tells if the
    /// person passed.
    Complete(Box<Reply<job_status::Response>>),
    /// The API has not received the archive of the job, so there will be no result. [Submit](crate::Client::submit) the job
    /// again, which sends the archive again and creates no second job. Contains the last status response.
    ///
    /// Right after an upload the API may not have noticed the archive, so only the state at the end of a wait counts.
    NoArchive(Box<Reply<job_status::Response>>),
    /// The job has no result yet. Any process can wait for it again with the ids of the job. Contains the last status response,
    /// if one came.
    Pending(Option<Box<Reply<job_status::Response>>>),
}

impl JobState {
    /// Returns the status response with the result, if there is one.
    pub fn complete(&self) -> Option<&Reply<job_status::Response>> {
        match self {
            Self::Complete(reply) => Some(reply),
            Self::NoArchive(_) | Self::Pending(_) => None,
        }
    }
}

/// Time before the end of a wait at which the last request is sent. If a fifth of the wait is shorter, that is used.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// Time limit for the response if the wait has a time limit of zero and sends only one request.
const ONLY_QUESTION: Duration = Duration::from_secs(5);

pub(crate) fn status_request(ids: &JobRef, poll: PollOptions) -> job_status::Request {
    let mut request = job_status::Request::new(ids.user_id(), ids.job_id());
    request.history = poll.history;
    request.image_links = poll.image_links;
    request
}

/// Returns the response if it is about the requested job. The signature does not prove this, because it covers only the
/// timestamp.
pub(crate) fn about(
    request: &job_status::Request,
    reply: Reply<job_status::Response>,
) -> Result<Reply<job_status::Response>, Failure> {
    let result = reply.value.result();
    let is_another = result.is_some_and(|it| names_another_job(it, &request.user_id, &request.job_id));
    if is_another { Err(Failure::AnotherJob) } else { Ok(reply) }
}
