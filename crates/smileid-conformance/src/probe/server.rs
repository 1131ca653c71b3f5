//! Runs scenarios against a server.
//!
//! The caller provides the [`ServerHarness`]: a network, a clock and a receiver of callbacks. The binary uses real
//! ones. Tests call the core of the mock server directly.

mod drift;
mod endpoint;
mod play;
mod redact;

pub use drift::{Change, Drift};

pub(crate) use play::request::{changed, place, time};
pub(crate) use redact::{masked, request as redacted_request};

use std::time::Duration;

use bytes::Bytes;
use smileid_protocol::{auth::Credentials, origin::Origin};

use crate::{
    case::{Case, Need, ServerCase},
    probe::Broken,
    report::{Item, Outcome},
};

/// Environment of scenarios: a network, a clock and a callback receiver.
pub trait ServerHarness {
    /// Sends a request and returns its response. The request has a `Content-Length` or a chunked `Transfer-Encoding`.
    ///
    /// # Errors
    ///
    /// Fails if no complete response arrives. The error must not show the URL, which may be secret.
    fn send(&mut self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken>;

    /// Returns the current time, in milliseconds since 1970 in UTC.
    fn now_utc_millis(&self) -> i64;

    /// Waits for a time.
    fn pause(&mut self, time: Duration);

    /// Returns the base URL of the callback receiver. `None` if the server cannot reach it.
    ///
    /// The receiver responds with 200, but with 503 to the first callback at a URL that ends with [`REFUSING`], and to all
    /// at one that ends with [`REFUSING_ALL`].
    fn receiver(&self) -> Option<String>;

    /// Returns the callbacks that a URL has received, in the order of their arrival.
    fn received(&mut self, address: &str) -> Vec<http::Request<Bytes>>;
}

/// End of the URLs at which the callback receiver refuses the first callback.
pub const REFUSING: &str = "/refuses-once";

/// End of the URLs at which the receiver refuses every callback.
pub const REFUSING_ALL: &str = "/refuses";

/// Server under test, and the credentials to use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerTarget {
    /// Base URL of the server.
    pub origin: Origin,
    /// Credentials of the partner.
    pub credentials: Credentials,
    /// True if the server has the control routes of the mock server.
    pub is_mock: bool,
    /// Text that makes the ids of this run unique. It may contain letters, digits and `-`.
    pub run: String,
}

impl ServerTarget {
    /// Creates a target for a server without the control routes of the mock server.
    pub fn new(origin: Origin, credentials: Credentials, run: impl Into<String>) -> Self {
        Self { origin, credentials, is_mock: false, run: run.into() }
    }

    /// Returns the reason why a scenario cannot run on this server.
    fn lacks(&self, case: &ServerCase, harness: &dyn ServerHarness) -> Option<&'static str> {
        if case.needs.contains(&Need::Mock) && !self.is_mock {
            Some("the server has no admin routes under /_mock")
        } else if case.awaits_callbacks() && harness.receiver().is_none() {
            Some("the server cannot reach a callback receiver on this machine")
        } else {
            None
        }
    }
}

/// Runs a scenario, or skips it with a reason.
pub fn play(case: &Case, target: &ServerTarget, harness: &mut dyn ServerHarness) -> Item {
    let started = harness.now_utc_millis();
    let Some(scenario) = case.scenario() else { return skip(case, "not a scenario for servers") };
    if let Some(why) = target.lacks(scenario, harness) {
        return skip(case, why);
    }
    let (outcome, steps) = play::play(case.id(), scenario, target, harness);
    let millis = u64::try_from(harness.now_utc_millis().saturating_sub(started)).unwrap_or_default();
    Item { millis, steps, ..Item::new(case, outcome) }
}

/// Creates the report item of a skipped scenario.
pub fn skip(case: &Case, why: impl Into<String>) -> Item {
    Item::new(case, Outcome::Skipped { why: why.into() })
}
