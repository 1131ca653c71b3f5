//! Asynchronous driver of the flows.

mod confirm;

use smileid_protocol::{
    endpoint::Endpoint,
    job::{CallbackUrl, JobRef, LookupJob, PollOptions},
    v1::{accepted::Accepted, job_status},
};
use tracing::Instrument as _;

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
    transport::Transport,
    watch::Watch,
};

/// A client of the API over an asynchronous transport.
///
/// Dropping the future of a call ends the call. A request that is in progress may or may not have arrived.
///
/// The `smileid` crate has transports, and an example program for each method.
#[derive(Clone, Debug)]
pub struct Client<T> {
    config: Config,
    transport: T,
}

impl<T: Transport> Client<T> {
    /// Creates a client.
    pub fn new(config: Config, transport: T) -> Self {
        Self { config, transport }
    }

    /// Returns the client's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns a client with another retry rule. The two clients share a [`Budget`](crate::Budget) only if the rule has
    /// the same budget.
    ///
    /// ```
    /// use smileid_client::{Client, Error, Retry, Transport};
    /// # use smileid_client::protocol::{job::{IdNumber, JobRef, LookupJob}, types::Decision};
    ///
    /// /// A person is waiting: better no answer than a late one.
    /// async fn at_once<T: Transport + Clone>(client: &Client<T>, job: LookupJob) -> Result<bool, Error> {
    ///     let outcome = client.with_retry(Retry::never()).look_up(job).await?;
    ///     Ok(outcome.decision() == Decision::Approved)
    /// }
    /// ```
    #[must_use]
    pub fn with_retry(&self, retry: Retry) -> Self
    where
        T: Clone,
    {
        let config = Config { retry, ..self.config.clone() };
        Self::new(config, self.transport.clone())
    }

    /// Submits a job with images or an asynchronous lookup. Waits for its result if its delivery says so.
    ///
    /// [`Submission::within`] limits the time of all this together.
    ///
    /// A submission that was begun before is continued, so the job is created once however often this is called; see
    /// [`Submission`]. If the future is dropped, `submission` tells the stage that was reached.
    ///
    /// # Errors
    ///
    /// The step that failed and the cause. A wait that times out is not an error: see [`Submitted::state`].
    pub async fn submit(&self, submission: &mut Submission) -> Result<Submitted, SubmitError> {
        match submission.job.clone() {
            Job::Images(job) => {
                let start = self.transport.now();
                let ready = self.transport.read(job).await;
                self.run(SubmitJob::new(&self.config, submission, ready, self.transport.seed()).since(start))
                    .await
            }
            Job::Lookup(job) => {
                self.run(SubmitLookup::new(&self.config, submission, *job, self.transport.seed())).await
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
    pub async fn look_up(&self, job: LookupJob) -> Result<LookupOutcome, Error> {
        let (ids, product) = (job.ids().clone(), job.product().clone());
        let reply = self.run(look_up::now(&self.config, job, self.transport.seed())).await?;
        look_up::judged(&ids, product, reply)
    }

    /// Looks up an ID or a business in one request, and has the result sent to `callback`. [`Submission::lookup`] does
    /// the same, is billed once even if a message is lost, and can wait for the result.
    ///
    /// # Errors
    ///
    /// As for [`Client::look_up`]. Here the job status knows the lookup, if the request arrived.
    pub async fn look_up_later(
        &self,
        job: LookupJob,
        callback: &CallbackUrl,
    ) -> Result<Reply<Accepted>, Error> {
        let reply =
            self.run(look_up::later(&self.config, job, callback, self.transport.seed(), None)).await?;
        look_up::taken(reply)
    }

    /// Asks for the status of a job once.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub async fn status(
        &self,
        ids: &JobRef,
        follow: PollOptions,
    ) -> Result<Reply<job_status::Response>, Error> {
        let request = status_request(ids, follow);
        let reply = self.send(request.clone()).await?;
        about(&request, reply)
    }

    /// Polls the status of a job until there is a result. The job may have been submitted by another program.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub async fn wait(&self, ids: &JobRef, follow: PollOptions, wait: Wait) -> Result<JobState, Error> {
        self.run(AwaitJob::new(&self.config, ids, follow, wait, self.transport.seed())).await
    }

    /// Yields the states of a job until there is a result or the wait is over.
    pub fn watch(&self, ids: &JobRef, follow: PollOptions, wait: Wait) -> Watch<'_, T> {
        Watch::new(self, NextState::new(&self.config, ids, follow, wait, self.transport.seed()))
    }

    /// Sends any request of the protocol.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub async fn send<E: Endpoint + Send>(&self, request: E) -> Result<Reply<E::Response>, Error> {
        self.run(Exchange::new(&self.config, request, self.transport.seed())).await
    }

    pub(crate) async fn run<F: Flow>(&self, mut flow: F) -> Result<F::Output, F::Error> {
        let mut event = Event::Start;
        loop {
            event = match flow.on(event, self.transport.now()) {
                Action::Send(request) => {
                    let span = trace::span(&request);
                    // Boxed, as it is most of the future, and a wait spends most of its life between requests.
                    let outcome = Box::pin(self.transport.send(request)).instrument(span.clone()).await;
                    trace::record(&span, &outcome);
                    Event::from(outcome)
                }
                Action::Wait(duration) => {
                    self.transport.sleep(duration).await;
                    Event::Elapsed
                }
                Action::Done(result) => return result,
            };
        }
    }
}
