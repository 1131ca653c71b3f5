//! Asking until there is a result.

use std::time::Duration;

use smileid_protocol::{
    job::{Follow, JobIds},
    v1::job_status,
};

use super::{Action, Event, Flow, Reply, exchange::Sent};
use crate::{
    clock::Now,
    config::{Config, Wait},
    error::Error,
    transport::{TransportError, TransportErrorKind},
};

/// Asks for the status of a job until there is a result or the wait runs out.
///
/// Every question is signed afresh, and every answer's signature checked: a forged one ends it at once.
#[derive(Debug)]
pub struct AwaitJob<'c> {
    config: &'c Config,
    request: job_status::Request,
    wait: Wait,
    sent: Sent,
    asked: u32,
    deadline: Option<Duration>,
    latest: Option<Reply<job_status::Response>>,
}

impl<'c> AwaitJob<'c> {
    /// Asks for the job `ids`, whoever submitted it.
    pub fn new(config: &'c Config, ids: &JobIds, follow: Follow, wait: Wait) -> Self {
        Self {
            config,
            request: status_request(ids, follow),
            wait,
            sent: Sent::default(),
            asked: 0,
            deadline: None,
            latest: None,
        }
    }

    fn wait_or_stop(&mut self, now: Now) -> Action<JobState, Error> {
        let delay = self.wait.schedule.delay(self.asked);
        match self.left(now) {
            // At least one question is asked, however short the wait.
            Duration::ZERO if self.asked > 0 => self.pending(),
            left => Action::Wait(delay.min(left)),
        }
    }

    fn ask(&mut self, now: Now) -> Action<JobState, Error> {
        self.asked = self.asked.saturating_add(1);
        // A question asked at the deadline still gets a little time to be answered.
        let timeout = self.config.timeouts.request.min(self.left(now).max(LAST_QUESTION));
        match self.sent.ask(self.config, &self.request, timeout, now) {
            Ok(outgoing) => Action::Send(outgoing),
            Err(error) => Action::Done(Err(error)),
        }
    }

    fn failed(&mut self, error: TransportError, now: Now) -> Action<JobState, Error> {
        // A question cut short by the end of the wait is the end of the wait, not a fault.
        if error.kind() == TransportErrorKind::Timeout && self.left(now).is_zero() {
            self.pending()
        } else {
            Action::Done(Err(error.into()))
        }
    }

    fn pending(&mut self) -> Action<JobState, Error> {
        Action::Done(Ok(JobState::Pending(self.latest.take().map(Box::new))))
    }

    fn left(&self, now: Now) -> Duration {
        self.deadline.map_or(self.wait.timeout, |deadline| deadline.saturating_sub(now.monotonic))
    }
}

impl Flow for AwaitJob<'_> {
    type Output = JobState;
    type Error = Error;

    fn on(&mut self, event: Event, now: Now) -> Action<JobState, Error> {
        match event {
            Event::Start => {
                self.deadline = Some(now.monotonic.saturating_add(self.wait.timeout));
                self.wait_or_stop(now)
            }
            Event::Elapsed => self.ask(now),
            Event::Response(response) => {
                let reply = self.sent.read::<job_status::Request>(self.config, &response, now);
                match reply.and_then(|reply| about(&self.request, reply)) {
                    Ok(reply) if reply.value.job_complete => {
                        Action::Done(Ok(JobState::Complete(Box::new(reply))))
                    }
                    Ok(reply) => {
                        self.latest = Some(reply);
                        self.wait_or_stop(now)
                    }
                    Err(error) => self.sent.ask_again(&error).map_or(Action::Done(Err(error)), Action::Wait),
                }
            }
            Event::Failed(error) => self.failed(error, now),
        }
    }
}

/// How a job stands when the waiting is over.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JobState {
    /// There is a result. Whether the person passed is for its code to say.
    Complete(Box<Reply<job_status::Response>>),
    /// The wait ran out; the job goes on, and can be waited for again. With the last answer, if there was one.
    Pending(Option<Box<Reply<job_status::Response>>>),
}

impl JobState {
    /// The reply that holds the result, when there is one.
    pub fn complete(&self) -> Option<&Reply<job_status::Response>> {
        match self {
            Self::Complete(reply) => Some(reply),
            Self::Pending(_) => None,
        }
    }
}

const LAST_QUESTION: Duration = Duration::from_secs(5);

pub(crate) fn status_request(ids: &JobIds, follow: Follow) -> job_status::Request {
    let mut request = job_status::Request::new(ids.user_id(), ids.job_id());
    request.history = follow.history;
    request.image_links = follow.image_links;
    request
}

/// The reply, when it is about the job that was asked for. The signature does not say so: it covers the time alone.
pub(crate) fn about(
    request: &job_status::Request,
    reply: Reply<job_status::Response>,
) -> Result<Reply<job_status::Response>, Error> {
    let params = reply.value.result().and_then(|result| result.partner_params.as_ref());
    let another = params.is_some_and(|params| {
        let differs = |named: &Option<String>, asked: &str| named.as_deref().is_some_and(|it| it != asked);
        differs(&params.user_id, &request.user_id) || differs(&params.job_id, &request.job_id)
    });
    if another { Err(Error::AnotherJob) } else { Ok(reply) }
}
