//! Calls that submit jobs, and their options.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use smileid_protocol::job::{CallbackUrl, ImageJob, LookupJob};

use crate::{
    clock::Now,
    config::{Config, Until, Wait},
    error::{Error, Result},
    flow::{Failure, JobState, Step, SubmitFailure, SubmitOptions, Submitted},
    outcome::{Accepted, Outcome},
    retry::Retry,
    submission::Submission,
    transport::Progress,
};

/// Call that submits a job: [`Client::submit`](crate::Client::submit). Nothing is sent until it is awaited, or
/// [sent](Submit::send).
///
/// The last type parameter is the output of the call:
///
/// | submitted | yields | then |
/// |---|---|---|
/// | an [`ImageJob`] | nothing yet: its result would be lost | [`wait`](Submit::wait) or [`callback`](Submit::callback) |
/// | a [`LookupJob`] | an [`Outcome`]: see [`LookUp`] | `callback` |
/// | a [`Submission`], or a reference to one | [`Accepted`] | `wait` |
/// | any of them, with `callback` | [`Accepted`] | `wait` |
/// | any but a bare [`LookupJob`], with `wait` | [`Outcome`] | |
///
/// An owned job is returned by [`Error::into_submission`] if the call fails. If the future may be dropped, give the
/// call a `&mut Submission`, which then tells the stage that was reached.
///
/// # Without a server
///
/// A program without a server, such as a batch, waits: `submit(job).wait()` needs no callback URL. A lookup that is billed
/// once needs one, and waits too: `submit(lookup).callback(url).wait()`. Give a URL of a host that is yours, even if
/// nothing listens there: the API sends the result to it, with the person's data. Never use the host of another organisation.
///
/// # Messages of the compiler
///
/// - *`Submit<'_, Client, NeedsWaitOrCallback>` is not a future*, or *the method `send` was found for
///   `Submit<'_, Client, Outcome>`*: an image job needs `.wait()` or `.callback(url)` first.
/// - *no method named `wait` found for struct `LookUp`*: a lookup in one request has its result at once. Leave `wait` out, or
///   add `.callback(url)` before it.
/// - *the `?` operator can only be applied to values that implement `Try`*: a call of the blocking client ends with `.send()`,
///   and one of the asynchronous client with `.await`.
///
/// ```
/// use smileid_client::{Accepted, Client, NeedsWaitOrCallback, Outcome, Result, Submit, Submittable, Wait};
/// # use smileid_client::protocol::job::ImageJob;
///
/// /// A call that cannot be made yet: it has neither `send` nor `await`.
/// fn prepared(client: &Client, job: ImageJob) -> Submit<'static, Client, NeedsWaitOrCallback> {
///     client.submit(job).on_progress(|sent, total| println!("{sent} of {total} bytes"))
/// }
///
/// async fn made(client: &Client, job: ImageJob) -> Result<Outcome> {
///     prepared(client, job).wait_with(Wait::default().until_final()).history().await
/// }
///
/// /// Accepts everything that can be submitted.
/// fn anything<'s, J: Submittable<'s>>(client: &Client, job: J) -> J::Call<Client> {
///     client.submit(job)
/// }
/// ```
#[must_use = "nothing is sent until it is awaited or sent"]
pub struct Submit<'s, C, Y> {
    pub(crate) client: C,
    pub(crate) job: Job<'s>,
    pub(crate) options: SubmitOptions,
    pub(crate) retry: Option<Retry>,
    yields: PhantomData<fn() -> Y>,
}

/// Type state of the call for an image job that has neither a wait nor a callback URL yet. Without one of them its result would
/// be lost.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "there is no value of it")]
pub enum NeedsWaitOrCallback {}

/// Submission of a call: owned by the call, or borrowed from the caller.
#[derive(Debug)]
pub(crate) enum Job<'s> {
    Own(Box<Submission>),
    Lent(&'s mut Submission),
}

impl<'s, C: HasConfig> Submit<'s, C, NeedsWaitOrCallback> {
    /// Sets the callback URL to which the API sends the result. The call ends once the API has the job.
    pub fn callback(self, url: CallbackUrl) -> Submit<'s, C, Accepted> {
        self.called_back(url).yielding()
    }
}

