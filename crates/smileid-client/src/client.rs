//! Asynchronous client of the API.

mod calls;

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use http::Response;
use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    endpoint::SignedEndpoint,
    job::{JobRef, LookupJob, PollOptions},
    types::JobResult,
};
use tracing::Instrument as _;

use crate::{
    attempt::Beginning,
    config::{Config, Wait},
    endpoints::endpoint_methods,
    error::{Error, Result},
    flow::{
        Action, AwaitJob, ConfirmError, ConfirmResult, Event, Exchange, Failure, Flow, JobState, Reply,
        SubmitFailure, SubmitJob, SubmitLookup, SubmitOptions, Submitted, about, first, look_up,
        status_request,
    },
    outcome::Outcome,
    poll::{Status, WaitForResult},
    store::JobRecord,
    submission::{Content, Submission},
    submit::Submittable,
    trace,
    transport::{DynTransport, Outgoing, Transport, TransportError},
    v3::Tokens,
};

/// An asynchronous client of the API, over any asynchronous transport.
///
/// Clones are cheap and share everything. The futures of all calls are `Send` and own what they need. Dropping one ends
/// the call; a request that is in progress may or may not have arrived.
#[derive(Clone, Debug)]
pub struct Client {
    config: Arc<Config>,
    tokens: Tokens,
    transport: Arc<dyn DynTransport>,
}

impl Client {
    /// Creates a client from a configuration and an asynchronous transport.
    pub fn new(config: Config, transport: impl Transport + 'static) -> Self {
        Self { config: Arc::new(config), tokens: Tokens::default(), transport: Arc::new(transport) }
    }

