//! The blocking driver: the same conversations as [`crate::Client`]'s.

mod confirm;

use std::iter;

use smileid_protocol::{
    endpoint::Endpoint,
    job::{CallbackUrl, Follow, JobIds, LookupJob},
    v1::{accepted::Accepted, job_status},
};

use crate::{
    config::{Config, Wait},
    error::{Error, SubmitError},
    flow::{
        Action, AwaitJob, Event, Exchange, Flow, JobState, NextState, Reply, SubmitJob, SubmitLookup, about,
        look_up, status_request,
    },
    lookup::LookupOutcome,
    retry::Retry,
    submission::{Job, Submission, Submitted},
    trace,
    transport::{BlockingTransport, read_files},
};

/// A client of the API over a blocking transport.
#[derive(Clone, Debug)]
pub struct Client<T> {
    config: Config,
    transport: T,
}

impl<T: BlockingTransport> Client<T> {
    /// A client.
    pub fn new(config: Config, transport: T) -> Self {
        Self { config, transport }
    }

    /// What it knows.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The same client, with another rule for sending again; see [`crate::Client::with_retry`].
    #[must_use]
    pub fn with_retry(&self, retry: Retry) -> Self
    where
        T: Clone,
    {
        let config = Config { retry, ..self.config.clone() };
        Self::new(config, self.transport.clone())
    }

    /// Submits a job with images or an asynchronous lookup, and waits for its result if its delivery says so; see [`crate::Client::submit`].
    ///
    /// # Errors
    ///
    /// What could not be done and what went wrong. A wait that runs out is none: see [`Submitted::state`].
    pub fn submit(&self, submission: &mut Submission) -> Result<Submitted, SubmitError> {
        match submission.job.clone() {
            Job::Images(job) => {
                let start = self.transport.now();
                let ready = read_files(&job);
                self.run(SubmitJob::new(&self.config, submission, ready, self.transport.seed()).since(start))
            }
            Job::Lookup(job) => {
                self.run(SubmitLookup::new(&self.config, submission, *job, self.transport.seed()))
            }
        }
    }

    /// Looks an ID or a business up.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used. It is billed each time, so it is sent again only if it never left.
    /// Where the [outcome is unknown](Error::is_outcome_unknown), it cannot be found out: the job's status does not know
    /// lookups that are answered at once, and asking for the same again bills it again. Where that matters, submit an
    /// asynchronous lookup: [`Submission::lookup`].
    pub fn look_up(&self, job: LookupJob) -> Result<LookupOutcome, Error> {
        let (ids, product) = (job.ids().clone(), job.product().clone());
        let reply = self.run(look_up::now(&self.config, job, self.transport.seed()))?;
        look_up::judged(&ids, product, reply)
    }

    /// Looks an ID or a business up, and has the result sent to `callback`, in one request. [`Submission::lookup`] does
    /// the same so that it is billed once whatever is lost, and can wait for the result.
    ///
    /// # Errors
    ///
    /// As those of [`Client::look_up`], but that the job's status knows the lookup, if it arrived.
    pub fn look_up_later(&self, job: LookupJob, callback: &CallbackUrl) -> Result<Reply<Accepted>, Error> {
        let reply = self.run(look_up::later(&self.config, job, callback, self.transport.seed(), None))?;
        look_up::taken(reply)
    }

    /// Asks how a job stands, once.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
    pub fn status(&self, ids: &JobIds, follow: Follow) -> Result<Reply<job_status::Response>, Error> {
        let request = status_request(ids, follow);
        let reply = self.send(request.clone())?;
        about(&request, reply)
    }

    /// Asks how a job stands until there is a result, whoever submitted it.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
    pub fn wait(&self, ids: &JobIds, follow: Follow, wait: Wait) -> Result<JobState, Error> {
        self.run(AwaitJob::new(&self.config, ids, follow, wait, self.transport.seed()))
    }

    /// How a job stands, one answer after the other, until there is a result or the wait is over.
    pub fn watch<'c>(
        &'c self,
        ids: &JobIds,
        follow: Follow,
        wait: Wait,
    ) -> impl Iterator<Item = Result<JobState, Error>> + use<'c, T> {
        let mut next = NextState::new(&self.config, ids, follow, wait, self.transport.seed());
        let mut is_over = false;
        iter::from_fn(move || {
            let state = if is_over { None } else { self.run(&mut next).transpose() };
            is_over = !matches!(state, Some(Ok(_)));
            state
        })
    }

    /// Sends any request of the protocol.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
    pub fn send<E: Endpoint>(&self, request: E) -> Result<Reply<E::Response>, Error> {
        self.run(Exchange::new(&self.config, request, self.transport.seed()))
    }

    fn run<F: Flow>(&self, mut flow: F) -> Result<F::Output, F::Error> {
        let mut event = Event::Start;
        loop {
            event = match flow.on(event, self.transport.now()) {
                Action::Send(request) => {
                    let span = trace::span(&request);
                    let outcome = span.in_scope(|| self.transport.send(request));
                    trace::record(&span, &outcome);
                    Event::from(outcome)
                }
                Action::Wait(duration) => {
                    self.transport.sleep(duration);
                    Event::Elapsed
                }
                Action::Done(result) => return result,
            };
        }
    }
}
