//! Verifies that the API signed a callback, and that the same signature was not seen on another body.

use std::{
    fmt,
    ops::Deref,
    time::{Duration, SystemTime},
};

use http::{HeaderMap, StatusCode};
use sha2::{Digest as _, Sha256};
use smileid_protocol::{
    auth::{
        AuthError, Credentials, ReplyProof,
        trust::{OriginProven, TrustError, Window},
    },
    callback::Callback,
    codec::DecodeError,
    mock_clock,
    origin::Origin,
    timestamp::{self, Timestamp},
};

/// Rules for accepting callbacks: API keys, maximum age and maximum size.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verifier {
    /// API keys that may have signed the callback. Two while a key is replaced.
    pub keys: Vec<Credentials>,
    /// Maximum age of a signature, and maximum time ahead of the local clock. Five minutes and one minute by default.
    pub window: Window,
    /// Maximum size of a callback body, in bytes. 4 MiB by default; the documentation asks for at least 1.5 MB, because results
    /// have photos. A body with over 50,000 JSON values is too large at any size, because each value takes much more memory than
    /// its text.
    pub limit: usize,
    /// Base URL of the API that sends the callbacks. Needed only for a mock server on this computer with a stopped or changed
    /// clock: [`Verifier::time`] then uses that clock. None by default.
    pub api: Option<Origin>,
}

impl Verifier {
    /// Creates a verifier that accepts callbacks signed with one of `keys` at most five minutes ago.
    pub fn new(keys: impl IntoIterator<Item = Credentials>) -> Self {
        Self { keys: keys.into_iter().collect(), window: Window::default(), limit: 4 << 20, api: None }
    }

    /// Returns the time at which to check a callback. This is `now`, unless [`Verifier::api`] is on a loopback address and
    /// `headers` contain the time of a mock server's clock.
    pub fn time(&self, headers: &HeaderMap, now: SystemTime) -> SystemTime {
        let mock = self.api.as_ref().and_then(|api| mock_clock::read(api, headers));
        mock.and_then(timestamp::system_time).unwrap_or(now)
    }

    /// Checks the body of a callback that was received at the time `now`.
    ///
    /// # Errors
    ///
    /// If the body is too large or cannot be read, or its signature or timestamp is invalid.
    pub fn verify(&self, body: &[u8], now: SystemTime) -> Result<Received, CallbackError> {
        self.check_size(body)?;
        let callback = Callback::read(body)?;
        let seal = callback.proof().clone().ok_or(CallbackError::Unsigned)?;
        let callback = callback.verify_origin(&self.keys, timestamp::utc_millis(now), self.window)?;
        let fingerprint = self.fingerprint(&seal, callback.timestamp(), &[body]);
        Ok(Received { callback, fingerprint, at: now })
    }

    pub(super) fn check_size(&self, body: &[u8]) -> Result<(), CallbackError> {
        if body.len() > self.limit || has_more_values_than(MOST_VALUES, body) {
            return Err(CallbackError::TooLarge);
        }
        Ok(())
    }

    /// Returns the fingerprint of a callback. It covers the body and, in V3, the ids in the headers.
    pub(super) fn fingerprint(
        &self,
        seal: &ReplyProof,
        signed: &Timestamp,
        content: &[&[u8]],
    ) -> Fingerprint {
        let last = SystemTime::UNIX_EPOCH + YEAR_9999;
        let expires = signed.to_system_time().and_then(|signed| signed.checked_add(self.window.max_age));
        let separated = content.join(&[0][..]);
        Fingerprint {
            seal: Digest::of_seal(seal),
            body: Digest(Sha256::digest(separated).into()),
            expires: expires.unwrap_or(last).min(last),
        }
    }
}

/// The last second that databases and RFC 3339 can represent, since 1970.
const YEAR_9999: Duration = Duration::from_secs(253_402_300_799);

/// Maximum number of JSON values in a body. The largest known results, of businesses with many directors, have a few thousand.
const MOST_VALUES: usize = 50_000;

/// Returns true if a JSON text has more than `most` values. Every value except the first follows a comma or an opening bracket.
fn has_more_values_than(most: usize, json: &[u8]) -> bool {
    let (mut count, mut is_text, mut is_escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b',' | b'[' | b'{' if !is_text => count += 1,
            _ => {}
        }
    }
    count > most
}

/// A callback with a valid signature of the API. An attacker who has seen the signature may have sent it, too.
///
/// Use it directly to keep the seen signatures without a [`Receiver`](super::Receiver):
///
/// ```
/// use std::{collections::HashMap, time::SystemTime};
///
/// use smileid_client::callback::{CallbackError, Digest, Received, ReplayCheck, Verifier};
///
/// fn take_in(verifier: &Verifier, body: &[u8], now: SystemTime) -> Result<bool, CallbackError> {
///     let mut seen: HashMap<Digest, Digest> = HashMap::new();
///     let received: Received = verifier.verify(body, now)?;
///     println!("received at {:?}", received.received_at());
///     let before = seen.insert(received.fingerprint().seal, received.fingerprint().body);
///     Ok(match received.sighted(before) {
///         ReplayCheck::Fresh(callback) if callback.is_repeated() => false,
///         ReplayCheck::Fresh(callback) => callback.into_proven().into_result().is_some(),
///         _ => false, // ask the API first
///     })
/// }
///
/// # use smileid_client::protocol::auth::Credentials;
/// let verifier = Verifier::new([Credentials::new("085", "mock-api-key-0000")?]);
/// let refused = take_in(&verifier, b"{}", SystemTime::now()).unwrap_err();
/// assert!(matches!(refused, CallbackError::Unsigned));
/// assert_eq!(refused.status(), 401);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Received {
    callback: OriginProven<Callback>,
    fingerprint: Fingerprint,
    at: SystemTime,
}

