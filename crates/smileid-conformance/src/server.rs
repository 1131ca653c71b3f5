//! Scenarios, played against a server.
//!
//! Whoever plays them brings the [`World`]: a network, a clock and a receiver for callbacks. The binary has real ones;
//! tests have the mock server's core in their hands.

mod drift;
mod endpoint;
mod play;
mod report;
mod shown;

pub use drift::{Change, Drift};
pub use report::{Outcome, ScenarioReport, ServerReport, StepReport};

pub(crate) use play::request::{changed, place, time};
pub(crate) use shown::{masked, request as shown_request};

use std::{error::Error, time::Duration};

use bytes::Bytes;
use smileid_protocol::{auth::Credentials, origin::Origin};

use crate::case::{Need, ServerCase};

/// What scenarios are played in.
pub trait World {
    /// Sends a request and says what was answered. It has a `Content-Length`, or a `Transfer-Encoding` of chunks.
    ///
    /// # Errors
    ///
    /// When no whole answer came. The error must not show the address, which may be a secret.
    fn send(&mut self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken>;

    /// What time it is, in milliseconds since 1970 in UTC.
    fn now_utc_millis(&self) -> i64;

    /// Lets time pass.
    fn pause(&mut self, time: Duration);

    /// The address below which callbacks are received; nothing where the server could not reach it.
    fn receiver(&self) -> Option<String>;

    /// The bodies of the callbacks that have arrived at an address so far, the oldest first.
    fn received(&mut self, address: &str) -> Vec<Bytes>;
}

/// Why no answer came.
pub type Broken = Box<dyn Error + Send + Sync>;

/// The server that is judged, and who asks it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Where it is.
    pub origin: Origin,
    /// The partner.
    pub credentials: Credentials,
    /// Whether it has the mock's own routes.
    pub is_mock: bool,
    /// What makes the ids of this run new: a text of letters, digits and `-`.
    pub run: String,
}

impl Target {
    /// A server without routes of the mock's.
    pub fn new(origin: Origin, credentials: Credentials, run: impl Into<String>) -> Self {
        Self { origin, credentials, is_mock: false, run: run.into() }
    }

    /// Why a scenario cannot be played here.
    fn lacks(&self, case: &ServerCase, world: &dyn World) -> Option<&'static str> {
        if case.needs.contains(&Need::Mock) && !self.is_mock {
            Some("the server has none of the mock's own routes below /_mock")
        } else if case.awaits_callbacks() && world.receiver().is_none() {
            Some("the server cannot reach a receiver of callbacks here")
        } else {
            None
        }
    }
}

/// Plays a scenario, or says why it cannot be played.
pub fn play(case: &ServerCase, target: &Target, world: &mut dyn World) -> ScenarioReport {
    let started = world.now_utc_millis();
    if let Some(why) = target.lacks(case, world) {
        return skip(case, why);
    }
    let (outcome, steps) = play::play(case, target, world);
    let millis = u64::try_from(world.now_utc_millis().saturating_sub(started)).unwrap_or_default();
    ScenarioReport { millis, steps, ..of(case, outcome) }
}

/// The report of a scenario that is not played.
pub fn skip(case: &ServerCase, why: impl Into<String>) -> ScenarioReport {
    of(case, Outcome::Skipped { why: why.into() })
}

fn of(case: &ServerCase, outcome: Outcome) -> ScenarioReport {
    ScenarioReport {
        case: case.id.clone(),
        description: case.description.clone(),
        source: case.source.clone(),
        advice: None,
        outcome,
        millis: 0,
        steps: Vec::new(),
        ungraded: Vec::new(),
        run: None,
    }
}
