//! A Smile ID client that works with any HTTP library.
//!
//! Every conversation with the API, from a single request to "submit, upload, poll until there is a result", is a
//! [`flow`]. A flow is a state machine: it returns the next action (send or wait), and receives the outcome. It opens
//! no socket, reads no clock and does not sleep, so tests of waiting take no time. Two drivers run flows: [`Client`]
//! over a [`Transport`], and [`blocking::Client`] over a [`BlockingTransport`]. The `smileid` crate has transports
//! ready to use.
//!
//! All flows keep these rules:
//!
//! - Every request is signed afresh.
//! - No request is sent twice that would take effect, or be billed, twice; see [`Retry`] and [`Submission`].
//! - Every file of a job is read before the first request.
//! - A response that must be signed and is not, or is signed with another key, is an error at once.
//! - An archive is sent only to https, or to this computer.
//! - A [V3 job](v3) is sent once. A token and the API key go to the API's own host.
//! - A wait that times out is a state, not an error: the job continues, and [`Client::wait`] resumes waiting.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

mod attempt;
mod block_on;
pub mod blocking;
pub mod callback;
mod client;
mod clock;
mod config;
mod endpoints;
mod environment;
mod error;
pub mod flow;
mod outcome;
mod poll;
mod retry;
pub mod store;
mod submission;
mod submit;
pub mod testing;
mod trace;
mod transport;
pub mod v3;
mod watch;

pub use attempt::{Attempt, OnAttempt, RateLimit};
pub use client::Client;
pub use clock::Now;
pub use config::{Config, Schedule, Timeouts, Until, Wait};
pub use environment::{Environment, UnknownEnvironment};
pub use error::{Error, ErrorKind, Result};
pub use flow::{Reply, Step};
pub use outcome::{Accepted, Outcome};
pub use poll::{Status, WaitForResult};
pub use retry::{Budget, Retry};
pub use smileid_protocol as protocol;
pub use submission::{Stage, Submission};
pub use submit::{LookUp, NeedsWaitOrCallback, Submit, Submittable};
pub use transport::{
    BlockingTransport, Body, EndpointName, FilePart, FileReader, Outgoing, Piece, Progress, Transport,
    TransportError, TransportErrorKind, measure_file, read_files,
};
pub use watch::Watch;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
