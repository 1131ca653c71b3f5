//! Configuration of a client.

use std::time::Duration;

use smileid_protocol::{
    auth::{Credentials, trust::Window},
    job::CallbackUrl,
    origin::Origin,
    v3::MOST_IMAGE_BYTES,
};

use crate::{
    attempt::{OnAttempt, RateLimit},
    environment::Environment,
    retry::Retry,
};

/// Configuration of a client: credentials, base URL of the API, time limits, retries and size limits.
///
/// ```
/// use std::time::Duration;
///
/// use smileid_client::{Budget, Config, Environment, Retry, Schedule, Timeouts, Until, Wait};
/// use smileid_client::protocol::auth::{Credentials, trust::Window};
///
/// let mut config = Config::new(Credentials::new("085", "mock-api-key-0000")?, &Environment::sandbox());
/// assert_eq!(config.timeouts, Timeouts::default());
///
/// config.timeouts.request = Duration::from_secs(10); // one attempt
/// config.timeouts.operation = Duration::from_secs(60); // all of one call
/// config.retry = Retry::up_to(5);
/// config.retry.budget = Budget::new(100);
/// assert_eq!(config.retry.budget.left(), 100);
/// config.wait = Wait::up_to(Duration::from_secs(3600)).until_final();
/// assert_eq!(config.wait.until, Until::FinalResult);
/// config.wait.schedule = Schedule::doubling(Duration::from_secs(1), Duration::from_secs(30));
/// config.reply_window = Window::within(Duration::from_secs(300));
/// assert_eq!(config.image_limit, smileid_client::v3::MOST_IMAGE_BYTES); // bytes
/// config.reply_limit = 4 << 20; // bytes
/// # Ok::<(), smileid_client::protocol::auth::InvalidCredential>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Partner id and API key.
    pub credentials: Credentials,
    /// Base URL of the API.
    pub origin: Origin,
    /// Callback URL for jobs that have no callback URL of their own. None by default.
    pub callback: Option<CallbackUrl>,
    /// Time limits of single requests and of whole calls.
    pub timeouts: Timeouts,
    /// Retry rule: when and how often a failed request is repeated.
    pub retry: Retry,
    /// Limit of the requests per second. No limit by default.
    pub rate_limit: RateLimit,
    /// Function that is called after each attempt to send a request, for metrics. None by default.
    pub on_attempt: OnAttempt,
    /// Default time limit and intervals of polling for the result of a submitted job.
    pub wait: Wait,
    /// Maximum age of a signed response, and maximum time ahead of the local clock. An hour each by default, so that wrong clocks
    /// do no harm and old responses cannot be replayed.
    pub reply_window: Window,
    /// True to send the sandbox's test identities and `sandbox_result` to production, too. False by default: the client refuses
    /// to send such V3 jobs there, because production would bill them.
    pub allow_sandbox_data: bool,
    /// Maximum size of all images of a V3 job in total, in bytes: [`MOST_IMAGE_BYTES`] by default. The client refuses to send
    /// larger jobs.
    pub image_limit: u64,
    /// Maximum size of a response, in bytes. Results with photos reach about 1.5 MB.
    pub reply_limit: usize,
}

impl Config {
    /// Creates the configuration of a client for `environment`, with default limits.
    pub fn new(credentials: Credentials, environment: &Environment) -> Self {
        Self {
            credentials,
            origin: environment.origin().clone(),
            callback: None,
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            rate_limit: RateLimit::default(),
            on_attempt: OnAttempt::default(),
            wait: Wait::default(),
            reply_window: Window::within(Duration::from_secs(3600)),
            allow_sandbox_data: false,
            image_limit: MOST_IMAGE_BYTES,
            reply_limit: 16 << 20,
        }
    }
}

/// Time limits of requests and calls. The transport has its own limits for connecting and for stalled transfers. [`Config`] has
/// an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Time limit of one attempt to send a request other than the archive, from the first byte sent to the last byte received. 30
    /// seconds by default.
    pub request: Duration,
    /// Time limit of one attempt to upload an archive, or to send a V3 job with images. 5 minutes by default.
    pub upload: Duration,
    /// Time limit of all attempts of one call with the pauses between them, but without waiting for a result. 10 minutes by
    /// default. [`Submit::timeout`](crate::Submit::timeout) limits a call including the wait.
    pub operation: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(30),
            upload: Duration::from_secs(300),
            operation: Duration::from_secs(600),
        }
    }
}

