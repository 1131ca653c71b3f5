//! From "somebody says" to "the API says": how much a message can be believed.
//!
//! A signature of version 1 covers the time and the partner, not the message: whoever has seen one can put it on
//! another message. So a checked signature yields [`OriginProven`], which says that somebody with the key, or somebody
//! who has listened, sent it lately. [`Confirmed`] comes from asking the API itself; see
//! [`crate::v1::job_status::confirm`].

use std::{fmt, ops::Deref, time::Duration};

use super::{AuthError, AuthScheme, Credentials, MaybeSignedReply, ReplySeal, SignedReply, Unverified};
use crate::{
    timestamp::Timestamp,
    types::{JobResult, Verdict},
};

/// How far a message's time may be from the receiver's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// How old it may be.
    pub max_age: Duration,
    /// How far ahead its clock may be.
    pub max_ahead: Duration,
}

impl Window {
    /// A window of this age, with a minute's grace for clocks that run ahead.
    pub const fn of(max_age: Duration) -> Self {
        Self { max_age, max_ahead: Duration::from_secs(60) }
    }

    /// This far to either side.
    pub const fn within(distance: Duration) -> Self {
        Self { max_age: distance, max_ahead: distance }
    }

    /// Any time at all. Without a window an old message can be sent again for ever.
    pub const UNLIMITED: Self = Self { max_age: Duration::MAX, max_ahead: Duration::MAX };

    /// Whether a time is inside the window.
    ///
    /// # Errors
    ///
    /// When it is outside, or cannot be read.
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
    /// Five minutes, as receivers in the field use; the API's own is not documented.
    fn default() -> Self {
        Self::of(Duration::from_secs(300))
    }
}

/// A scheme whose proofs are, or may be, a timestamp and a signature of the API's.
pub trait TimedProof: AuthScheme<Key = Credentials> {
    /// The timestamp and signature, when there are any.
    fn seal(proof: &Self::Proof) -> Option<&ReplySeal>;
}

impl TimedProof for SignedReply {
    fn seal(proof: &ReplySeal) -> Option<&ReplySeal> {
        Some(proof)
    }
}

impl TimedProof for MaybeSignedReply {
    fn seal(proof: &Option<ReplySeal>) -> Option<&ReplySeal> {
        proof.as_ref()
    }
}

impl<T, S: TimedProof> Unverified<T, S> {
    /// The message, once its signature was made with one of `keys` at a time inside `window`.
    ///
    /// Several keys, because a key that is being replaced still signs for a while.
    ///
    /// # Errors
    ///
    /// When there is no signature, none of the keys made it, it was made for a
    /// [request](Credentials::request_timestamp), or its time is outside the window.
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

/// A message that was signed with the partner's key, lately. What it says is **not** proven: see [`Confirmed`].
#[derive(Clone, PartialEq)]
pub struct OriginProven<T> {
    value: T,
    timestamp: Timestamp,
}

impl<T> OriginProven<T> {
    /// When it was signed.
    pub fn timestamp(&self) -> &Timestamp {
        &self.timestamp
    }

    /// The message alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same proof for a part of the message. Not for others: they could put anything there.
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

/// What the API itself answered when it was asked about a job. Only a reply to a status question makes one.
#[derive(Clone, PartialEq)]
pub struct Confirmed {
    result: JobResult,
    verdict: Verdict,
}

impl Confirmed {
    pub(crate) fn new(result: JobResult, verdict: Verdict) -> Self {
        Self { result, verdict }
    }

    /// What the job comes to by the whole answer: this result, the others of the job, and whether it is a success.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The API's result of the kind that was asked about.
    pub fn into_result(self) -> JobResult {
        self.result
    }
}

/// The API's result of the kind that was asked about. It may be one of several: see [`Confirmed::verdict`].
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

/// A message cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no signature, or none of the keys made it.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// It was signed too long ago: it may be one that was sent before.
    #[error("the message was signed {} seconds ago, which is too long", age.as_secs())]
    Stale {
        /// How long ago.
        age: Duration,
    },
    /// It was signed in the future: a clock is wrong.
    #[error("the message was signed {} seconds ahead of the time here", by.as_secs())]
    Ahead {
        /// How far ahead.
        by: Duration,
    },
    /// Its timestamp is of no known form, so nobody can say how old it is.
    #[error("the timestamp is of no known form")]
    UnreadableTime,
}
