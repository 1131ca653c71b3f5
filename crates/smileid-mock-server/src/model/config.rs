//! Configuration of a mock server.

use std::{fmt, str::FromStr, time::Duration};

use smileid_protocol::auth::Credentials;

use super::{
    clock::Clock, observer::Observer, processing::Processing, secret::Secret,
    unknown_identity::UnknownIdentityPolicy,
};

/// Partner id that a mock server has by default.
pub const DEFAULT_PARTNER_ID: &str = "085";

/// API key that a mock server has by default. The key of a mock server is not secret.
pub const DEFAULT_API_KEY: &str = "mock-api-key-0000";

/// Token with which a mobile app of any partner requests a signature.
pub const AUTH_TOKEN: &str = "mock-auth-token";

/// One-time code that the mock server sends to the holder of a BVN. It is always the same.
pub const ONE_TIME_CODE: &str = "000000";

/// Documented limit of lookups of one ID number, each within three days of the previous one.
pub const DOCUMENTED_ID_NUMBER_LIMIT: u32 = 30;

/// Reported tolerance for timestamps of requests, before and after the API's clock: five minutes. No official source states it.
pub const TIMESTAMP_WINDOW: Duration = Duration::from_secs(5 * 60);
/// Default pauses before the retries of a callback that the receiver did not accept. Inferred: no source states them; other
/// platforms retry for about a day if a receiver is not available.
pub const DEFAULT_RETRIES: [Duration; 6] = [
    Duration::from_secs(60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(3600),
    Duration::from_secs(3 * 3600),
    Duration::from_secs(6 * 3600),
    Duration::from_secs(15 * 3600),
];

/// Default size limit of the journal, in bytes.
pub const JOURNAL_BYTES: usize = 8 << 20;

/// Configuration of a mock server.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// Partners that the mock server knows. Each has its own jobs and users.
    pub partners: Vec<Credentials>,
    /// Clock that each partner has at the start.
    pub clock: Clock,
    /// Time at which jobs get their results.
    pub processing: Processing,
    /// Pauses before the retries of a callback that the receiver did not accept; see [`DEFAULT_RETRIES`].
    pub callback_retries: Vec<Duration>,
    /// Maximum number of lookups of one ID number, each within three days of the previous one. The next lookup is refused with
    /// `2222`, and so are all others until the number is unblocked or three days pass without a lookup.
    ///
    /// None, as in the sandbox, where tests are unlimited; [`DOCUMENTED_ID_NUMBER_LIMIT`] is the API's own limit.
    pub id_number_limit: Option<u32>,
    /// Maximum difference between a request's timestamp and the partner's clock, before and after; [`TIMESTAMP_WINDOW`] is a good
    /// choice. A timestamp outside this window is refused with `2205`. A text that is not a timestamp is refused with `2204`.
    ///
    /// None accepts any text that the signature is valid for: the API's behaviour is not documented.
    pub timestamp_window: Option<Duration>,
    /// True if lint warnings become refusals: a request is refused with the API's code for a wrong parameter, and the job of an
    /// archive ends with `0001`. If false, the warnings are in the journal and in the response header `Smileid-Mock-Diagnosis`.
    pub strict: bool,
    /// Result of V3 jobs for a person who is not a test identity of the sandbox.
    pub unknown_identity: UnknownIdentityPolicy,
    /// Size limit of the journal, in bytes. The oldest entries are removed first.
    pub journal_bytes: usize,
    /// Admin token that requests to the control routes must have, as `Authorization: Bearer …`. None if only this machine can
    /// reach the mock server.
    pub admin_token: Option<AdminToken>,
    /// Observer that receives every request to the API.
    pub observer: Option<Observer>,
    /// Secret with which presigned URLs are signed: random, or [`Config::secret_of`] a seed, for URLs that are the same each
    /// time.
    pub secret: [u8; 32],
}

impl Config {
    /// Creates a configuration with one partner, [`DEFAULT_PARTNER_ID`] with [`DEFAULT_API_KEY`]. Jobs are complete at once, and
    /// lookups are unlimited.
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            partners: vec![default_credentials()],
            clock: Clock::REAL,
            processing: Processing::default(),
            callback_retries: DEFAULT_RETRIES.to_vec(),
            id_number_limit: None,
            timestamp_window: None,
            strict: false,
            unknown_identity: UnknownIdentityPolicy::default(),
            journal_bytes: JOURNAL_BYTES,
            admin_token: None,
            observer: None,
            secret,
        }
    }

    /// Derives a secret from a seed, for a mock server whose responses are always the same.
    pub fn secret_of(seed: u64) -> [u8; 32] {
        Secret::new([0; 32]).digest(&["seed", &seed.to_string()])
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("partners", &self.partners)
            .field("clock", &self.clock)
            .field("processing", &self.processing)
            .field("callback_retries", &self.callback_retries)
            .field("id_number_limit", &self.id_number_limit)
            .field("timestamp_window", &self.timestamp_window)
            .field("strict", &self.strict)
            .field("unknown_identity", &self.unknown_identity)
            .field("journal_bytes", &self.journal_bytes)
            .field("admin_token", &self.admin_token)
            .field("observer", &self.observer)
            .finish_non_exhaustive()
    }
}

/// Admin token for the control routes. `Debug` hides it.
///
/// ```
/// use smileid_mock_server::AdminToken;
///
/// let token: AdminToken = "correct horse".parse()?;
/// assert_eq!(format!("{token:?}"), "[secret]");
/// assert!("".parse::<AdminToken>().is_err());
/// # Ok::<(), smileid_mock_server::ParseAdminTokenError>(())
/// ```
#[derive(Clone)]
pub struct AdminToken(String);

impl AdminToken {
    /// Returns the admin token as text. It is a secret: do not log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for AdminToken {
    type Err = ParseAdminTokenError;

    fn from_str(text: &str) -> Result<Self, ParseAdminTokenError> {
        let is_one = !text.trim().is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if is_one { Ok(Self(text.trim().to_owned())) } else { Err(ParseAdminTokenError) }
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Error: the text is not a valid [`AdminToken`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid admin token: expected printable ASCII characters, at least one")]
#[non_exhaustive]
pub struct ParseAdminTokenError;

fn default_credentials() -> Credentials {
    Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).expect("neither of the two is empty")
}
