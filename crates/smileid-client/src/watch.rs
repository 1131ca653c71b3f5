//! Stream of the states of a job.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use smileid_protocol::job::JobRef;
use tracing::Instrument as _;

use crate::{
    client::Client,
    error::{Error, Result},
    flow::{Failure, JobState, NextState},
    outcome::Outcome,
    trace,
};

/// Stream of the states of a job, created by `client.wait(&ids).watch()`.
///
/// ```
/// use std::time::Duration;
///
/// use smileid_client::{Client, Result, Watch};
/// # use smileid_client::protocol::job::JobRef;
///
/// async fn show(client: &Client, ids: &JobRef) -> Result<()> {
///     let mut states: Watch = client.wait(ids).up_to(Duration::from_secs(60)).watch();
///     while let Some(outcome) = states.next().await {
///         println!("{}", outcome?.decision().word()); // pending, pending, approved
///     }
///     Ok(())
/// }
/// ```
///
/// It is a [`Stream`]; [`Watch::next`] works without that trait. It ends after a result, after an error, and when the
/// wait is over. It borrows nothing, so it can be the body of a response.
pub struct Watch {
    client: Client,
    ids: JobRef,
    state: State,
}

enum State {
    Ready(Box<NextState>),
    Busy(Pin<Box<dyn Future<Output = Answered> + Send>>),
    Over,
}

/// Outcome of a status request, and the flow to continue with.
type Answered = (Box<NextState>, Result<Option<JobState>, Failure>);

impl Watch {
    pub(crate) fn new(client: Client, ids: JobRef, next: NextState) -> Self {
        Self { client, ids, state: State::Ready(Box::new(next)) }
    }

    /// Waits for the next state of the job. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Outcome>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for Watch {
    type Item = Result<Outcome>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut busy = match std::mem::replace(&mut self.state, State::Over) {
            State::Over => return Poll::Ready(None),
            State::Busy(busy) => busy,
            State::Ready(mut next) => {
                let client = self.client.clone();
                let span = trace::call("watch", Some(&self.ids));
                Box::pin(async move {
                    let result = client.run(&mut next).instrument(span).await;
                    (next, result)
                })
            }
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
                Poll::Ready(item.map(|state| {
                    let state = state.map_err(Error::of_question)?;
                    Ok(Outcome::of_state(self.ids.clone(), state, self.client.config()))
                }))
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("ids", &self.ids).finish_non_exhaustive()
    }
}
