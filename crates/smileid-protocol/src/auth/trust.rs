//! Levels of trust in a message: from its sender's claim to the API's confirmation.
//!
//! A signature of version 1 covers the timestamp and the partner, not the message: an attacker who has seen one can put
//! it on another message. So a checked signature yields [`OriginProven`]: a holder of the key, or an eavesdropper, sent
//! the message recently. [`Confirmed`] comes from asking the API itself; see [`crate::v1::job_status::confirm`].

use std::{fmt, ops::Deref, time::Duration};

use super::{AuthError, AuthScheme, Credentials, MaybeSignedReply, ReplyProof, SignedReply, Unverified};
use crate::{
    timestamp::Timestamp,
    types::{JobResult, Verdict},
};

/// Limits of the difference between a message's time and the receiver's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// Age limit.
    pub max_age: Duration,
    /// Limit of a time ahead of the receiver's.
    pub max_ahead: Duration,
}

impl Window {
    /// Creates a window of this age, with a minute for clocks that run ahead.
    pub const fn new(max_age: Duration) -> Self {
        Self { max_age, max_ahead: Duration::from_secs(60) }
    }

    /// Creates a window with the same limit in both directions.
    pub const fn within(distance: Duration) -> Self {
        Self { max_age: distance, max_ahead: distance }
    }

    /// Any time. Without a window an old message can be replayed for ever.
    pub const UNLIMITED: Self = Self { max_age: Duration::MAX, max_ahead: Duration::MAX };

    /// Checks that a time is inside the window.
    ///
    /// # Errors
    ///
    /// If it is outside, or cannot be read.
    pub fn check(self, timestamp: &Timestamp, now_utc_millis: i64) -> Result<(), TrustError> {
        if self == Self::UNLIMITED {
            return Ok(());
        }
        let then = timestamp.to_utc_millis().ok_or(TrustError::UnreadableTime)?;
        let age = now_utc_millis.saturating_sub(then);
        let distance = Duration::from_millis(age.unsigned_abs());
        match age {
            0.. if distance > self.max_age => Err(TrustError::Stale { age: distance }),
            ..0 if distance > self.max_ahead => Err(TrustError::Ahead { by: distance }),
            _ => Ok(()),
        }
    }
}

impl Default for Window {
    /// Five minutes, as receivers in use have; the API's own limit is not documented.
    fn default() -> Self {
        Self::new(Duration::from_secs(300))
    }
}

/// A scheme whose proofs are, or may be, a timestamp and a signature of the API.
pub trait TimedProof: AuthScheme<Key = Credentials> {
    /// Returns the timestamp and signature, if there are any.
    fn seal(proof: &Self::Proof) -> Option<&ReplyProof>;
}

impl TimedProof for SignedReply {
    fn seal(proof: &ReplyProof) -> Option<&ReplyProof> {
        Some(proof)
    }
}

impl TimedProof for MaybeSignedReply {
    fn seal(proof: &Option<ReplyProof>) -> Option<&ReplyProof> {
        proof.as_ref()
    }
}

impl<T, S: TimedProof> Unverified<T, S> {
    /// Returns the message, if its signature was made with one of `keys` at a time inside `window`.
    ///
    /// Several keys are possible because a key that is being replaced still signs for a while.
    ///
    /// # Errors
    ///
    /// If there is no signature, none of the keys made it, it was made for a [request](Credentials::request_timestamp),
    /// or its time is outside the window.
    pub fn verify_origin(
        self,
        keys: &[Credentials],
        now_utc_millis: i64,
        window: Window,
    ) -> Result<OriginProven<T>, TrustError> {
        let (value, proof) = self.trust_without_checking();
        let seal = S::seal(&proof).ok_or(AuthError::Missing)?;
        let mut refused = AuthError::Mismatch;
        for key in keys {
            match key.check(&seal.timestamp, &seal.signature) {
                Ok(()) if key.is_request_timestamp(&seal.timestamp) => {
                    return Err(AuthError::Reflected.into());
                }
                Ok(()) => {
                    window.check(&seal.timestamp, now_utc_millis)?;
                    return Ok(OriginProven { value, timestamp: seal.timestamp.clone() });
                }
                Err(error) => refused = error,
            }
        }
        Err(refused.into())
    }
}

/// A message that was recently signed with the partner's key. Its content is **not** proven: see [`Confirmed`].
#[derive(Clone, PartialEq)]
pub struct OriginProven<T> {
    value: T,
    timestamp: Timestamp,
}

impl<T> OriginProven<T> {
    /// Returns the timestamp of the signature.
    pub fn timestamp(&self) -> &Timestamp {
        &self.timestamp
    }

    /// Returns the message alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Keeps the proof for a part of the message. Internal, as other callers could insert any content.
    pub(crate) fn narrow<U>(self, part: impl FnOnce(T) -> Option<U>) -> Option<OriginProven<U>> {
        Some(OriginProven { value: part(self.value)?, timestamp: self.timestamp })
    }
}

impl<T> Deref for OriginProven<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for OriginProven<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OriginProven").field(&self.value).finish()
    }
}

/// A result that the API itself has confirmed. Only a status reply creates one.
#[derive(Clone, PartialEq)]
pub struct Confirmed {
    result: JobResult,
    verdict: Verdict,
}

impl Confirmed {
    pub(crate) fn new(result: JobResult, verdict: Verdict) -> Self {
        Self { result, verdict }
    }

    /// Returns the verdict on the job by the whole reply: this result, the others of the job, and the success flag.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Returns the API's result of the requested kind.
    pub fn into_result(self) -> JobResult {
        self.result
    }
}

/// The API's result of the requested kind. It may be one of several: see [`Confirmed::verdict`].
impl Deref for Confirmed {
    type Target = JobResult;

    fn deref(&self) -> &JobResult {
        &self.result
    }
}

impl fmt::Debug for Confirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmed").field("result", &self.result).field("verdict", &self.verdict).finish()
    }
}

/// A message cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no signature, or none of the keys made it.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// It was signed too long ago: it may be a replay.
    #[error("the message was signed {} seconds ago, which is too long", age.as_secs())]
    Stale {
        /// Time since it was signed.
        age: Duration,
    },
    /// It was signed in the future: a clock is wrong.
    #[error("the message was signed {} seconds ahead of the local clock", by.as_secs())]
    Ahead {
        /// Time that it is ahead.
        by: Duration,
    },
    /// Its timestamp has no known form, so its age is unknown.
    #[error("the timestamp has an unknown format")]
    UnreadableTime,
}
