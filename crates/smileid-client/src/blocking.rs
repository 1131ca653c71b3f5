//! Blocking driver: runs the same flows as [`crate::Client`].

mod confirm;

use std::iter;

use smileid_protocol::{
    endpoint::Endpoint,
    job::{CallbackUrl, JobRef, LookupJob, PollOptions},
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
    /// Creates a client.
    pub fn new(config: Config, transport: T) -> Self {
        Self { config, transport }
    }

    /// Returns the client's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns a client with another retry rule; see [`crate::Client::with_retry`].
    #[must_use]
    pub fn with_retry(&self, retry: Retry) -> Self
    where
        T: Clone,
    {
        let config = Config { retry, ..self.config.clone() };
        Self::new(config, self.transport.clone())
    }

    /// Submits a job with images or an asynchronous lookup. Waits for its result if its delivery says so; see
    /// [`crate::Client::submit`].
    ///
    /// # Errors
    ///
    /// The step that failed and the cause. A wait that times out is not an error: see [`Submitted::state`].
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

    /// Looks up an ID or a business.
    ///
    /// # Errors
    ///
    /// If no usable response came. Each request is billed, so it is sent again only if it never left. If the [outcome
    /// is unknown](Error::is_outcome_unknown), it cannot be found out: the job status does not know synchronous
    /// lookups, and the same request again is billed again. Where that matters, submit an asynchronous lookup:
    /// [`Submission::lookup`].
    pub fn look_up(&self, job: LookupJob) -> Result<LookupOutcome, Error> {
        let (ids, product) = (job.ids().clone(), job.product().clone());
        let reply = self.run(look_up::now(&self.config, job, self.transport.seed()))?;
        look_up::judged(&ids, product, reply)
    }

    /// Looks up an ID or a business in one request, and has the result sent to `callback`. [`Submission::lookup`] does
    /// the same, is billed once even if a message is lost, and can wait for the result.
    ///
    /// # Errors
    ///
    /// As for [`Client::look_up`]. Here the job status knows the lookup, if the request arrived.
    pub fn look_up_later(&self, job: LookupJob, callback: &CallbackUrl) -> Result<Reply<Accepted>, Error> {
        let reply = self.run(look_up::later(&self.config, job, callback, self.transport.seed(), None))?;
        look_up::taken(reply)
    }

    /// Asks for the status of a job once.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn status(&self, ids: &JobRef, follow: PollOptions) -> Result<Reply<job_status::Response>, Error> {
        let request = status_request(ids, follow);
        let reply = self.send(request.clone())?;
        about(&request, reply)
    }

    /// Polls the status of a job until there is a result. The job may have been submitted by another program.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn wait(&self, ids: &JobRef, follow: PollOptions, wait: Wait) -> Result<JobState, Error> {
        self.run(AwaitJob::new(&self.config, ids, follow, wait, self.transport.seed()))
    }

    /// Iterates over the states of a job until there is a result or the wait is over.
    pub fn watch<'c>(
        &'c self,
        ids: &JobRef,
        follow: PollOptions,
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
    /// If no usable response came.
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
