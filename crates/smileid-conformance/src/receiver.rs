//! Receivers of callbacks, graded by their answers and by what they say they accepted.
//!
//! Whoever grades them brings the [`World`]: a network and a clock. A signature does not cover what a callback says, so a
//! receiver that wants to know has to ask the API about the job; [`Api`] is one that knows the truth about each case.
//!
//! ```
//! use std::time::Duration;
//!
//! use serde_json::json;
//! use smileid_conformance::{
//!     Suite,
//!     case::ReceiverCase,
//!     receiver::{Outgoing, ReceiverReport, State, Target, World, grade, look_again},
//!     server::Broken,
//! };
//! use smileid_protocol::auth::Credentials;
//!
//! /// A receiver in this process that refuses everything.
//! struct Refusing {
//!     now: i64,
//! }
//!
//! impl World for Refusing {
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
//! let target = Target::new("http://127.0.0.1:8090/callback".parse()?, key, "run-1");
//! let suite = Suite::embedded()?;
//! let is_wanted = |case: &&ReceiverCase| ["receiver/document", "receiver/forged"].contains(&&*case.id);
//! let cases: Vec<_> = suite.receiver_cases().filter(is_wanted).collect();
//! let mut world = Refusing { now: 1_700_000_000_000 };
//! let mut items: Vec<_> = cases.iter().map(|case| grade(case, &target, &mut world)).collect();
//! look_again(&cases, &target, &mut world, &mut items);
//! let report = ReceiverReport::new("mine", items);
//! assert_eq!((report.passed, report.failed), (1, 1), "{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api;
mod plan;
mod play;
mod report;
mod state;

pub use api::Api;
pub use play::look_again;
pub use report::ReceiverReport;
pub use state::{NotAState, State};

pub(crate) use plan::rehearse;

use std::time::Duration;

use bytes::Bytes;
use smileid_protocol::auth::Credentials;

use crate::{
    case::{Pace, ReceiverCase, ReceiverNeed},
    package::sha256,
    server::{Broken, Outcome, ScenarioReport},
};

/// What callbacks are sent in.
pub trait World {
    /// Sends these at once, each on a connection of its own, and says with which status each was answered.
    ///
    /// An error means that no answer came.
    fn deliver(&mut self, at_once: &[Outgoing]) -> Vec<Result<http::StatusCode, Broken>>;

    /// What the receiver says of the jobs that it knows.
    ///
    /// # Errors
    ///
    /// When it does not say, or what it says is no state.
    fn state(&mut self) -> Result<State, Broken>;

    /// What time it is, in milliseconds since 1970 in UTC. No two answers are the same, nor are those of two worlds: two
    /// callbacks of one millisecond would be signed alike.
    fn now_utc_millis(&mut self) -> i64;

    /// Lets time pass.
    fn pause(&mut self, time: Duration);

    /// How often the receiver has asked the [`Api`] about a job.
    fn asked(&self, job_id: &str) -> usize;
}

/// A callback that is sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outgoing {
    /// The request, without a `Content-Length`.
    pub request: http::Request<Bytes>,
    /// How its body travels.
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
pub struct Target {
    /// Where callbacks go.
    pub url: http::Uri,
    /// The partner whose callbacks they are.
    pub credentials: Credentials,
    /// What makes the ids of this run new: a text of letters, digits and `-`.
    pub run: String,
    /// Whether it says what it accepted.
    pub has_state: bool,
    /// Whether it was given the address of an API that it can ask.
    pub has_api: bool,
    /// How long it may take until what it accepted can be seen, and is so for good.
    pub settle: Duration,
}

impl Target {
    /// A receiver that says what it accepted, and has no API to ask.
    pub fn new(url: http::Uri, credentials: Credentials, run: impl Into<String>) -> Self {
        let settle = Duration::from_secs(2);
        Self { url, credentials, run: run.into(), has_state: true, has_api: false, settle }
    }

    /// What the ids of a case end in, in this run: `job-{run}` is its job. They tell the receiver nothing of the case.
    pub fn run_of(&self, case: &ReceiverCase) -> String {
        let mut run = sha256(format!("{} {}", self.run, case.id).as_bytes());
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
pub fn grade(case: &ReceiverCase, target: &Target, world: &mut dyn World) -> ScenarioReport {
    let started = world.now_utc_millis();
    let played = match target.lacks(case) {
        Some(why) => play::Played::new(Outcome::Skipped { why: why.to_owned() }),
        None => play::play(case, target, world),
    };
    let millis = u64::try_from(world.now_utc_millis().saturating_sub(started)).unwrap_or_default();
    ScenarioReport {
        case: case.id.clone(),
        description: case.description.clone(),
        source: case.source.clone(),
        advice: Some(case.advice.clone()),
        outcome: played.outcome,
        millis,
        steps: played.steps,
        ungraded: played.ungraded,
        run: Some(target.run_of(case)),
    }
}
