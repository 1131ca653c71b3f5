//! The calls that ask for a job's status, and their options.

use std::time::Duration;

use smileid_protocol::job::{JobRef, PollOptions};

use crate::{
    config::{Config, Until, Wait},
    error::{Error, Result},
    flow::{Failure, JobState},
    outcome::Outcome,
};

macro_rules! poll_options {
    ($call:ident) => {
        impl<C> $call<C> {
            /// Asks for every result of the job, not the last alone: [`Outcome::status`] has them.
            pub fn history(mut self) -> Self {
                self.poll.history = true;
                self
            }

            /// Asks for links to the images: [`Outcome::status`] has them.
            pub fn image_links(mut self) -> Self {
                self.poll.image_links = true;
                self
            }
        }
    };
}

poll_options!(Status);
poll_options!(WaitForResult);

/// A call that asks for the status of a job once: [`Client::status`](crate::Client::status).
///
/// ```
/// use smileid_client::{Client, Status, WaitForResult};
/// # use smileid_client::protocol::job::JobRef;
///
/// fn calls(client: &Client, ids: &JobRef) -> (Status<Client>, WaitForResult<Client>) {
///     (client.status(ids).history(), client.wait(ids).until_final())
/// }
/// ```
#[must_use = "nothing is sent until it is awaited or sent"]
#[derive(Debug)]
pub struct Status<C> {
    pub(crate) client: C,
    pub(crate) ids: JobRef,
    pub(crate) poll: PollOptions,
}

impl<C> Status<C> {
    pub(crate) fn new(client: C, ids: &JobRef) -> Self {
        Self { client, ids: ids.clone(), poll: PollOptions::default() }
    }
}

/// A call that polls the status of a job until there is a result: [`Client::wait`](crate::Client::wait).
#[must_use = "nothing is sent until it is awaited or sent"]
#[derive(Debug)]
pub struct WaitForResult<C> {
    pub(crate) client: C,
    pub(crate) ids: JobRef,
    pub(crate) poll: PollOptions,
    pub(crate) wait: Wait,
}

impl<C> WaitForResult<C> {
    pub(crate) fn new(client: C, ids: &JobRef, wait: Wait) -> Self {
        Self { client, ids: ids.clone(), poll: PollOptions::default(), wait }
    }

    /// Waits for up to `limit`, the response to the last request included. If it is zero, one request is sent. If
    /// the archive never arrived, the wait fails with [an error](crate::ErrorKind::NoArchive) when its time is over.
    pub fn up_to(mut self, limit: Duration) -> Self {
        self.wait.timeout = limit;
        self
    }

    /// Continues while the result is provisional: until a person has reviewed the job, or the second part has come.
    pub fn until_final(mut self) -> Self {
        self.wait.until = Until::FinalResult;
        self
    }

    /// Continues while the API says that it does not know the job: see [`Wait::of_accepted`].
    pub fn of_accepted(mut self) -> Self {
        self.wait.of_accepted = true;
        self
    }

    /// Waits by another rule than [`Config::wait`](crate::Config::wait).
    pub fn with(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }
}

pub(crate) fn waited(ids: JobRef, state: JobState, config: &Config) -> Result<Outcome> {
    match state {
        JobState::NoArchive(_) => Err(Error::of_question(Failure::NoArchive)),
        state => Ok(Outcome::of_state(ids, state, config)),
    }
}
