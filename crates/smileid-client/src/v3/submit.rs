//! V3 calls with options: submitting a job, and waiting for its result.

use std::{fmt, marker::PhantomData, time::Duration};

use smileid_protocol::{
    job::{CallbackUrl, InvalidInput, Problem},
    origin::Origin,
    types::{EnvironmentRow, ReservedName},
    v3::{Correlation, JobId, UserId},
};

use super::{Accepted, Outcome, SentJob, job::Job, submit_job::SubmitJob, tokens::Tokens};
use crate::{
    clock::Now,
    config::{Config, Wait},
    error::{Error, Result},
    retry::Retry,
    submit::{HasConfig, with_retry},
    trace,
    transport::Progress,
};

/// Call that submits a V3 job: [`Client::submit`](crate::Client::submit) with a request of [`v3`](super). Nothing is sent until
/// it is awaited, or [sent](Self::send).
///
/// It yields [`Accepted`], or with [`wait`](Self::wait) an [`Outcome`]. The result is also sent to the callback URL: that
/// of the [call](Self::callback), of the [job](super::enhanced_kyc::Request::with_callback), of
/// [`Config::callback`](crate::Config::callback), or of the partner portal, whichever is given first.
///
/// **The job is sent once.** V3 jobs have no id from the partner by which the API could recognise a repeated request: each
/// request that arrives is another job, and is billed. If no readable response arrives, the error's [outcome is
/// unknown](Error::is_outcome_unknown). Do not submit it again then. Its callback shows its result: put its
/// [ids](Self::sent_job) into a store before it is sent, and a [`Receiver`](crate::callback::Receiver) finds the job of
/// the callback by them.
///
/// ```
/// use smileid_client::{Client, Result, v3};
///
/// async fn look_up(client: &Client, job: v3::enhanced_kyc::Request) -> Result<()> {
///     let outcome: v3::Outcome = client.submit(job.clone()).wait().await?;
///     println!("{}", outcome.decision());
///     let accepted: v3::Accepted = client.submit(job).await?; // another job
///     println!("{}", accepted.job_id());
///     Ok(())
/// }
/// ```
#[must_use = "nothing is sent until it is awaited or sent"]
pub struct Submit<C, Y> {
    pub(crate) client: C,
    job: Box<dyn Job>,
    sent: SentJob,
    wait: Option<Wait>,
    timeout: Option<Duration>,
    retry: Option<Retry>,
    progress: Option<Progress>,
    problem: Option<Error>,
    yields: PhantomData<fn() -> Y>,
}

impl<C: HasConfig> Submit<C, Accepted> {
    pub(crate) fn new(client: C, mut job: Box<dyn Job>) -> Self {
        let (sent, mut problem) = prepared(&client, &mut *job);
        if let Some(url) = client.config().callback.as_ref().filter(|_| !job.has_callback())
            && let Err(error) = job.set_callback(url)
        {
            problem = Some(error.into());
        }
        let (wait, timeout, retry, progress) = (None, None, None, None);
        Self { client, job, sent, wait, timeout, retry, progress, problem, yields: PhantomData }
    }
}

impl<C: HasConfig, Y> Submit<C, Y> {
    /// Sets the callback URL to which the API sends the result. It must begin with `https://`.
    #[expect(clippy::needless_pass_by_value, reason = "as for the jobs of version 1")]
    pub fn callback(mut self, url: CallbackUrl) -> Self {
        if let Err(error) = self.job.set_callback(&url) {
            self.problem = Some(error.into());
        }
        self
    }

    /// Waits for the result, for the time in [`Config::wait`]: two minutes by default.
    pub fn wait(self) -> Submit<C, Outcome> {
        let wait = self.client.config().wait;
        self.wait_with(wait)
    }

    /// Waits for the result for at most `limit`.
    pub fn wait_for(self, limit: Duration) -> Submit<C, Outcome> {
        let wait = Wait { timeout: limit, ..self.client.config().wait };
        self.wait_with(wait)
    }

    /// Waits for the result with the given options instead of [`Config::wait`].
    pub fn wait_with(self, wait: Wait) -> Submit<C, Outcome> {
        let Self { client, job, sent, wait: _, timeout, retry, progress, problem, yields: _ } = self;
        Submit { client, job, sent, wait: Some(wait), timeout, retry, progress, problem, yields: PhantomData }
    }

