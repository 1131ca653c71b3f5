//! Retry rule and retry budget.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// Rule for repeating a failed request: number of attempts, pauses and budget.
///
/// A request is sent again if it certainly never left, or if no usable response came and a second request has no
/// further effect. A refusal is a response. Before each attempt there is a pause of a random length ("full jitter"), so
/// that clients that failed together do not return together. The server's `Retry-After` is respected.
/// [`Config`](crate::Config) has an example.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Retry {
    /// Maximum number of attempts, including the first. Three by default.
    pub attempts: u32,
    /// Maximum length of the first pause. Each further pause can be twice as long. Half a second by default.
    pub initial_backoff: Duration,
    /// Maximum length of any pause. Twenty seconds by default.
    pub max_backoff: Duration,
    /// Longest `Retry-After` of a server that is respected. One minute by default.
    pub max_retry_after: Duration,
    /// Retry budget for all attempts after the first, shared by all calls of a client and its clones.
    pub budget: Budget,
}

impl Retry {
    /// Creates a rule that sends every request only once.
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// Creates a rule with at most `attempts` attempts, including the first.
    pub fn up_to(attempts: u32) -> Self {
        Self { attempts, ..Self::default() }
    }

    /// Returns the maximum length of the pause before attempt `made + 1`.
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

/// Retry budget: a number of tokens that repeated attempts use up and successes return. Clones share the budget.
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
    /// Creates a full budget of `capacity` tokens. The default has 500: enough for a hundred attempts in a row.
    pub fn new(capacity: u32) -> Self {
        Self(Arc::new(Bucket { tokens: AtomicU32::new(capacity), capacity }))
    }

    /// Returns the number of tokens that are left.
    pub fn left(&self) -> u32 {
        self.0.tokens.load(Ordering::Relaxed)
    }

    /// Takes `cost` tokens from the budget. Returns false if there are fewer.
    pub(crate) fn take(&self, cost: u32) -> bool {
        let taken = |tokens: u32| tokens.checked_sub(cost);
        self.0.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Returns tokens to the budget, up to its capacity.
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