impl<C: HasConfig> Submit<'_, C, Accepted> {
    /// Sets the callback URL to which the API sends the result.
    pub fn callback(self, url: CallbackUrl) -> Self {
        self.called_back(url)
    }
}

impl<C: HasConfig> Submit<'_, C, Outcome> {
    /// Sets the callback URL: the API sends the result also to it.
    pub fn callback(self, url: CallbackUrl) -> Self {
        self.called_back(url)
    }

    /// Continues to wait while the result is provisional: until a person has reviewed the job, or the result of its second part
    /// has come.
    pub fn until_final(mut self) -> Self {
        if let Some(wait) = &mut self.options.wait {
            wait.until = Until::FinalResult;
        }
        self
    }
}

impl<'s, C: HasConfig, Y> Submit<'s, C, Y> {
    /// Waits for the result, for the time in [`Config::wait`]: two minutes by default.
    pub fn wait(self) -> Submit<'s, C, Outcome> {
        let wait = self.client.config().wait;
        self.wait_with(wait)
    }

    /// Waits for the result for at most `limit`. If the archive never arrived, the call ends with an
    /// [error](crate::ErrorKind::NoArchive) when the time is over.
    pub fn wait_for(self, limit: Duration) -> Submit<'s, C, Outcome> {
        let wait = Wait { timeout: limit, ..self.client.config().wait };
        self.wait_with(wait)
    }

    /// Waits for the result with the given options instead of [`Config::wait`].
    pub fn wait_with(mut self, wait: Wait) -> Submit<'s, C, Outcome> {
        self.options.wait = Some(wait);
        self.yielding()
    }

    /// Requests all results of the job, not only the last one: see [`Outcome::status`].
    pub fn history(mut self) -> Self {
        self.options.poll.history = true;
        self
    }

    /// Requests links to the images of the job: see [`Outcome::status`].
    pub fn image_links(mut self) -> Self {
        self.options.poll.image_links = true;
        self
    }

    /// Limits the time of the whole call: reading files, all requests of the job, the upload of the archive, polling, retries and
    /// pauses.
    ///
    /// Without this limit, [`Timeouts::operation`](crate::Timeouts::operation) limits everything but the wait for the
    /// result, and [`Config::wait`] limits the wait. With it those limits hold too, whichever ends first. If the time
    /// is over before the API has the job, the call fails with the step that was reached. Otherwise the outcome is
    /// pending.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = Some(limit);
        self
    }

    /// Sets another retry rule for this call.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Calls `report` with the number of archive bytes sent so far and the total, each time the number grows. The number restarts
    /// if the archive is sent again.
    pub fn on_progress(mut self, report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.options.progress = Some(Progress::new(report));
        self
    }

    fn new(client: C, job: Job<'s>) -> Self {
        Self { client, job, options: SubmitOptions::default(), retry: None, yields: PhantomData }
    }

    fn called_back(mut self, url: CallbackUrl) -> Self {
        self.job.submission().callback = Some(url);
        self
    }

    fn yielding<Z>(self) -> Submit<'s, C, Z> {
        let Self { client, job, options, retry, yields: _ } = self;
        Submit { client, job, options, retry, yields: PhantomData }
    }
}

impl Job<'_> {
    pub(crate) fn submission(&mut self) -> &mut Submission {
        match self {
            Self::Own(submission) => submission,
            Self::Lent(submission) => submission,
        }
    }

    /// Returns the error of a failed call. It contains the submission if the call owned it.
    pub(crate) fn failed(self, failure: SubmitFailure) -> Error {
        match self {
            Self::Own(submission) => Error::from(failure).with_submission(*submission),
            Self::Lent(_) => failure.into(),
        }
    }
}

/// Call that sends a lookup in one request: [`Client::submit`](crate::Client::submit) with a [`LookupJob`]. Nothing is sent until
/// it is awaited, or [sent](LookUp::send).
///
/// The request is billed each time it is sent, found or not, so it is sent again only if it never left. If the response
/// is lost, the [outcome is unknown](Error::is_outcome_unknown) and cannot be found out: the job status does not know
/// such lookups. Where that matters, add a [`callback`](LookUp::callback): then the lookup is billed once.
#[must_use = "nothing is sent until it is awaited or sent"]
#[derive(Debug)]
pub struct LookUp<C> {
    client: C,
    job: LookupJob,
    timeout: Option<Duration>,
    retry: Option<Retry>,
}

