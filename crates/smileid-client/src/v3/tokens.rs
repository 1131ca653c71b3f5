//! Access token that all reading V3 requests of a client share.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::{Pin, pin},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use smileid_protocol::auth::{Secret, Token};

use crate::{clock::Now, config::Config, flow::Failure};

/// Shared access token of a client and its clones. One of them at a time requests a new token, and the others wait for it.
///
/// It is not used for jobs: each job has a separate token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    /// Number of token requests that were started.
    round: u64,
    is_fetching: bool,
    /// Last failure, and the number of the token request that failed.
    failed: Option<(u64, Failure)>,
    wakers: Vec<Waker>,
}

#[derive(Debug)]
struct Held {
    token: Token,
    /// Time from which the token is not used any more, on the monotonic clock.
    until: Duration,
}

/// Next step of a flow that needs the access token.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Use this access token.
    Token(Token),
    /// Request an access token.
    Fetch(Fetching),
    /// Wait for the caller that is requesting an access token.
    Wait(Waiting),
    /// This flow waited for the token request of another flow, and that request failed.
    Failed(Failure),
}

/// Remaining lifetime below which an access token is not used any more, as in the official SDKs.
const MARGIN: Duration = Duration::from_secs(60);

impl Tokens {
    /// Returns the next step of a flow. `waited` is the number of the token request that the flow waited for, if any.
    pub(crate) fn turn(&self, waited: Option<u64>, now: Now) -> Turn {
        let mut state = self.0.state();
        if let Some(held) = &state.held
            && now.monotonic < held.until
        {
            return Turn::Token(held.token.clone());
        }
        state.held = None;
        if let (Some(waited), Some((round, failure))) = (waited, &state.failed)
            && waited == *round
            && let Some(failure) = failure.shared()
        {
            return Turn::Failed(failure);
        }
        if state.is_fetching {
            return Turn::Wait(Waiting { shared: Arc::clone(&self.0), round: state.round });
        }
        state.round += 1;
        state.is_fetching = true;
        Turn::Fetch(Fetching { shared: Arc::clone(&self.0), is_over: false })
    }

    /// Returns the token store for a changed configuration: the same one, unless partner or API differ.
    pub(crate) fn of(&self, old: &Config, new: &Config) -> Self {
        let id = |config: &Config| config.credentials.partner_id().clone();
        let key = |config: &Config| Secret::from(config.credentials.api_key().expose());
        let is_same = key(old) == key(new) && id(old) == id(new) && old.origin == new.origin;
        if is_same { self.clone() } else { Self::default() }
    }

    /// Discards the access token that the API refused, unless a new one has replaced it.
    pub(crate) fn refused(&self, token: &Token) {
        let mut state = self.0.state();
        if state.held.as_ref().is_some_and(|held| held.token == *token) {
            state.held = None;
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the token request, and wakes the flows that wait for it.
    fn end(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        state.is_fetching = false;
        change(&mut state);
        let wakers = mem::take(&mut state.wakers);
        drop(state);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// Permission to request an access token, held by one caller at a time. Dropping it gives the permission to another caller.
#[derive(Debug)]
pub(crate) struct Fetching {
    shared: Arc<Shared>,
    is_over: bool,
}

impl Fetching {
    /// Shares an access token with the other callers. Its time of issue is in milliseconds since 1970 on the API's clock. `end`
    /// is its expiry in seconds since 1970. A token without expiry is used only once, by this caller.
    pub(crate) fn fetched(mut self, token: &Token, end: Option<i64>, at_utc_millis: i64, now: Now) {
        self.is_over = true;
        let left = end.map(|seconds| {
            let millis = seconds.saturating_mul(1000).saturating_sub(at_utc_millis);
            Duration::from_millis(u64::try_from(millis).unwrap_or(0)).saturating_sub(MARGIN)
        });
        let until = left.map(|left| now.monotonic.saturating_add(left));
        let held = until.map(|until| Held { token: token.clone(), until });
        self.shared.end(|state| (state.held, state.failed) = (held, None));
    }

    /// Ends the waits for the access token with the error of the token request.
    pub(crate) fn failed(mut self, failure: &Failure) {
        self.is_over = true;
        let failure = failure.shared();
        self.shared.end(|state| state.failed = failure.map(|failure| (state.round, failure)));
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        if !self.is_over {
            self.shared.end(|_| {});
        }
    }
}

/// Wait for an access token that another caller requests: a future, and for blocking drivers [`block`](Waiting::block).
#[derive(Debug)]
#[must_use = "it does nothing unless it is awaited or blocks"]
pub struct Waiting {
    shared: Arc<Shared>,
    round: u64,
}

impl Waiting {
    /// Blocks the thread until the other token request has ended, for at most `limit`.
    pub fn block(&self, limit: Duration) {
        let is_waiting = |state: &mut State| self.is_waiting(state);
        drop(self.shared.changed.wait_timeout_while(self.shared.state(), limit, is_waiting));
    }

    /// Waits until the other token request or the sleep has ended.
    pub(crate) async fn for_at_most(mut self, sleep: impl Future<Output = ()>) {
        let mut sleep = pin!(sleep);
        poll_fn(|context| match Pin::new(&mut self).poll(context) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => sleep.as_mut().poll(context),
        })
        .await;
    }

    pub(crate) fn round(&self) -> u64 {
        self.round
    }

    fn is_waiting(&self, state: &State) -> bool {
        state.is_fetching && state.round == self.round
    }
}

impl Future for Waiting {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.shared.state();
        if !self.is_waiting(&state) {
            return Poll::Ready(());
        }
        if !state.wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            state.wakers.push(context.waker().clone());
        }
        Poll::Pending
    }
}
