//! Conversations with the API, without I/O.
//!
//! A flow is told what happened and answers what to do next; see [`Flow`]. [`Exchange`] is one question and its
//! answer, [`AwaitJob`] asks until there is a result, [`SubmitJob`] announces, uploads and, if wanted, awaits.

mod await_job;
mod exchange;
pub(crate) mod look_up;
mod submit_job;

pub use await_job::{AwaitJob, JobState};
pub(crate) use await_job::{about, status_request};
pub use exchange::{Exchange, Reply};
pub use submit_job::{Submission, SubmitJob};

use std::time::Duration;

use bytes::Bytes;

use crate::{
    clock::Now,
    transport::{Outgoing, TransportError},
};

/// A conversation. It begins with [`Event::Start`] and ends with [`Action::Done`].
pub trait Flow {
    /// What it ends with.
    type Output;
    /// How it fails.
    type Error;

    /// Takes in what happened and says what to do next.
    fn on(&mut self, event: Event, now: Now) -> Action<Self::Output, Self::Error>;
}

/// What to do next.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and it is taken apart at once")]
pub enum Action<T, E> {
    /// Send this and say what came of it.
    Send(Outgoing),
    /// Wait this long and say [`Event::Elapsed`].
    Wait(Duration),
    /// The conversation is over.
    Done(Result<T, E>),
}

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The conversation begins.
    Start,
    /// An answer came, whatever its status.
    Response(http::Response<Bytes>),
    /// No answer came.
    Failed(TransportError),
    /// The wait is over.
    Elapsed,
}