/// Time limit and intervals of polling for the result of a job. [`Config`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// Time limit of the whole wait, including the response to the last request. Two minutes by default; a review by a person
    /// takes longer. If it is zero, one request is sent.
    pub timeout: Duration,
    /// Intervals between status requests.
    pub schedule: Schedule,
    /// Kind of result that ends the wait.
    pub until: Until,
    /// True to continue while the API says that it does not know the job. False by default, because ids that the API does not
    /// know are usually wrong.
    pub of_accepted: bool,
}

impl Wait {
    /// Creates a wait with the time limit `timeout`.
    pub fn up_to(timeout: Duration) -> Self {
        Self { timeout, ..Self::default() }
    }

    /// Continues while the API says that it does not know the job, because an accepted job may become known later. For lookups,
    /// up to 8 seconds were observed.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # use smileid_client::{Wait, blocking::Client, testing::{Answer, Script}};
    /// # use smileid_client::{Config, Environment};
    /// # use smileid_client::protocol::{auth::Credentials, job::JobRef};
    /// # let config = Config::new(Credentials::new("085", "any key")?, &Environment::sandbox());
    /// # let ids = JobRef::new("user-1", "job-1")?;
    /// # let unknown = http::Response::builder().status(400).body(r#"{"code": "2304"}"#.into())?;
    /// # let client = Client::new(config, Script::new([]).then_forever(unknown.into()));
    /// let wait = Wait::up_to(Duration::from_secs(60));
    /// let error = client.wait(&ids).with(wait).send().unwrap_err();
    /// assert!(error.is_unknown_job());
    /// let outcome = client.wait(&ids).with(wait.of_accepted()).send()?;
    /// assert!(outcome.is_pending());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_accepted(mut self) -> Self {
        self.of_accepted = true;
        self
    }

    /// Continues while the result is provisional: until a person has reviewed the job, or the result of its second part has come.
    #[must_use]
    pub fn until_final(mut self) -> Self {
        self.until = Until::FinalResult;
        self
    }
}

impl Default for Wait {
    fn default() -> Self {
        let (schedule, until) = (Schedule::default(), Until::default());
        Self { timeout: Duration::from_secs(120), schedule, until, of_accepted: false }
    }
}

/// Kind of result that ends a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// The first result ends the wait, even if another one will follow.
    #[default]
    AnyResult,
    /// Only a result that is not provisional ends the wait. Such results come from people, and take hours.
    FinalResult,
}

/// Intervals between status requests. The interval doubles up to a limit, and later grows with the time waited so far. Each
/// interval varies randomly by a fifth, so that waits that began together do not poll together. [`Config`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schedule {
    /// Interval before the first request. A quarter of a second by default. If it is zero, the first request is sent at once, and
    /// the others at intervals of `steady`.
    pub first: Duration,
    /// Limit up to which the interval doubles. Four seconds by default, as in most official SDKs.
    pub steady: Duration,
    /// Maximum interval. Two minutes by default, which a wait of an hour reaches.
    pub longest: Duration,
}

impl Schedule {
    /// Creates a schedule that starts with `first`, doubles up to `steady`, and then stays the same.
    pub const fn doubling(first: Duration, steady: Duration) -> Self {
        Self { first, steady, longest: steady }
    }

    /// Returns the interval before request number `asked`, counted from 0, when `waited` has passed since the start.
    pub(crate) fn delay(&self, asked: u32, waited: Duration) -> Duration {
        let factor = 1_u32.checked_shl(asked.min(31)).unwrap_or(u32::MAX);
        let is_at_once = self.first.is_zero() && asked > 0; // doubling zero would never reach the steady pause
        let early = if is_at_once { self.steady } else { self.first.saturating_mul(factor).min(self.steady) };
        early.max((waited / PART).min(self.longest))
    }
}

impl Default for Schedule {
    fn default() -> Self {
        let steady = Duration::from_secs(4);
        Self { first: Duration::from_millis(250), steady, longest: Duration::from_secs(120) }
    }
}

/// Part of the time waited so far that an interval takes. So a result is seen late by at most a thirtieth of the wait, such as
/// four seconds after two minutes.
const PART: u32 = 30;
