//! The asynchronous driver.

use smileid_protocol::{
    endpoint::Endpoint,
    job::{Delivery, Follow, ImageJob, JobIds, LookupJob},
    types::{JobResult, Product},
    v1::{business_verification, id_verification, job_status, verify},
};

use crate::{
    config::{Config, Wait},
    error::{Error, Step, SubmitError},
    flow::{
        Action, AwaitJob, Event, Exchange, Flow, JobState, Reply, Submission, SubmitJob, about, look_up,
        status_request,
    },
    transport::Transport,
};

/// A client of the API over an asynchronous transport.
///
/// Dropping the future of a call ends the call. A request that is under way then may or may not have arrived.
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

    /// Submits a job with images, and waits for its result if `delivery` says so.
    ///
    /// # Errors
    ///
    /// How far it came and what went wrong. A wait that runs out is none: see [`Submission::state`].
    pub async fn submit(&self, job: ImageJob, delivery: Delivery) -> Result<Submission, SubmitError> {
        let ready = self.transport.read(job).await;
        let ready = ready.map_err(|error| SubmitError {
            step: Step::Read,
            smile_job_id: None,
            source: Box::new(error.into()),
        })?;
        self.run(SubmitJob::new(&self.config, ready, delivery)).await
    }

    /// Looks an ID or a business up.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
    pub async fn look_up(&self, job: LookupJob) -> Result<Reply<JobResult>, Error> {
        let reply = match job.product() {
            Product::BasicKyc => self.send(verify::Request::from(job.into_lookup())).await,
            Product::BusinessVerification => {
                self.send(business_verification::Request::from(job.into_lookup())).await
            }
            _ => self.send(id_verification::Request::from(job.into_lookup())).await,
        };
        look_up::judged(reply?)
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
        self.run(AwaitJob::new(&self.config, ids, follow, wait)).await
    }

    /// Sends any request of the protocol.
    ///
    /// # Errors
    ///
    /// When no answer came, or none that can be used.
    pub async fn send<E: Endpoint + Send>(&self, request: E) -> Result<Reply<E::Response>, Error> {
        self.run(Exchange::new(&self.config, request)).await
    }

    async fn run<F: Flow>(&self, mut flow: F) -> Result<F::Output, F::Error> {
        let mut event = Event::Start;
        loop {
            event = match flow.on(event, self.transport.now()) {
                Action::Send(request) => match self.transport.send(request).await {
                    Ok(response) => Event::Response(response),
                    Err(error) => Event::Failed(error),
                },
                Action::Wait(duration) => {
                    self.transport.sleep(duration).await;
                    Event::Elapsed
                }
                Action::Done(result) => return result,
            };
        }
    }
}