impl Received {
    /// Returns the time at which the callback was checked.
    pub fn received_at(&self) -> SystemTime {
        self.at
    }

    /// Returns the fingerprint with which a repeated callback is recognized. Pass it to
    /// [`Store::remember`](crate::store::Store::remember).
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Compares the callback with the body that was seen before with the same signature. `before` is the value from
    /// [`Store::remember`](crate::store::Store::remember).
    pub fn sighted(self, before: Option<Digest>) -> ReplayCheck {
        match before {
            Some(body) if body != self.fingerprint.body => ReplayCheck::Ambiguous(self.callback),
            before => ReplayCheck::Fresh(Fresh { callback: self.callback, is_repeated: before.is_some() }),
        }
    }
}

/// Gives access to the content of the callback before its signature was compared with earlier ones.
impl Deref for Received {
    type Target = Callback;

    fn deref(&self) -> &Callback {
        &self.callback
    }
}

/// Result of the check if the signature was seen before on another body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ReplayCheck {
    /// The signature was not seen on another body.
    Fresh(Fresh),
    /// The signature was seen on another body. Two genuine callbacks of the same millisecond have the same signature, but an
    /// attacker may also have copied it. Only the API can tell which body is genuine.
    Ambiguous(OriginProven<Callback>),
}

impl ReplayCheck {
    pub(crate) fn callback(&self) -> &OriginProven<Callback> {
        match self {
            Self::Fresh(fresh) => fresh,
            Self::Ambiguous(callback) => callback,
        }
    }

    pub(crate) fn into_callback(self) -> OriginProven<Callback> {
        match self {
            Self::Fresh(fresh) => fresh.into_proven(),
            Self::Ambiguous(callback) => callback,
        }
    }
}

/// A callback whose signature was not seen on another body. Only such a callback can be added to a
/// [`JobRecord`](crate::store::JobRecord) unconfirmed.
#[derive(Clone, Debug)]
pub struct Fresh {
    callback: OriginProven<Callback>,
    is_repeated: bool,
}

impl Fresh {
    /// Returns true if the same body was seen before. It may not have been processed, because the earlier receiver may have
    /// stopped too early. So a [`JobRecord`](crate::store::JobRecord) adds it again.
    pub fn is_repeated(&self) -> bool {
        self.is_repeated
    }

    /// Returns the callback in the form that the client's `confirm` takes.
    pub fn into_proven(self) -> OriginProven<Callback> {
        self.callback
    }
}

impl Deref for Fresh {
    type Target = OriginProven<Callback>;

    fn deref(&self) -> &OriginProven<Callback> {
        &self.callback
    }
}

/// Fingerprint of a callback, to recognize its repetitions. It reveals neither the content nor the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Fingerprint {
    /// Hash of timestamp and signature.
    pub seal: Digest,
    /// Hash of the body.
    pub body: Digest,
    /// Time until which a store has to remember the fingerprint. After that the signature is too old to be accepted.
    pub expires: SystemTime,
}

/// SHA-256 hash of a part of a callback: of its body, or of its timestamp and signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Creates a hash from the bytes that a store has saved.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes of the hash, for a store to save.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn of_seal(seal: &ReplyProof) -> Self {
        let hash = Sha256::new().chain_update(seal.timestamp.as_str()).chain_update([0]);
        Self(hash.chain_update(seal.signature.as_str()).finalize().into())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Error: the bytes are not a genuine callback.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// The body is larger than [`Verifier::limit`], or has too many JSON values.
    #[error("the body of the callback is larger than the receiver's limit (`Verifier::limit`)")]
    TooLarge,
    /// The body is not a JSON object in the API's format.
    #[error("the body of the callback is not a valid message of the API")]
    Unreadable(#[from] DecodeError),
    /// The callback has no signature. Old servers left it out, but an attacker can do the same.
    #[error("the callback has no signature: refuse it")]
    Unsigned,
    /// None of the API keys made the signature.
    #[error("the callback is not signed by the API: check the API key of the receiver")]
    Forged(#[source] AuthError),
    /// The timestamp of the signature is too old or in the future. The callback may be a replay, or a clock is wrong.
    #[error(
        "the timestamp of the callback is too old or in the future: it may be a replay, or a clock is wrong"
    )]
    Stale(#[source] TrustError),
}

impl CallbackError {
    /// Returns the HTTP status for the response to the callback. Send no body with it, because an attacker could learn from it.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Unsigned | Self::Forged(_) | Self::Stale(_) => StatusCode::UNAUTHORIZED,
        }
    }
}

impl From<TrustError> for CallbackError {
    fn from(error: TrustError) -> Self {
        match error {
            TrustError::Auth(AuthError::Missing) => Self::Unsigned,
            TrustError::Auth(error) => Self::Forged(error),
            error => Self::Stale(error),
        }
    }
}
