//! A Smile ID client over any transport.
//!
//! Every conversation with the API, from a single question to "submit, upload, ask until there is a result", is a
//! [`flow`]: a state machine that says what to send or how long to wait, and is told what came of it. It opens no
//! socket, reads no clock and does not sleep, so the tests of waiting take no time. Two drivers run flows:
//! [`Client`] over a [`Transport`], and [`blocking::Client`] over a [`BlockingTransport`]. The `smileid` crate has
//! transports ready to use.
//!
//! The rules that no flow breaks:
//!
//! - Every request is signed afresh.
//! - Nothing is sent twice that would be done, or billed, twice; see [`Retry`] and [`Submission`].
//! - Every file of a job is read before the first request.
//! - A reply that must be signed and is not, or is signed by another, is an error at once.
//! - An archive goes to https, or to this machine, and nowhere else.
//! - A wait that runs out is a state, not an error: the job goes on, and [`Client::wait`] takes it up again.
//!
//! This project is independent of Smile ID and not affiliated with or endorsed by it.

pub mod blocking;
pub mod callback;
mod client;
mod clock;
mod config;
mod environment;
mod error;
pub mod flow;
mod lookup;
mod retry;
mod submission;
pub mod testing;
mod trace;
mod transport;
mod watch;

pub use client::Client;
pub use clock::Now;
pub use config::{Config, Schedule, Timeouts, Until, Wait};
pub use environment::{Environment, UnknownEnvironment};
pub use error::{Error, Step, SubmitError};
pub use flow::{ConfirmError, JobState, Reply};
pub use lookup::LookupOutcome;
pub use retry::{Budget, Retry};
pub use smileid_protocol as protocol;
pub use submission::{Stage, Submission, Submitted};
pub use transport::{
    BlockingTransport, Body, EndpointName, FilePart, FileReader, Outgoing, Piece, Progress, Transport,
    TransportError, TransportErrorKind, read_files,
};
pub use watch::Watch;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
