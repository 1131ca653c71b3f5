//! Methods `send`, and `.await`, of the asynchronous client's calls.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    sync::Arc,
};

use super::Client;
use crate::{
    clock::Now,
    config::Config,
    error::{Error, Result},
    flow::{NextState, Submitted},
    outcome::{Accepted, Outcome},
    poll::{Status, WaitForResult, waited},
    submit::{HasConfig, LookUp, Submit, has_archive, sealed::Sealed, with_retry},
    watch::Watch,
};

type Boxed<'s, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 's>>;

impl<Y> Submit<'_, Client, Y> {
    async fn run(mut self) -> Result<Submitted> {
        let config = with_retry(self.client.config(), self.retry);
        let result = self.client.drive(config, self.job.submission(), self.options).await;
        result.and_then(has_archive).map_err(|failure| self.job.failed(failure))
    }
}

impl<'s> Submit<'s, Client, Accepted> {
    /// Submits the job and returns once the API has accepted it, as `.await` does.
    ///
    /// # Errors
    ///
    /// The step that failed and the cause. A wait that times out is no error: the outcome is pending.
    pub fn send(self) -> Boxed<'s, Accepted> {
        Box::pin(async move { self.run().await.map(Accepted::of_submitted) })
    }
}

impl<'s> Submit<'s, Client, Outcome> {
    /// Submits the job and waits for its result, as `.await` does.
    ///
    /// # Errors
    ///
    /// The step that failed and the cause. A wait that times out is no error: the outcome is pending.
    pub fn send(self) -> Boxed<'s, Outcome> {
        Box::pin(async move {
            let config = Arc::clone(self.client.config());
            self.run().await.map(|submitted| Outcome::of_submitted(submitted, &config))
        })
    }
}

impl LookUp<Client> {
    /// Sends the lookup and returns its result, as `.await` does.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send(self) -> Boxed<'static, Outcome> {
        let (client, config, job) = self.into_parts();
        Box::pin(async move { client.look_up(config, job).await })
    }
}

impl Status<Client> {
    /// Requests the status of the job and returns it, as `.await` does.
    ///
    /// # Errors
    ///
    /// If no usable response came.
    pub fn send(self) -> Boxed<'static, Outcome> {
        Box::pin(async move { self.client.ask(self.ids, self.poll).await })
    }
}

impl WaitForResult<Client> {
    /// Polls the status of the job until there is a result, as `.await` does.
    ///
    /// # Errors
    ///
    /// If no usable response came, or the API has no archive of the job. A wait that times out is no error: the outcome
    /// is pending.
    pub fn send(self) -> Boxed<'static, Outcome> {
        Box::pin(async move {
            let state =
                self.client.await_job(&self.ids, self.poll, self.wait).await.map_err(Error::of_question)?;
            waited(self.ids, state, self.client.config())
        })
    }

    /// Returns a stream of the states of the job, until there is a result or the time limit of the wait is reached.
    pub fn watch(self) -> Watch {
        let Self { client, ids, poll, wait } = self;
        let next = NextState::new(client.config().clone(), &ids, poll, wait, client.transport().seed());
        Watch::new(client, ids, next)
    }
}

macro_rules! awaited {
    ($($call:ty => $output:ty,)*) => {$(
        impl<'s> IntoFuture for $call {
            type Output = Result<$output>;
            type IntoFuture = Boxed<'s, $output>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
    )*};
}

awaited! {
    Submit<'s, Client, Accepted> => Accepted,
    Submit<'s, Client, Outcome> => Outcome,
}

macro_rules! awaited_owned {
    ($($call:ty,)*) => {$(
        impl IntoFuture for $call {
            type Output = Result<Outcome>;
            type IntoFuture = Boxed<'static, Outcome>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
    )*};
}

awaited_owned! {
    LookUp<Client>,
    Status<Client>,
    WaitForResult<Client>,
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
