//! Stream of the states of a job.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use crate::{
    client::Client,
    error::Error,
    flow::{JobState, NextState},
    transport::Transport,
};

/// Stream of the states of a job, returned by [`Client::watch`].
///
/// ```
/// use std::time::Duration;
///
/// use smileid_client::{Client, Error, JobState, Transport, Wait, Watch};
/// # use smileid_client::protocol::job::{PollOptions, JobRef};
///
/// async fn show<T: Transport>(client: &Client<T>, ids: &JobRef) -> Result<(), Error> {
///     let mut states: Watch<'_, T> = client.watch(ids, PollOptions::default(), Wait::up_to(Duration::from_secs(60)));
///     while let Some(state) = states.next().await {
///         match state? {
///             JobState::Complete(reply) => println!("{:?}", reply.value.verdict().decision),
///             _ => println!("not yet"),
///         }
///     }
///     Ok(())
/// }
/// ```
///
/// It is a [`Stream`]; [`Watch::next`] works without that trait. It ends after a result, after an error, and when the
/// wait is over.
pub struct Watch<'c, T> {
    client: &'c Client<T>,
    state: State<'c>,
}

enum State<'c> {
    Ready(Box<NextState<'c>>),
    Busy(Pin<Box<dyn Future<Output = Answered<'c>> + Send + 'c>>),
    Over,
}

/// Outcome of a request, and the flow to continue with.
type Answered<'c> = (Box<NextState<'c>>, Result<Option<JobState>, Error>);

impl<'c, T: Transport> Watch<'c, T> {
    pub(crate) fn new(client: &'c Client<T>, next: NextState<'c>) -> Self {
        Self { client, state: State::Ready(Box::new(next)) }
    }

    /// Waits for the next state. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<JobState, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: Transport> Stream for Watch<'_, T> {
    type Item = Result<JobState, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let client = self.client;
        let mut busy = match std::mem::replace(&mut self.state, State::Over) {
            State::Over => return Poll::Ready(None),
            State::Busy(busy) => busy,
            State::Ready(mut next) => Box::pin(async move {
                let result = client.run(&mut next).await;
                (next, result)
            }),
        };
        match busy.as_mut().poll(context) {
            Poll::Pending => {
                self.state = State::Busy(busy);
                Poll::Pending
            }
            Poll::Ready((next, result)) => {
                let item = result.transpose();
                if matches!(item, Some(Ok(_))) {
                    self.state = State::Ready(next);
                }
                Poll::Ready(item)
            }
        }
    }
}

impl<T> fmt::Debug for Watch<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
