//! The asynchronous driver.

mod confirm;

use smileid_protocol::{
    endpoint::Endpoint,
    job::{CallbackUrl, Follow, JobIds, LookupJob},
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
/// Dropping the future of a call ends the call. A request that is under way then may or may not have arrived.
///
/// The `smileid` crate has transports, and a program for each method in its examples.
#[derive(Clone, Debug)]
pub struct Client<T> {
    config: Config,
    transport: T,
}

impl<T: Transport> Client<T> {
    /// A client.
    pub fn new(config: Config, transport: T) -> Self {
        Self { config, transport }
    }

    /// What it knows.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The same client, with another rule for sending again. They share what the rule's [`Budget`](crate::Budget) holds
    /// only if it is the same budget.
    ///
    /// ```
    /// use smileid_client::{Client, Error, Retry, Transport};
    /// # use smileid_client::protocol::{job::{IdNumber, JobIds, LookupJob}, types::Decision};
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

    /// Submits a job with images or an asynchronous lookup, and waits for its result if its delivery says so.
    ///
    /// [`Submission::within`] bounds the time of all this together.
    ///
    /// What was begun before is gone on with, so that the job is made once however often this is called; see
    /// [`Submission`]. When the future is dropped, `submission` says how far it came.
    ///
    /// # Errors
    ///
    /// What could not be done and what went wrong. A wait that runs out is none: see [`Submitted::state`].
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

    /// Looks an ID or a business up.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used. It is billed each time, so it is sent again only if it never left.
    /// Where the [outcome is unknown](Error::is_outcome_unknown), it cannot be found out: the job's status does not know
    /// lookups that are answered at once, and asking for the same again bills it again. Where that matters, submit an
    /// asynchronous lookup: [`Submission::lookup`].
    pub async fn look_up(&self, job: LookupJob) -> Result<LookupOutcome, Error> {
        let (ids, product) = (job.ids().clone(), job.product().clone());
        let reply = self.run(look_up::now(&self.config, job, self.transport.seed())).await?;
        look_up::judged(&ids, product, reply)
    }

    /// Looks an ID or a business up, and has the result sent to `callback`, in one request. [`Submission::lookup`] does
    /// the same so that it is billed once whatever is lost, and can wait for the result.
    ///
    /// # Errors
    ///
    /// As those of [`Client::look_up`], but that the job's status knows the lookup, if it arrived.
    pub async fn look_up_later(
        &self,
        job: LookupJob,
        callback: &CallbackUrl,
    ) -> Result<Reply<Accepted>, Error> {
        let reply =
            self.run(look_up::later(&self.config, job, callback, self.transport.seed(), None)).await?;
        look_up::taken(reply)
    }

    /// Asks how a job stands, once.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
    pub async fn status(&self, ids: &JobIds, follow: Follow) -> Result<Reply<job_status::Response>, Error> {
        let request = status_request(ids, follow);
        let reply = self.send(request.clone()).await?;
        about(&request, reply)
    }

    /// Asks how a job stands until there is a result, whoever submitted it.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
    pub async fn wait(&self, ids: &JobIds, follow: Follow, wait: Wait) -> Result<JobState, Error> {
        self.run(AwaitJob::new(&self.config, ids, follow, wait, self.transport.seed())).await
    }

    /// How a job stands, one answer after the other, until there is a result or the wait is over.
    pub fn watch(&self, ids: &JobIds, follow: Follow, wait: Wait) -> Watch<'_, T> {
        Watch::new(self, NextState::new(&self.config, ids, follow, wait, self.transport.seed()))
    }

    /// Sends any request of the protocol.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
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
