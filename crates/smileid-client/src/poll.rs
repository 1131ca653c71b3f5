//! Calls that request the status of a job, and their options.

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
            /// Requests all results of the job, not only the last one: see [`Outcome::status`].
            pub fn history(mut self) -> Self {
                self.poll.history = true;
                self
            }

            /// Requests links to the images of the job: see [`Outcome::status`].
            pub fn image_links(mut self) -> Self {
                self.poll.image_links = true;
                self
            }
        }
    };
}

poll_options!(Status);
poll_options!(WaitForResult);

/// Call that requests the status of a job once: [`Client::status`](crate::Client::status).
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

/// Call that polls the status of a job until there is a result: [`Client::wait`](crate::Client::wait).
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

    /// Sets the time limit of the wait, including the response to the last request. If it is zero, one request is sent. If the
    /// archive never arrived, the wait ends with [an error](crate::ErrorKind::NoArchive) when the time is over.
    pub fn up_to(mut self, limit: Duration) -> Self {
        self.wait.timeout = limit;
        self
    }

    /// Continues while the result is provisional: until a person has reviewed the job, or the result of its second part has come.
    pub fn until_final(mut self) -> Self {
        self.wait.until = Until::FinalResult;
        self
    }

    /// Continues while the API says that it does not know the job: see [`Wait::of_accepted`].
    pub fn of_accepted(mut self) -> Self {
        self.wait.of_accepted = true;
        self
    }

    /// Sets the options of the wait, instead of [`Config::wait`](crate::Config::wait).
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