    /// Limits the time of the whole call: access token, job, wait, retries and pauses. If the time is over before the API has the
    /// job, the call fails. Otherwise the outcome is pending.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets another retry rule for this call. The job is repeated only if it certainly was not sent.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Calls `report` while the job is sent, with the number of bytes handed to the network so far, and the total. `report`
    /// should be quick, because the transfer waits for it.
    pub fn on_progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Progress::new(report));
        self
    }

    /// Returns the ids with which the job is sent. [Store them](crate::store::Store::keep_v3) before the job is sent.
    pub fn sent_job(&self) -> &SentJob {
        &self.sent
    }

    /// Returns the flow that runs the call.
    pub(crate) fn into_flow(self, tokens: Tokens, seed: u64) -> Result<SubmitJob> {
        let config = with_retry(self.client.config(), self.retry);
        if let Some(error) = self.problem {
            return Err(error);
        }
        check_sandbox(&*self.job, &config)?;
        check_images(&*self.job, config.image_limit)?;
        let flow = SubmitJob::new(config, tokens, self.job, self.sent, (self.wait, self.timeout), seed);
        Ok(flow.reporting(self.progress))
    }
}

/// Adds the correlation value and, if it has none, the id of the person. Returns the ids and the problem, if there is one.
pub(super) fn prepared<C: HasConfig>(client: &C, job: &mut dyn Job) -> (SentJob, Option<Error>) {
    let credentials = &client.config().credentials;
    let (now, seeds) = client.nonce();
    let nonce = nonce(now, seeds, job.user_id());
    let is_only_job = job.needs_user_id();
    if is_only_job {
        job.set_user_id(UserId::generated(credentials, &nonce));
    }
    let correlation = Correlation::new(credentials, &nonce);
    let has_own = job.params().is_some_and(|params| params.get(Correlation::MEMBER).is_some());
    let problem = has_own.then(|| ReservedName::new(Correlation::MEMBER).into());
    job.set_param(Correlation::MEMBER, correlation.as_str());
    (SentJob { user_id: job.user_id().cloned(), correlation, job_id: None, is_only_job }, problem)
}

/// Returns an error if the job has a field for the sandbox and the API is that of production.
pub(super) fn check_sandbox(job: &dyn Job, config: &Config) -> Result<(), InvalidInput> {
    let is_production = config.origin == Origin::from(&EnvironmentRow::PRODUCTION);
    match job.sandbox_field() {
        Some(field) if is_production && !config.allow_sandbox_data => {
            Err(InvalidInput::new(field, Problem::ForSandbox))
        }
        _ => Ok(()),
    }
}

/// Returns an error if the images are too large in total. It names the field of the largest image.
fn check_images(job: &dyn Job, limit: u64) -> Result<(), InvalidInput> {
    let images = job.images();
    let size: u64 = images.iter().map(|(_, length)| length).sum();
    match images.into_iter().max_by_key(|(_, length)| *length) {
        Some((field, _)) if size > limit => {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            Err(InvalidInput::new(field, Problem::TooLarge { limit }))
        }
        _ => {
            trace::image_size(size);
            Ok(())
        }
    }
}

/// Returns different bytes for each job, from which its ids are made.
fn nonce(now: Now, seeds: [u64; 2], user_id: Option<&UserId>) -> Vec<u8> {
    let mut nonce = Vec::new();
    nonce.extend(seeds.iter().flat_map(|seed| seed.to_be_bytes()));
    nonce.extend(now.utc_millis().to_be_bytes());
    nonce.extend(now.monotonic.as_nanos().to_be_bytes());
    nonce.extend(user_id.map(|it| it.as_str().as_bytes()).unwrap_or_default());
    nonce
}

impl<C, Y> fmt::Debug for Submit<C, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submit").field("job", &self.job).field("sent", &self.sent).finish_non_exhaustive()
    }
}

/// Call that polls the status of a V3 job until there is a result: [`V3::wait`](super::V3::wait).
#[must_use = "nothing is sent until it is awaited or sent"]
#[derive(Debug)]
pub struct WaitForResult<C> {
    pub(crate) client: C,
    pub(crate) job_id: JobId,
    pub(crate) wait: Wait,
}

impl<C> WaitForResult<C> {
    /// Sets the time limit of the wait, including the response to the last request. If it is zero, one request is sent.
    pub fn up_to(mut self, limit: Duration) -> Self {
        self.wait.timeout = limit;
        self
    }

    /// Continues while the API says that it does not know the job, because the API may not know a job right after accepting it.
    pub fn of_accepted(mut self) -> Self {
        self.wait.of_accepted = true;
        self
    }

    /// Sets the options of the wait, instead of [`Config::wait`](crate::Config::wait).
    pub fn with(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }
}
