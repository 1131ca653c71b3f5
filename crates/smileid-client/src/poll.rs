//! The calls that ask for a job's status, and their options.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use smileid_protocol::job::{JobRef, PollOptions};

use crate::{
    blocking,
    client::Client,
    config::{Until, Wait},
    error::Result,
    flow::{Failure, JobState, NextState},
    outcome::Outcome,
    watch::Watch,
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

/// A call that asks for the status of a job once: [`Client::status`].
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
    client: C,
    ids: JobRef,
    poll: PollOptions,
}

impl<C> Status<C> {
    pub(crate) fn new(client: C, ids: &JobRef) -> Self {
        Self { client, ids: ids.clone(), poll: PollOptions::default() }
    }
}

impl Status<Client> {
    /// Makes the call, as `.await` does.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send(self) -> Boxed<Outcome> {
        Box::pin(async move { self.client.ask(self.ids, self.poll).await })
    }
}

impl Status<blocking::Client> {
    /// Makes the call.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send(self) -> Result<Outcome> {
        self.client.ask(self.ids, self.poll)
    }
}

impl IntoFuture for Status<Client> {
    type Output = Result<Outcome>;
    type IntoFuture = Boxed<Outcome>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// A call that polls the status of a job until there is a result: [`Client::wait`].
#[must_use = "nothing is sent until it is awaited or sent"]
#[derive(Debug)]
pub struct WaitForResult<C> {
    client: C,
    ids: JobRef,
    poll: PollOptions,
    wait: Wait,
}

impl<C> WaitForResult<C> {
    pub(crate) fn new(client: C, ids: &JobRef, wait: Wait) -> Self {
        Self { client, ids: ids.clone(), poll: PollOptions::default(), wait }
    }

    /// Waits for up to `limit`, the response to the last request included. If it is zero, one request is sent.
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

impl WaitForResult<Client> {
    /// Makes the call, as `.await` does.
    ///
    /// # Errors
    ///
    /// If no usable response came, or the API has no archive of the job. A wait that times out is no error: the outcome
    /// is pending.
    pub fn send(self) -> Boxed<Outcome> {
        Box::pin(async move {
            let state = self.client.await_job(&self.ids, self.poll, self.wait).await?;
            waited(self.ids, state)
        })
    }

    /// Yields the states of the job until there is a result or the wait is over.
    pub fn watch(self) -> Watch {
        let next = NextState::new(
            self.client.config().clone(),
            &self.ids,
            self.poll,
            self.wait,
            self.client.transport().seed(),
        );
        Watch::new(self.client, self.ids, next)
    }
}

impl WaitForResult<blocking::Client> {
    /// Makes the call.
    ///
    /// # Errors
    ///
    /// If no usable response came, or the API has no archive of the job. A wait that times out is no error: the outcome
    /// is pending.
    pub fn send(self) -> Result<Outcome> {
        let state = self.client.await_job(&self.ids, self.poll, self.wait)?;
        waited(self.ids, state)
    }

    /// Iterates over the states of the job until there is a result or the wait is over.
    pub fn watch(self) -> impl Iterator<Item = Result<Outcome>> {
        let Self { client, ids, poll, wait } = self;
        let mut next = NextState::new(client.config().clone(), &ids, poll, wait, client.transport().seed());
        let mut is_over = false;
        std::iter::from_fn(move || {
            let state = if is_over { None } else { client.run(&mut next).transpose() };
            is_over = !matches!(state, Some(Ok(_)));
            state.map(|state| Ok(Outcome::of_state(ids.clone(), state?)))
        })
    }
}

impl IntoFuture for WaitForResult<Client> {
    type Output = Result<Outcome>;
    type IntoFuture = Boxed<Outcome>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

fn waited(ids: JobRef, state: JobState) -> Result<Outcome> {
    match state {
        JobState::NoArchive(_) => Err(Failure::NoArchive.into()),
        state => Ok(Outcome::of_state(ids, state)),
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;
