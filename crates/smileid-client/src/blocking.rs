//! Blocking client of the API. It runs the same flows as [`crate::Client`].

mod calls;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::Response;
use smileid_protocol::{
    auth::trust::{Confirmed, OriginProven},
    endpoint::SignedEndpoint,
    job::{JobRef, LookupJob, PollOptions},
    types::JobResult,
};

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
    transport::{BlockingTransport, Outgoing, TransportError, read_files},
    v3::Tokens,
};

/// A blocking client of the API. Its calls end with `send()`: `client.submit(job).wait().send()?`.
///
/// Clones are cheap and share everything.
#[derive(Clone)]
pub struct Client {
    config: Arc<Config>,
    tokens: Tokens,
    transport: Arc<dyn BlockingTransport + Send + Sync>,
}

impl Client {
    /// Creates a client from a configuration and a blocking transport.
    pub fn new(config: Config, transport: impl BlockingTransport + Send + Sync + 'static) -> Self {
        Self { config: Arc::new(config), tokens: Tokens::default(), transport: Arc::new(transport) }
    }

    /// Returns the configuration of the client.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// Returns a client with a changed configuration and the same transport; see [`crate::Client::with`].
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::clone(&self.config);
        change(&mut config);
        let tokens = self.tokens.of(&self.config, &config);
        Self { config: Arc::new(config), tokens, transport: Arc::clone(&self.transport) }
    }

    /// Submits a job with images, a lookup, a [`Submission`] of one of them, or a [V3 job](crate::v3). The options of the call
    /// determine the type of its result: see [`Submit`](crate::Submit).
    ///
    /// A submission that was begun before is continued, so the job is created once however often this is called. A job of V3
    /// has no such form: each call is another job.
    pub fn submit<'s, J: Submittable<'s>>(&self, job: J) -> J::Call<Self> {
        job.call(self.clone())
    }

    /// Requests the status of a job once.
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

    /// Requests the status of a job to confirm the result in a callback; see [`crate::Client::confirm`].
    ///
    /// # Errors
    ///
    /// If the API does not know such a result, has not finished the job, or no response of its own came. The callback
    /// then proves nothing, but may still be true.
    pub fn confirm(&self, claimed: &OriginProven<JobResult>) -> Result<Confirmed> {
        Ok(self.confirmed(claimed)?)
    }

    /// Sends a request to any endpoint of versions 1 and 2.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send<E: SignedEndpoint>(&self, request: E) -> Result<Reply<E::Response>> {
        trace::call(E::SPEC.name, None).in_scope(|| self.exchange(request)).map_err(Error::of_request::<E>)
    }

    endpoint_methods!(blocking);

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn transport(&self) -> &dyn BlockingTransport {
        &*self.transport
    }

    pub(crate) fn confirmed(&self, claimed: &OriginProven<JobResult>) -> Result<Confirmed, ConfirmError> {
        let flow = ConfirmResult::new(Arc::clone(&self.config), claimed, self.transport.seed())?;
        let span = trace::call("confirm", JobRecord::ids_of(claimed).as_ref());
        first(span.in_scope(|| self.run(flow))?)
    }

    fn exchange<E: SignedEndpoint>(&self, request: E) -> Result<Reply<E::Response>, Failure> {
        self.run(Exchange::new(Arc::clone(&self.config), request, self.transport.seed()))
    }

    pub(crate) fn drive(
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
                return span.in_scope(|| self.run(flow));
            }
            Content::Images(job) => Some(read_files(&job)),
            Content::Sent { .. } => None,
        };
        let span = trace::call("submit", Some(submission.ids()));
        let flow = SubmitJob::new(config, submission, options, images, seed).since(start);
        span.in_scope(|| self.run(flow))
    }

    pub(crate) fn look_up(&self, config: Arc<Config>, job: LookupJob) -> Result<Outcome> {
        let (ids, product) = (job.ids().clone(), job.product().clone());
        let flow = look_up::now(config, job, self.transport.seed());
        let reply = trace::call("look_up", Some(&ids)).in_scope(|| self.run(flow))?;
        Ok(Outcome::of_lookup(ids.clone(), product, look_up::judged(&ids, reply)?))
    }

    pub(crate) fn ask(&self, ids: JobRef, poll: PollOptions) -> Result<Outcome> {
        let request = status_request(&ids, poll);
        let span = trace::call("status", Some(&ids));
        let reply = span.in_scope(|| self.exchange(request.clone()));
        let reply = reply.and_then(|reply| about(&request, reply)).map_err(Error::of_question)?;
        Ok(Outcome::of_status(ids, Box::new(reply), &self.config))
    }

    pub(crate) fn await_job(&self, ids: &JobRef, poll: PollOptions, wait: Wait) -> Result<JobState, Failure> {
        let flow = AwaitJob::new(Arc::clone(&self.config), ids, poll, wait, self.transport.seed());
        trace::call("wait", Some(ids)).in_scope(|| self.run(flow))
    }

    fn attempt(&self, request: Outgoing) -> Result<Response<Bytes>, TransportError> {
        let pause = Beginning::turn(&self.config, &request, self.transport.now())?;
        if !pause.is_zero() {
            self.transport.sleep(pause);
        }
        let attempt = Beginning::new(&request, self.transport.now());
        let outcome = attempt.span.in_scope(|| self.transport.send(request));
        attempt.end(&self.config, &outcome, self.transport.now());
        outcome
    }

    pub(crate) fn run<F: Flow>(&self, mut flow: F) -> Result<F::Output, F::Error> {
        let mut event = Event::Start;
        loop {
            event = match flow.on(event, self.transport.now()) {
                Action::Send(request) => Event::from(self.attempt(request)),
                Action::Wait(duration) => {
                    self.transport.sleep(duration);
                    Event::Elapsed
                }
                Action::WaitForToken(waiting, limit) => {
                    waiting.block(limit);
                    Event::Elapsed
                }
                Action::Done(result) => return result,
            };
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.config).finish_non_exhaustive()
    }
}
