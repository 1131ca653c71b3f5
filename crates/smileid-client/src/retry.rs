//! Retry rule and retry budget.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// Rule for sending a request again.
///
/// A request is sent again if it certainly never left, or if no usable response came and a second request has no
/// further effect. A refusal is a response. Before each attempt there is a pause of a random length ("full jitter"), so
/// that clients that failed together do not return together. The server's `Retry-After` is respected.
/// [`Config`](crate::Config) has an example.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Retry {
    /// Limit of attempts, the first included. Three by default.
    pub attempts: u32,
    /// Limit of the first pause; each further pause may be twice as long. Half a second by default.
    pub initial_backoff: Duration,
    /// Limit of every pause. Twenty seconds by default.
    pub max_backoff: Duration,
    /// Longest `Retry-After` of a server that is respected. A minute by default.
    pub max_retry_after: Duration,
    /// Budget for attempts after the first, shared by all calls of a client and of its clones.
    pub budget: Budget,
}

impl Retry {
    /// Creates a rule that sends every request once.
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// Creates a rule of up to `attempts` attempts, the first included.
    pub fn up_to(attempts: u32) -> Self {
        Self { attempts, ..Self::default() }
    }

    /// Returns the limit of the pause before attempt `made + 1`.
    pub(crate) fn ceiling(&self, made: u32) -> Duration {
        let factor = 1_u32.checked_shl(made.saturating_sub(1)).unwrap_or(u32::MAX);
        self.initial_backoff.saturating_mul(factor).min(self.max_backoff)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            budget: Budget::default(),
        }
    }
}

/// Budget for attempts after the first: a bucket of tokens. Clones share it.
///
/// While the API is down, attempts after the first only add to its load. Each costs five tokens, or ten after a
/// timeout, and returns them if it succeeds; a success at the first attempt adds one. (The figures are those of the AWS
/// SDKs' standard mode.) [`Config`](crate::Config) has an example.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Bucket>);

#[derive(Debug)]
struct Bucket {
    tokens: AtomicU32,
    capacity: u32,
}

impl Budget {
    /// Creates a full bucket of `capacity` tokens. The default has 500: enough for a hundred attempts in a row.
    pub fn new(capacity: u32) -> Self {
        Self(Arc::new(Bucket { tokens: AtomicU32::new(capacity), capacity }))
    }

    /// Returns the number of tokens left.
    pub fn left(&self) -> u32 {
        self.0.tokens.load(Ordering::Relaxed)
    }

    /// Takes `cost` tokens and returns true, unless there are fewer.
    pub(crate) fn take(&self, cost: u32) -> bool {
        let taken = |tokens: u32| tokens.checked_sub(cost);
        self.0.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Adds tokens, up to the capacity of the bucket.
    pub(crate) fn put(&self, tokens: u32) {
        let filled = |left: u32| Some(left.saturating_add(tokens).min(self.0.capacity));
        let _always = self.0.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, filled);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(500)
    }
}

pub(crate) const COST: u32 = 5;
pub(crate) const COST_OF_TIMEOUT: u32 = 10;
pub(crate) const GIFT: u32 = 1;