impl<C: HasConfig> LookUp<C> {
    /// Sets the callback URL to which the API sends the result. The call then ends once the API has the lookup, and can
    /// [wait](Submit::wait) for the result. See [`Submission::new`].
    pub fn callback(self, url: CallbackUrl) -> Submit<'static, C, Accepted> {
        let submission = Submission::new(self.job).callback(url);
        let mut submit = Submit::new(self.client, Job::Own(Box::new(submission)));
        (submit.options.timeout, submit.retry) = (self.timeout, self.retry);
        submit
    }

    /// Limits the time of the whole call, including retries and pauses.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets another retry rule for this call.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    pub(crate) fn into_parts(self) -> (C, Arc<Config>, LookupJob) {
        let mut config = with_retry(self.client.config(), self.retry);
        if let Some(limit) = self.timeout {
            let timeouts = &mut Arc::make_mut(&mut config).timeouts;
            timeouts.operation = timeouts.operation.min(limit);
        }
        (self.client, config, self.job)
    }
}

/// Trait of all values that can be submitted: [`ImageJob`], [`LookupJob`], [`Submission`], `&mut Submission`, and the [V3
/// jobs](crate::v3).
pub trait Submittable<'s>: sealed::Sealed {
    /// Type of the call, for a client `C`, that submits the value.
    type Call<C>;

    #[doc(hidden)]
    fn call<C: HasConfig>(self, client: C) -> Self::Call<C>;
}

impl<'s> Submittable<'s> for ImageJob {
    type Call<C> = Submit<'s, C, NeedsWaitOrCallback>;

    fn call<C: HasConfig>(self, client: C) -> Self::Call<C> {
        Submit::new(client, Job::Own(Box::new(self.into())))
    }
}

impl Submittable<'_> for LookupJob {
    type Call<C> = LookUp<C>;

    fn call<C: HasConfig>(self, client: C) -> Self::Call<C> {
        LookUp { client, job: self, timeout: None, retry: None }
    }
}

impl<'s> Submittable<'s> for Submission {
    type Call<C> = Submit<'s, C, Accepted>;

    fn call<C: HasConfig>(self, client: C) -> Self::Call<C> {
        Submit::new(client, Job::Own(Box::new(self)))
    }
}

impl<'s> Submittable<'s> for &'s mut Submission {
    type Call<C> = Submit<'s, C, Accepted>;

    fn call<C: HasConfig>(self, client: C) -> Self::Call<C> {
        Submit::new(client, Job::Lent(self))
    }
}

/// Trait of both clients, which gives access to their configuration.
#[doc(hidden)]
#[expect(unnameable_types, reason = "sealed: the clients alone are such")]
pub trait HasConfig: sealed::Sealed {
    fn config(&self) -> &Arc<Config>;

    /// Returns the time and two random seeds, from which a unique value is made.
    fn nonce(&self) -> (Now, [u64; 2]);
}

pub(crate) mod sealed {
    use super::{ImageJob, LookupJob, Submission};

    #[expect(unnameable_types, reason = "what seals a trait cannot be named")]
    pub trait Sealed {}

    impl Sealed for ImageJob {}
    impl Sealed for LookupJob {}
    impl Sealed for Submission {}
    impl Sealed for &mut Submission {}
}

pub(crate) fn with_retry(config: &Arc<Config>, retry: Option<Retry>) -> Arc<Config> {
    match retry {
        Some(retry) => Arc::new(Config { retry, ..Config::clone(config) }),
        None => Arc::clone(config),
    }
}

/// Returns an error if the API still has no archive of the job at the end of the wait, so that there will be no result.
pub(crate) fn has_archive(submitted: Submitted) -> Result<Submitted, SubmitFailure> {
    if matches!(submitted.state, Some(JobState::NoArchive(_))) {
        let source = Box::new(Failure::NoArchive);
        let smile_job_id = submitted.smile_job_id;
        return Err(SubmitFailure { step: Step::Upload, smile_job_id, may_be_billed: false, source });
    }
    Ok(submitted)
}

impl<C, Y> fmt::Debug for Submit<'_, C, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submit")
            .field("job", &self.job)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
