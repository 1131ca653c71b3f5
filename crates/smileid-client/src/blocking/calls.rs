//! Methods `send` of the blocking client's calls.

use std::sync::Arc;

use super::Client;
use crate::{
    clock::Now,
    config::Config,
    error::{Error, Result},
    flow::{NextState, Submitted},
    outcome::{Accepted, Outcome},
    poll::{Status, WaitForResult, waited},
    submit::{HasConfig, LookUp, Submit, has_archive, sealed::Sealed, with_retry},
};

impl<Y> Submit<'_, Client, Y> {
    fn run(mut self) -> Result<Submitted> {
        let config = with_retry(self.client.config(), self.retry);
        let result = self.client.drive(config, self.job.submission(), self.options);
        result.and_then(has_archive).map_err(|failure| self.job.failed(failure))
    }
}

impl Submit<'_, Client, Accepted> {
    /// Submits the job and returns once the API has accepted it.
    ///
    /// # Errors
    ///
    /// The step that failed and the cause. A wait that times out is no error: the outcome is pending.
    pub fn send(self) -> Result<Accepted> {
        self.run().map(Accepted::of_submitted)
    }
}

impl Submit<'_, Client, Outcome> {
    /// Submits the job and waits for its result.
    ///
    /// # Errors
    ///
    /// The step that failed and the cause. A wait that times out is no error: the outcome is pending.
    pub fn send(self) -> Result<Outcome> {
        let config = Arc::clone(self.client.config());
        self.run().map(|submitted| Outcome::of_submitted(submitted, &config))
    }
}

impl LookUp<Client> {
    /// Sends the lookup and returns its result.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send(self) -> Result<Outcome> {
        let (client, config, job) = self.into_parts();
        client.look_up(config, job)
    }
}

impl Status<Client> {
    /// Requests the status of the job and returns it.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send(self) -> Result<Outcome> {
        self.client.ask(self.ids, self.poll)
    }
}

impl WaitForResult<Client> {
    /// Polls the status of the job until there is a result.
    ///
    /// # Errors
    ///
    /// If no usable response came, or the API has no archive of the job. A wait that times out is no error: the outcome
    /// is pending.
    pub fn send(self) -> Result<Outcome> {
        let state = self.client.await_job(&self.ids, self.poll, self.wait).map_err(Error::of_question)?;
        waited(self.ids, state, self.client.config())
    }

    /// Iterates over the states of the job until there is a result or the time limit of the wait is reached.
    pub fn watch(self) -> impl Iterator<Item = Result<Outcome>> {
        let Self { client, ids, poll, wait } = self;
        let mut next = NextState::new(client.config().clone(), &ids, poll, wait, client.transport().seed());
        let mut is_over = false;
        std::iter::from_fn(move || {
            let state = if is_over { None } else { client.run(&mut next).transpose() };
            is_over = !matches!(state, Some(Ok(_)));
            state.map(|state| {
                let state = state.map_err(Error::of_question)?;
                Ok(Outcome::of_state(ids.clone(), state, client.config()))
            })
        })
    }
}

impl Sealed for Client {}

impl HasConfig for Client {
    fn config(&self) -> &Arc<Config> {
        self.config()
    }

    fn nonce(&self) -> (Now, [u64; 2]) {
        let transport = self.transport();
        (transport.now(), [transport.seed(), transport.seed()])
    }
}
