//! Flows: state machines for sequences of requests to the API, without I/O.
//!
//! A flow receives events and returns the next action; see [`Flow`]. [`Exchange`] is one request and its response.
//! [`NextState`] waits for the next status request and sends it, [`AwaitJob`] polls until there is a result, and
//! [`SubmitJob`] announces, uploads and, if wanted, awaits.
//!
//! A program with its own event loop drives a flow as the clients do:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use smileid_client::{
//!     Config, Environment, Now, Wait, flow::{Action, AwaitJob, Event, Flow as _, JobState},
//! };
//! # use smileid_client::protocol::{auth::Credentials, job::{PollOptions, JobRef}};
//!
//! # let config = Config::new(Credentials::new("085", "key")?, &Environment::sandbox());
//! let mut now = Now { wall: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000), monotonic: Duration::ZERO };
//! let ids = JobRef::new("user-1", "job-1")?;
//! let mut flow = AwaitJob::new(config.clone(), &ids, PollOptions::default(), Wait::up_to(Duration::from_secs(120)), 7);
//! let mut event = Event::Start;
//! let state = loop {
//!     event = match flow.on(event, now) {
//!         Action::Wait(duration) => {
//!             now.monotonic += duration; // no time passes in a test
//!             Event::Elapsed
//!         }
//!         Action::Send(outgoing) => {
//!             assert_eq!(outgoing.request.uri().path(), "/v1/job_status");
//!             # let reply = r#"{"job_complete": false}"#;
//!             # use smileid_client::protocol::{auth::{AuthScheme as _, SignedReply}, timestamp::Timestamp};
//!             # let seal = SignedReply::prove(&config.credentials, &Timestamp::from(now.wall + Duration::from_millis(1)));
//!             # let reply = format!(
//!             #     r#"{{"job_complete": false, "timestamp": "{}", "signature": "{}"}}"#,
//!             #     seal.timestamp, seal.signature.as_str()
//!             # );
//!             Event::Response(http::Response::new(reply.into()))
//!         }
//!         Action::Done(result) => break result?,
//!         _ => unreachable!("there are no others yet"),
//!     };
//! };
//! assert!(matches!(state, JobState::Pending(Some(_)))); // two minutes later
//! assert!(now.monotonic >= Duration::from_secs(119)); // a second is left for the last answer
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attempts;
mod await_job;
mod confirm;
mod exchange;
mod failure;
mod limits;
pub(crate) mod look_up;
mod next_state;
mod ownership;
mod submit_job;
mod submit_lookup;
mod submitted;

pub(crate) use attempts::{AfterFailure, Attempts};
pub use await_job::AwaitJob;
pub(crate) use confirm::first;
pub use confirm::{ConfirmError, ConfirmResult};
pub use exchange::{Exchange, Reply};
pub use failure::{Failure, Step, SubmitFailure};
pub use next_state::{JobState, NextState};
pub(crate) use next_state::{about, status_request};
pub use submit_job::SubmitJob;
pub(crate) use submit_lookup::SubmitLookup;
pub use submitted::{SubmitOptions, Submitted};

use std::time::Duration;

use bytes::Bytes;

pub use crate::v3::tokens::Waiting;
use crate::{
    clock::Now,
    transport::{Outgoing, TransportError},
};

/// Flow: a state machine for a call that may need several requests. It begins with [`Event::Start`] and ends with
/// [`Action::Done`].
pub trait Flow {
    /// Result of the flow if it succeeds.
    type Output;
    /// Error of the flow if it fails.
    type Error;

    /// Takes an event and returns the next action.
    fn on(&mut self, event: Event, now: Now) -> Action<Self::Output, Self::Error>;
}

impl<F: Flow + ?Sized> Flow for &mut F {
    type Output = F::Output;
    type Error = F::Error;

    fn on(&mut self, event: Event, now: Now) -> Action<Self::Output, Self::Error> {
        F::on(self, event, now)
    }
}

impl<F: Flow + ?Sized> Flow for Box<F> {
    type Output = F::Output;
    type Error = F::Error;

    fn on(&mut self, event: Event, now: Now) -> Action<Self::Output, Self::Error> {
        F::on(self, event, now)
    }
}

/// Action that a flow asks its driver (the client) to take.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and it is taken apart at once")]
pub enum Action<T, E> {
    /// Send this request, and pass its outcome to the flow as an event.
    Send(Outgoing),
    /// Wait for this time, and pass [`Event::Elapsed`] to the flow.
    Wait(Duration),
    /// Wait until another call has obtained the shared V3 token, but at most for this time, and pass [`Event::Elapsed`] to the
    /// flow.
    WaitForToken(Waiting, Duration),
    /// The flow has ended with this result.
    Done(Result<T, E>),
}

impl<T, E> Action<T, E> {
    /// Returns the result if the flow has ended. Otherwise returns its action as an action of the enclosing flow.
    #[expect(clippy::result_large_err, reason = "what to do is no error, and it is taken apart at once")]
    pub(crate) fn ended<U, V>(self) -> Result<Result<T, E>, Action<U, V>> {
        match self {
            Self::Done(result) => Ok(result),
            Self::Send(outgoing) => Err(Action::Send(outgoing)),
            Self::Wait(duration) => Err(Action::Wait(duration)),
            Self::WaitForToken(waiting, limit) => Err(Action::WaitForToken(waiting, limit)),
        }
    }
}

/// Event that is passed to a flow: its start, or the outcome of its last action.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The flow starts.
    Start,
    /// A response came, with any HTTP status.
    Response(http::Response<Bytes>),
    /// No response came.
    Failed(TransportError),
    /// The waiting time is over.
    Elapsed,
}

impl From<Result<http::Response<Bytes>, TransportError>> for Event {
    fn from(outcome: Result<http::Response<Bytes>, TransportError>) -> Self {
        outcome.map_or_else(Self::Failed, Self::Response)
    }
}
