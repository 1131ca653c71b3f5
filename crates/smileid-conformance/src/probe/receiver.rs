//! Receivers of callbacks, graded by their answers and by what they say they accepted.
//!
//! The caller brings the [`ReceiverHarness`]: a network and a clock. A signature does not cover what a callback says, so a
//! receiver that wants to know has to ask the API about the job; [`Api`] is one that knows the truth about each case.
//!
//! ```
//! use std::time::Duration;
//!
//! use serde_json::json;
//! use smileid_conformance::{
//!     Broken, Case, Probe, Report, Suite,
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
//! let cases: Vec<_> = suite.receiver_cases().filter(is_wanted).collect();
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

/// The environment of callbacks: a network and a clock.
pub trait ReceiverHarness {
    /// Sends these at once, each on a connection of its own, and says with which status each was answered.
    ///
    /// An error means that no answer came.
    fn deliver(&mut self, at_once: &[Outgoing]) -> Vec<Result<http::StatusCode, Broken>>;

    /// The state of the receiver: the jobs that it knows.
    ///
    /// # Errors
    ///
    /// When it does not say, or what it says is no state.
    fn state(&mut self) -> Result<State, Broken>;

    /// The current time, in milliseconds since 1970 in UTC. No two calls return the same, not even of two harnesses: two
    /// callbacks of one millisecond would be signed alike.
    fn now_utc_millis(&mut self) -> i64;

    /// Lets time pass.
    fn pause(&mut self, time: Duration);

    /// The number of times that the receiver has asked the [`Api`] about a job.
    fn asked(&self, job_id: &str) -> usize;
}

/// A callback that is sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// The request, without a `Content-Length`.
    pub request: http::Request<Bytes>,
    /// The pace of its body.
    pub pace: Pace,
}

impl Outgoing {
    /// A request that travels as requests do.
    pub fn new(request: http::Request<Bytes>) -> Self {
        Self { request, pace: Pace::default() }
    }
}

/// The receiver that is graded, and who sends.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReceiverTarget {
    /// The callback URL.
    pub url: http::Uri,
    /// The partner whose callbacks they are.
    pub credentials: Credentials,
    /// A text that makes the ids of this run new: it consists of letters, digits and `-`.
    pub run: String,
    /// `true` for a receiver that reports its state.
    pub has_state: bool,
    /// `true` for a receiver with the address of an API that it can ask.
    pub has_api: bool,
    /// The time after which the state must show all accepted callbacks, and no longer changes.
    pub settle: Duration,
}

impl ReceiverTarget {
    /// A receiver that says what it accepted, and has no API to ask.
    pub fn new(url: http::Uri, credentials: Credentials, run: impl Into<String>) -> Self {
        let settle = Duration::from_secs(2);
        Self { url, credentials, run: run.into(), has_state: true, has_api: false, settle }
    }

    /// The end of all ids of a case in this run: `job-{run}` is its job. It tells the receiver nothing of the case.
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
        (is_needed && !self.has_api).then_some("not graded: the receiver was given no API that it can ask")
    }
}

/// Plays a case to a receiver and grades it, or says why it cannot be graded.
///
/// It is judged as soon as it is right. Whether it stays so, [`look_again`] finds out when all cases have been played.
pub fn grade(case: &Case, target: &ReceiverTarget, harness: &mut dyn ReceiverHarness) -> Item {
    let started = harness.now_utc_millis();
    let receiver_case = case.receiver();
    let played = match receiver_case.map(|it| (it, target.lacks(it))) {
        None => play::Played::new(Outcome::Skipped { why: "no case for receivers of callbacks".to_owned() }),
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
