//! Levels of trust in a message: unverified, signed with the partner's key, or confirmed by the API.
//!
//! A signature of version 1 covers the timestamp and the partner, not the message: an attacker who has seen one can
//! copy it to another message. So a valid signature gives only [`OriginProven`]: the message was sent recently by a
//! holder of the key, or by somebody who saw a signature. [`Confirmed`] requires a status request to the API; see
//! [`crate::v1::job_status::confirm`].

use std::{fmt, ops::Deref, time::Duration};

use super::{AuthError, AuthScheme, Credentials, MaybeSignedReply, ReplyProof, SignedReply, Unverified};
use crate::{
    timestamp::Timestamp,
    types::{JobResult, Verdict},
};

/// Maximum difference between the timestamp of a message and the receiver's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Window {
    /// Maximum age of a message's timestamp.
    pub max_age: Duration,
    /// Maximum time by which a message's timestamp may be in the future.
    pub max_ahead: Duration,
}

impl Window {
    /// Creates a window with this maximum age. Timestamps may be up to one minute in the future.
    pub const fn new(max_age: Duration) -> Self {
        Self { max_age, max_ahead: Duration::from_secs(60) }
    }

    /// Creates a window with the same limit for past and future.
    pub const fn within(distance: Duration) -> Self {
        Self { max_age: distance, max_ahead: distance }
    }

    /// Window without a limit: old messages are accepted, so a message can be replayed at any time.
    pub const UNLIMITED: Self = Self { max_age: Duration::MAX, max_ahead: Duration::MAX };

    /// Checks that the timestamp of a message is within the window.
    ///
    /// # Errors
    ///
    /// If the timestamp is outside the window, or cannot be read.
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
    /// Creates a window of five minutes, as common receivers of callbacks use. The API's own limit is not documented.
    fn default() -> Self {
        Self::new(Duration::from_secs(300))
    }
}

/// Authentication scheme of messages that the API signs, always or in some cases.
pub trait TimedProof: AuthScheme<Key = Credentials> {
    /// Returns timestamp and signature, if the message is signed.
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
    /// Returns the message if its signature was made with one of `keys` at a time inside `window`.
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

/// A message that was recently signed with the partner's key. The signature does **not** protect the content: see [`Confirmed`].
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

    /// Returns the message without its timestamp.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns a part of the message with the same level of trust. Internal, because `part` could return other content.
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

/// A job result that the API itself has confirmed in a status response.
#[derive(Clone, PartialEq)]
pub struct Confirmed {
    result: JobResult,
    verdict: Verdict,
}

impl Confirmed {
    pub(crate) fn new(result: JobResult, verdict: Verdict) -> Self {
        Self { result, verdict }
    }

    /// Returns the verdict on the job from the whole status response: this result, the other results of the job, and the success
    /// flag.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Returns the confirmed result of the requested part of the job.
    pub fn into_result(self) -> JobResult {
        self.result
    }
}

/// The confirmed result of the requested part of the job. The job can have other results: see [`Confirmed::verdict`].
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

/// Error from the verification of a message's origin: signature and age.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The message has no signature, or none of the keys made it.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The message was signed too long ago: it may be a replay.
    #[error("the message was signed {} seconds ago, which is too long ago: it may be a replay, or a clock is wrong", age.as_secs())]
    Stale {
        /// Time since the message was signed.
        age: Duration,
    },
    /// The timestamp of the message is in the future: a clock is wrong.
    #[error("the message was signed {} seconds ahead of the local clock: set the clock of this machine or of the sender", by.as_secs())]
    Ahead {
        /// Time by which the timestamp is in the future.
        by: Duration,
    },
    /// The timestamp has an unknown format, so the age of the message is unknown.
    #[error("the timestamp of the message has an unknown format: expected ISO 8601 with a time zone")]
    UnreadableTime,
}
