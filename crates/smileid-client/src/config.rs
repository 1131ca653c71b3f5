//! What a client needs to know.

use std::time::Duration;

use smileid_protocol::{
    auth::{Credentials, trust::Window},
    origin::Origin,
};

use crate::{environment::Environment, retry::Retry};

/// What a client needs to know: who it is, where the API is, and how long to wait for it.
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
/// config.reply_limit = 4 << 20; // bytes
/// # Ok::<(), smileid_client::protocol::auth::InvalidCredential>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Who is asking.
    pub credentials: Credentials,
    /// Where the API is.
    pub origin: Origin,
    /// How long single requests may take.
    pub timeouts: Timeouts,
    /// When a request is sent again.
    pub retry: Retry,
    /// How long, and how often, to ask for the result of a submitted job.
    pub wait: Wait,
    /// How old a signed reply may be, and how far ahead of the time here. An hour each way by default: wide enough for
    /// clocks that are wrong, and an end to answers that somebody kept.
    pub reply_window: Window,
    /// How many bytes a reply may have. Results with photos reach about 1.5 MB.
    pub reply_limit: usize,
}

impl Config {
    /// A client of `environment`, patient by default.
    pub fn new(credentials: Credentials, environment: &Environment) -> Self {
        Self {
            credentials,
            origin: environment.origin().clone(),
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            wait: Wait::default(),
            reply_window: Window::within(Duration::from_secs(3600)),
            reply_limit: 16 << 20,
        }
    }
}

/// How long things may take. How long a connection may take to be made, and how long a transfer may stand still, is for
/// the transport to know. [`Config`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// One attempt at anything but the archive, from the first byte out to the last byte in. 30 seconds by default.
    pub request: Duration,
    /// One attempt at the archive. 5 minutes by default.
    pub upload: Duration,
    /// All attempts of one call, with the pauses between them, but for the wait for a result. 10 minutes by default.
    /// [`Submission::within`](crate::Submission::within) bounds both together.
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

/// How long, how often and for what to ask for the result of a job. [`Config`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// How long in all, the answer to the last question included. Two minutes by default; a person who reviews a job takes
    /// longer. Without any time, one question is asked.
    pub timeout: Duration,
    /// How often.
    pub schedule: Schedule,
    /// For what.
    pub until: Until,
    /// Whether to go on while the API says that it does not know the job. Off by default: ids that it does not know are
    /// most often wrong.
    pub of_accepted: bool,
}

impl Wait {
    /// Waits up to `timeout`.
    pub fn up_to(timeout: Duration) -> Self {
        Self { timeout, ..Self::default() }
    }

    /// Goes on while the API says that it does not know the job: it has accepted the job, and may know its ids later. Lookups
    /// were observed to take 8 seconds.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # use smileid_client::{JobState, Wait, blocking::Client, testing::{Answer, Script}};
    /// # use smileid_client::{Config, Environment};
    /// # use smileid_client::protocol::{auth::Credentials, job::{Follow, JobIds}};
    /// # let config = Config::new(Credentials::new("085", "any key")?, &Environment::sandbox());
    /// # let ids = JobIds::new("user-1", "job-1")?;
    /// # let unknown = http::Response::builder().status(400).body(r#"{"code": "2304"}"#.into())?;
    /// # let client = Client::new(config, Script::new([]).then_forever(unknown.into()));
    /// let wait = Wait::up_to(Duration::from_secs(60));
    /// let error = client.wait(&ids, Follow::result(), wait).unwrap_err();
    /// assert!(error.is_unknown_job());
    /// let state = client.wait(&ids, Follow::result(), wait.of_accepted())?;
    /// assert!(matches!(state, JobState::Pending(None)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_accepted(mut self) -> Self {
        self.of_accepted = true;
        self
    }

    /// Waits on when the result is provisional: until a person has looked, or the second part has come.
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

/// Which result ends a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// The first, even if another will follow.
    #[default]
    AnyResult,
    /// One that is not provisional. Such results come from people, and take hours.
    FinalResult,
}

/// How long to wait before each question: twice as long each time up to a limit, and then, as jobs that were not done in
/// minutes are not done in seconds, a part of the time waited so far. A fifth more or less each time, so that many waits
/// that began together do not stay together. [`Config`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schedule {
    /// Before the first question. A quarter of a second by default. With zero the first is asked at once, and the
    /// others `steady` apart.
    pub first: Duration,
    /// Before any question while the wait is young. Four seconds by default, as in most official SDKs.
    pub steady: Duration,
    /// Before any question, at most. Two minutes by default, which a wait of an hour reaches.
    pub longest: Duration,
}

impl Schedule {
    /// Starts with `first`, doubles up to `steady`, and stays there.
    pub const fn doubling(first: Duration, steady: Duration) -> Self {
        Self { first, steady, longest: steady }
    }

    /// How long to wait before question number `asked`, counted from 0, `waited` after the start.
    pub(crate) fn delay(&self, asked: u32, waited: Duration) -> Duration {
        let factor = 1_u32.checked_shl(asked.min(31)).unwrap_or(u32::MAX);
        let is_at_once = self.first.is_zero() && asked > 0; // twice nothing is nothing
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

/// Of a wait, a thirtieth is too late at most: four seconds after two minutes.
const PART: u32 = 30;
