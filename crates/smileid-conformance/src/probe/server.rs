//! Scenarios, played against a server.
//!
//! The caller brings the [`ServerHarness`]: a network, a clock and a receiver of callbacks. The binary has real ones;
//! tests have the mock server's core in their hands.

mod drift;
mod endpoint;
mod play;
mod shown;

pub use drift::{Change, Drift};

pub(crate) use play::request::{changed, place, time};
pub(crate) use shown::{masked, request as shown_request};

use std::time::Duration;

use bytes::Bytes;
use smileid_protocol::{auth::Credentials, origin::Origin};

use crate::{
    case::{Case, Need, ServerCase},
    probe::Broken,
    report::{Item, Outcome},
};

/// The environment of scenarios: a network, a clock and a receiver of callbacks.
pub trait ServerHarness {
    /// Sends a request and says what was answered. It has a `Content-Length`, or a `Transfer-Encoding` of chunks.
    ///
    /// # Errors
    ///
    /// When no whole answer came. The error must not show the address, which may be a secret.
    fn send(&mut self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken>;

    /// The current time, in milliseconds since 1970 in UTC.
    fn now_utc_millis(&self) -> i64;

    /// Lets time pass.
    fn pause(&mut self, time: Duration);

    /// The address below which callbacks are received; nothing where the server could not reach it.
    fn receiver(&self) -> Option<String>;

    /// The bodies of the callbacks that have arrived at an address so far, the oldest first.
    fn received(&mut self, address: &str) -> Vec<Bytes>;
}

/// The server that is judged, and who asks it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerTarget {
    /// The origin.
    pub origin: Origin,
    /// The partner.
    pub credentials: Credentials,
    /// `true` for a server with the mock's own routes.
    pub is_mock: bool,
    /// A text that makes the ids of this run new: it consists of letters, digits and `-`.
    pub run: String,
}

impl ServerTarget {
    /// A server without routes of the mock's.
    pub fn new(origin: Origin, credentials: Credentials, run: impl Into<String>) -> Self {
        Self { origin, credentials, is_mock: false, run: run.into() }
    }

    /// The reason why a scenario cannot be played here.
    fn lacks(&self, case: &ServerCase, harness: &dyn ServerHarness) -> Option<&'static str> {
        if case.needs.contains(&Need::Mock) && !self.is_mock {
            Some("the server has none of the mock's own routes below /_mock")
        } else if case.awaits_callbacks() && harness.receiver().is_none() {
            Some("the server cannot reach a receiver of callbacks here")
        } else {
            None
        }
    }
}

/// Plays a scenario, or says why it cannot be played.
pub fn play(case: &Case, target: &ServerTarget, harness: &mut dyn ServerHarness) -> Item {
    let started = harness.now_utc_millis();
    let Some(scenario) = case.scenario() else { return skip(case, "no scenario for servers") };
    if let Some(why) = target.lacks(scenario, harness) {
        return skip(case, why);
    }
    let (outcome, steps) = play::play(case.id(), scenario, target, harness);
    let millis = u64::try_from(harness.now_utc_millis().saturating_sub(started)).unwrap_or_default();
    Item { millis, steps, ..Item::new(case, outcome) }
}

/// The item of a scenario that is not played.
pub fn skip(case: &Case, why: impl Into<String>) -> Item {
    Item::new(case, Outcome::Skipped { why: why.into() })
}
