//! Grades callback receivers by their responses and by the state that they report.
//!
//! The caller provides the [`ReceiverHarness`]: a network and a clock. A signature does not cover the content of a
//! callback, so a careful receiver asks the API about the job. [`Api`] knows the true results of each case.
//!
//! ```
//! use std::time::Duration;
//!
//! use serde_json::json;
//! use smileid_conformance::{
//!     Broken, Case, Probe, Report, Suite,
//!     case::ApiVersion,
//!     receiver::{Outgoing, State, ReceiverTarget, ReceiverHarness, grade, look_again},
//! };
//! use smileid_protocol::auth::Credentials;
//!
//! /// A receiver in this process that refuses everything.
//! struct Refusing {
//!     now: i64,
//! }
//!
//! impl ReceiverHarness for Refusing {
//!     fn deliver(&mut self, at_once: &[Outgoing]) -> Vec<Result<http::StatusCode, Broken>> {
//!         at_once.iter().map(|_| Ok(http::StatusCode::FORBIDDEN)).collect()
//!     }
//!
//!     fn state(&mut self) -> Result<State, Broken> {
//!         Ok(json!({"jobs": []}).try_into()?)
//!     }
//!
//!     fn now_utc_millis(&mut self) -> i64 {
//!         self.now += 1;
//!         self.now
//!     }
//!
//!     fn pause(&mut self, time: Duration) {
//!         self.now += i64::try_from(time.as_millis()).unwrap_or_default();
//!     }
//!
//!     fn asked(&self, _: &str) -> usize {
//!         0
//!     }
//! }
//!
//! let key = Credentials::new("085", "mock-api-key-0000")?;
//! let target = ReceiverTarget::new("http://127.0.0.1:8090/callback".parse()?, key, "run-1");
//! let suite = Suite::embedded()?;
//! let is_wanted = |case: &&Case| ["receiver/document", "receiver/forged"].contains(&case.id());
//! let cases: Vec<_> = suite.receiver_cases(ApiVersion::V1).filter(is_wanted).collect();
//! let mut harness = Refusing { now: 1_700_000_000_000 };
//! let mut items: Vec<_> = cases.iter().map(|case| grade(case, &target, &mut harness)).collect();
//! look_again(&cases, &target, &mut harness, &mut items);
//! let mut report = Report::new(Probe::Receiver, "mine");
//! items.into_iter().for_each(|item| report.push(item));
//! assert_eq!((report.passed, report.failed), (1, 1), "{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api;
mod plan;
mod play;
mod rehearsal;
mod state;
mod v3;

pub use crate::case::Pace;
pub use api::Api;
pub use play::look_again;
pub use state::{NotAState, State};

pub(crate) use rehearsal::rehearse;

use std::time::Duration;

use bytes::Bytes;
use smileid_protocol::auth::Credentials;

use crate::{
    case::{Case, ReceiverCase, ReceiverNeed},
    digest::sha256,
    probe::Broken,
    report::{Item, Outcome},
};

/// Network and clock with which callbacks are sent.
pub trait ReceiverHarness {
    /// Sends callbacks at the same time, each on its own connection, and returns the HTTP status of each response.
    ///
    /// An error means that no response arrived.
    fn deliver(&mut self, at_once: &[Outgoing]) -> Vec<Result<http::StatusCode, Broken>>;

    /// Returns the state that the receiver reports: the jobs that it knows.
    ///
    /// # Errors
    ///
    /// Fails if the receiver does not report a valid state.
    fn state(&mut self) -> Result<State, Broken>;

    /// Returns the current time, in milliseconds since 1970 in UTC. Each call must return a different time, because callbacks
    /// signed in the same millisecond would have the same signature.
    fn now_utc_millis(&mut self) -> i64;

    /// Waits for a time.
    fn pause(&mut self, time: Duration);

    /// Returns the number of status requests for a job that the receiver sent to the [`Api`].
    fn asked(&self, job_id: &str) -> usize;
}

/// A callback to send to the receiver.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// HTTP request with the callback, without a `Content-Length`.
    pub request: http::Request<Bytes>,
    /// Speed at which the body is sent.
    pub pace: Pace,
}

impl Outgoing {
    /// Creates a callback that is sent at normal speed.
    pub fn new(request: http::Request<Bytes>) -> Self {
        Self { request, pace: Pace::default() }
    }
}

/// Receiver under test, and the credentials to use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReceiverTarget {
    /// Callback URL of the receiver.
    pub url: http::Uri,
    /// Credentials of the partner that receives the callbacks.
    pub credentials: Credentials,
    /// Text that makes the ids of this run unique. It may contain letters, digits and `-`.
    pub run: String,
    /// True if the receiver reports its state.
    pub has_state: bool,
    /// True if the receiver can send status requests to the API.
    pub has_api: bool,
    /// Time after which the reported state must contain all accepted callbacks, and must not change any more.
    pub settle: Duration,
}

impl ReceiverTarget {
    /// Creates a target for a receiver that reports its state and cannot send requests to the API.
    pub fn new(url: http::Uri, credentials: Credentials, run: impl Into<String>) -> Self {
        let settle = Duration::from_secs(2);
        Self { url, credentials, run: run.into(), has_state: true, has_api: false, settle }
    }

    /// Returns the suffix of all ids of a case in this run, such as `job-{run}`. The receiver cannot tell from it which case it
    /// is.
    pub fn run_of(&self, case: &Case) -> String {
        self.run_of_id(case.id())
    }

    fn run_of_id(&self, id: &str) -> String {
        let mut run = sha256(format!("{} {id}", self.run).as_bytes());
        run.truncate(16);
        run
    }

    fn lacks(&self, case: &ReceiverCase) -> Option<&'static str> {
        let is_needed = case.needs.contains(&ReceiverNeed::Api);
        (is_needed && !self.has_api).then_some("not graded: the receiver has no API to ask")
    }
}

/// Sends the callbacks of a case to a receiver and grades the receiver, or skips the case with a reason.
///
/// The state is graded as soon as it is correct. After all cases, [`look_again`] checks whether it stayed correct.
pub fn grade(case: &Case, target: &ReceiverTarget, harness: &mut dyn ReceiverHarness) -> Item {
    let started = harness.now_utc_millis();
    let receiver_case = case.receiver();
    let played = match receiver_case.map(|it| (it, target.lacks(it))) {
        None => {
            play::Played::new(Outcome::Skipped { why: "not a case for receivers of callbacks".to_owned() })
        }
        Some((_, Some(why))) => play::Played::new(Outcome::Skipped { why: why.to_owned() }),
        Some((it, None)) => play::play(case.id(), it, target, harness),
    };
    let millis = u64::try_from(harness.now_utc_millis().saturating_sub(started)).unwrap_or_default();
    Item {
        advice: receiver_case.map(|it| it.advice.clone()),
        millis,
        steps: played.steps,
        ungraded: played.ungraded,
        run: Some(target.run_of(case)),
        ..Item::new(case, played.outcome)
    }
}
