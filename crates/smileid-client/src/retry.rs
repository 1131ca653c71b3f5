//! When a request is sent again, and how often.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// When a request is sent again, and how often.
///
/// A request is sent again when it certainly never left, whatever it is, and when nothing usable came back of one that
/// does no more when it is sent twice. An answer that says no is an answer. Before each attempt there is a pause of a
/// random length ("full jitter"), so that clients that failed together do not come back together; a server that names a
/// time to come back at (`Retry-After`) is obeyed. [`Config`](crate::Config) has an example.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Retry {
    /// How often a request is sent at most, the first time included. Three by default.
    pub attempts: u32,
    /// The longest the first pause may be; each further one may be twice as long. Half a second by default.
    pub first: Duration,
    /// The longest any pause may be. Twenty seconds by default.
    pub longest: Duration,
    /// How much of a server's `Retry-After` is obeyed. A minute by default.
    pub longest_asked_for: Duration,
    /// What all calls of a client, and of its clones, may spend on attempts after the first.
    pub budget: Budget,
}

impl Retry {
    /// Everything is sent once.
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// Up to `attempts` times, the first included.
    pub fn up_to(attempts: u32) -> Self {
        Self { attempts, ..Self::default() }
    }

    /// The longest that the pause before attempt `made + 1` may be.
    pub(crate) fn ceiling(&self, made: u32) -> Duration {
        let factor = 1_u32.checked_shl(made.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(20),
            longest_asked_for: Duration::from_secs(60),
            budget: Budget::default(),
        }
    }
}

/// What may be spent on attempts after the first: a bucket of tokens. Clones share it.
///
/// While the API is down, attempts beyond the first only add to its load. Each costs five tokens, ten when time ran out,
/// and gives them back when it succeeds; a success at the first attempt gives one. (The figures are those of the AWS
/// SDKs' standard mode.) [`Config`](crate::Config) has an example.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Bucket>);

#[derive(Debug)]
struct Bucket {
    tokens: AtomicU32,
    capacity: u32,
}

impl Budget {
    /// A full bucket of `capacity` tokens. The default has 500: room for a hundred attempts in a row.
    pub fn new(capacity: u32) -> Self {
        Self(Arc::new(Bucket { tokens: AtomicU32::new(capacity), capacity }))
    }

    /// How many tokens are left.
    pub fn left(&self) -> u32 {
        self.0.tokens.load(Ordering::Relaxed)
    }

    /// Takes `cost` tokens, unless there are fewer.
    pub(crate) fn take(&self, cost: u32) -> bool {
        let taken = |tokens: u32| tokens.checked_sub(cost);
        self.0.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    /// Puts tokens back, up to what the bucket holds.
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
