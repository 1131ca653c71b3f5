//! What a client needs to know.

use std::time::Duration;

use smileid_protocol::{
    auth::{Credentials, trust::Window},
    origin::Origin,
};

use crate::environment::Environment;

/// What a client needs to know: who it is, where the API is, and how long to wait for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Who is asking.
    pub credentials: Credentials,
    /// Where the API is.
    pub origin: Origin,
    /// How long single requests may take.
    pub timeouts: Timeouts,
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
            wait: Wait::default(),
            reply_window: Window::within(Duration::from_secs(3600)),
            reply_limit: 16 << 20,
        }
    }
}

/// How long single requests may take, from the first byte out to the last byte in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Everything but the archive. 30 seconds by default.
    pub request: Duration,
    /// The archive. 5 minutes by default.
    pub upload: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { request: Duration::from_secs(30), upload: Duration::from_secs(300) }
    }
}

/// How long, and how often, to ask for the result of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// How long in all. Two minutes by default; a person who reviews a job takes longer.
    pub timeout: Duration,
    /// How often.
    pub schedule: Schedule,
}

impl Wait {
    /// Waits up to `timeout`.
    pub fn up_to(timeout: Duration) -> Self {
        Self { timeout, ..Self::default() }
    }
}

impl Default for Wait {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(120), schedule: Schedule::default() }
    }
}

/// How long to wait before each question: twice as long each time, up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schedule {
    /// Before the first question. A quarter of a second by default.
    pub first: Duration,
    /// Before any question, at most. Four seconds by default, as in most official SDKs.
    pub longest: Duration,
}

impl Schedule {
    /// Starts with `first` and doubles up to `longest`.
    pub const fn doubling(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// How long to wait before question number `asked`, counted from 0.
    pub(crate) fn delay(&self, asked: u32) -> Duration {
        let factor = 1_u32.checked_shl(asked.min(31)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self::doubling(Duration::from_millis(250), Duration::from_secs(4))
    }
}