    /// Returns the configuration of the client.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// Returns a client with a changed configuration and the same transport. The two clients share the [`Budget`](crate::Budget)
    /// for retries unless `change` replaces it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use smileid_client::{Client, Retry};
    ///
    /// /// A person is waiting: better no answer than a late one.
    /// fn impatient(client: &Client) -> Client {
    ///     client.with(|config| {
    ///         config.retry = Retry::never();
    ///         config.timeouts.operation = Duration::from_secs(5);
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::clone(&self.config);
        change(&mut config);
        let tokens = self.tokens.of(&self.config, &config);
        Self { config: Arc::new(config), tokens, transport: Arc::clone(&self.transport) }
    }

    /// Submits a job with images, a lookup, a [`Submission`] of one of them, or a [V3 job](crate::v3). A job with images needs
    /// `.wait()` or `.callback(url)` before it can be awaited. For all options and result types, see [`Submit`](crate::Submit).
    ///
    /// A submission that was begun before is continued, so the job is created once however often this is called. A job of V3
    /// has no such form: each call is another job.
    ///
    /// ```
    /// use smileid_client::{Accepted, Client, Outcome, Result};
    /// # use smileid_client::protocol::job::{CallbackUrl, ImageJob, LookupJob};
    ///
    /// async fn verify(client: &Client, job: ImageJob, lookup: LookupJob, url: CallbackUrl) -> Result<()> {
    ///     let outcome: Outcome = client.submit(job.clone()).wait().await?;
    ///     let accepted: Accepted = client.submit(job).callback(url).await?; // the result is sent to the URL
    ///     let outcome: Outcome = client.submit(lookup).await?; // in one request
    ///     Ok(())
    /// }
    /// ```
    pub fn submit<'s, J: Submittable<'s>>(&self, job: J) -> J::Call<Self> {
        job.call(self.clone())
    }

    /// Requests the status of a job once.
    ///
    /// ```
    /// use smileid_client::{Client, Result, protocol::{job::JobRef, types::Decision}};
    ///
    /// async fn is_approved(client: &Client, ids: &JobRef) -> Result<bool> {
    ///     Ok(client.status(ids).history().await?.decision() == Decision::Approved)
    /// }
    /// ```
    pub fn status(&self, ids: &JobRef) -> Status<Self> {
        Status::new(self.clone(), ids)
    }

    /// Polls the status of a job until there is a result. Another program may have submitted the job.
    ///
    /// A job whose archive never came is an error of the kind [`NoArchive`](crate::ErrorKind::NoArchive) once the wait is
    /// over, and not before: right after an upload the API may not have noticed the archive.
    pub fn wait(&self, ids: &JobRef) -> WaitForResult<Self> {
        WaitForResult::new(self.clone(), ids, self.config.wait)
    }

    /// Requests the status of a job to confirm the result in a callback, because the signature of a callback does not protect its
    /// content. A [`Receiver`](crate::callback::Receiver) does this itself.
    ///
    /// # Errors
    ///
    /// If the API does not know such a result, has not finished the job, or no response of its own came. The callback
    /// then proves nothing, but may still be true.
    pub fn confirm(
        &self,
        claimed: &OriginProven<JobResult>,
    ) -> impl Future<Output = Result<Confirmed>> + Send + use<> {
        let (client, claimed) = (self.clone(), claimed.clone());
        async move { Ok(client.confirmed(&claimed).await?) }
    }

    /// Sends a request to any endpoint of versions 1 and 2.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send<E: SignedEndpoint<Response: Send> + Send + 'static>(
        &self,
        request: E,
    ) -> impl Future<Output = Result<Reply<E::Response>>> + Send + use<E> {
        let client = self.clone();
        async move {
            let span = trace::call(E::SPEC.name, None);
            client.exchange(request).instrument(span).await.map_err(Error::of_request::<E>)
        }
    }

    endpoint_methods!(async);

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn transport(&self) -> &dyn DynTransport {
        &*self.transport
    }

    pub(crate) async fn confirmed(
        &self,
        claimed: &OriginProven<JobResult>,
    ) -> Result<Confirmed, ConfirmError> {
        let flow = ConfirmResult::new(Arc::clone(&self.config), claimed, self.transport.seed())?;
        first(self.run(flow).instrument(trace::call("confirm", JobRecord::ids_of(claimed).as_ref())).await?)
    }

    async fn exchange<E: SignedEndpoint + Send>(&self, request: E) -> Result<Reply<E::Response>, Failure> {
        self.run(Exchange::new(Arc::clone(&self.config), request, self.transport.seed())).await
    }

    pub(crate) async fn drive(
        &self,
        config: Arc<Config>,
        submission: &mut Submission,
        options: SubmitOptions,
    ) -> Result<Submitted, SubmitFailure> {
        submission.callback = submission.callback.take().or_else(|| config.callback.clone());
        let start = self.transport.now();
        let seed = self.transport.seed();
        let images = match submission.content.clone() {
            Content::Lookup(job) => {
                let span = trace::call("submit", Some(job.ids()));
                let flow = SubmitLookup::new(config, submission, options, *job, seed);
                return self.run(flow).instrument(span).await;
            }
            Content::Images(job) => Some(self.transport.read(job).await),
            Content::Sent { .. } => None,
        };
        let span = trace::call("submit", Some(submission.ids()));
        let flow = SubmitJob::new(config, submission, options, images, seed).since(start);
        self.run(flow).instrument(span).await
    }

    pub(crate) async fn look_up(&self, config: Arc<Config>, job: LookupJob) -> Result<Outcome> {
        let (ids, product) = (job.ids().clone(), job.product().clone());
        let flow = look_up::now(config, job, self.transport.seed());
        let reply = self.run(flow).instrument(trace::call("look_up", Some(&ids))).await?;
        Ok(Outcome::of_lookup(ids.clone(), product, look_up::judged(&ids, reply)?))
    }

    pub(crate) async fn ask(&self, ids: JobRef, poll: PollOptions) -> Result<Outcome> {
        let request = status_request(&ids, poll);
        let asking = self.exchange(request.clone()).instrument(trace::call("status", Some(&ids)));
        let reply = asking.await.and_then(|reply| about(&request, reply)).map_err(Error::of_question)?;
        Ok(Outcome::of_status(ids, Box::new(reply), &self.config))
    }

    pub(crate) async fn await_job(
        &self,
        ids: &JobRef,
        poll: PollOptions,
        wait: Wait,
    ) -> Result<JobState, Failure> {
        let flow = AwaitJob::new(Arc::clone(&self.config), ids, poll, wait, self.transport.seed());
        self.run(flow).instrument(trace::call("wait", Some(ids))).await
    }

    async fn attempt(&self, request: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let pause = Beginning::turn(&self.config, &request, self.transport.now())?;
        if !pause.is_zero() {
            self.transport.sleep(pause).await;
        }
        let attempt = Beginning::new(&request, self.transport.now());
        let outcome = self.transport.send(request).instrument(attempt.span.clone()).await;
        attempt.end(&self.config, &outcome, self.transport.now());
        outcome
    }

    pub(crate) async fn run<F: Flow>(&self, mut flow: F) -> Result<F::Output, F::Error> {
        let mut event = Event::Start;
        loop {
            event = match flow.on(event, self.transport.now()) {
                Action::Send(request) => Event::from(self.attempt(request).await),
                Action::Wait(duration) => {
                    self.transport.sleep(duration).await;
                    Event::Elapsed
                }
                Action::WaitForToken(waiting, limit) => {
                    waiting.for_at_most(self.transport.sleep(limit)).await;
                    Event::Elapsed
                }
                Action::Done(result) => return result,
            };
        }
    }
}
