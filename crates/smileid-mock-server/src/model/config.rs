//! What a mock is made with.

use std::{fmt, str::FromStr, time::Duration};

use smileid_protocol::auth::Credentials;

use super::{clock::Clock, observer::Observer, processing::Processing, secret::Secret};

/// The partner id of a mock that was given none.
pub const DEFAULT_PARTNER_ID: &str = "085";

/// The API key of a mock that was given none. A mock's key is no secret.
pub const DEFAULT_API_KEY: &str = "mock-api-key-0000";

/// The secret with which a mobile app of any partner of the mock asks it to sign.
pub const AUTH_TOKEN: &str = "mock-auth-token";

/// The code that the holder of a BVN receives from the mock, each time.
pub const ONE_TIME_CODE: &str = "000000";

/// How often the API's documentation allows one ID number to be looked up, each time within three days of the last.
pub const DOCUMENTED_ID_NUMBER_LIMIT: u32 = 30;

/// How far from its clock the API is said to take the time of a request: five minutes. No official source says so.
pub const TIMESTAMP_WINDOW: Duration = Duration::from_secs(5 * 60);
/// When a callback that was not taken is tried again, each time after the last attempt. Inferred: no source says; a
/// day is what others give a receiver that is down.
pub const DEFAULT_RETRIES: [Duration; 6] = [
    Duration::from_secs(60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(3600),
    Duration::from_secs(3 * 3600),
    Duration::from_secs(6 * 3600),
    Duration::from_secs(15 * 3600),
];

/// How many bytes the journal of a mock takes that was not told.
pub const JOURNAL_BYTES: usize = 8 << 20;

/// What a mock is made with.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The partners it knows. Each has jobs and users of its own.
    pub partners: Vec<Credentials>,
    /// What time it is for every partner at first.
    pub clock: Clock,
    /// When jobs are done.
    pub processing: Processing,
    /// When a callback that was not taken is tried again, each time after the last attempt; see [`DEFAULT_RETRIES`].
    pub callback_retries: Vec<Duration>,
    /// How often one number of one ID type may be looked up, each time within three days of the last. The next one is
    /// refused with `2222`, as are all until the number is unblocked or three days have passed without any.
    ///
    /// None, as in the sandbox, where tests are unlimited; [`DOCUMENTED_ID_NUMBER_LIMIT`] is the API's own.
    pub id_number_limit: Option<u32>,
    /// How far from the partner's clock the time of a request may be, before and after; [`TIMESTAMP_WINDOW`] is a good
    /// choice. One that is farther is refused with `2205`, a text that names no moment with `2204`.
    ///
    /// None takes any text that the signature is right for: nobody has documented what the API takes.
    pub timestamp_window: Option<Duration>,
    /// Whether what the strict checks warn of is refused: a request with the platform's code for a wrong parameter, and
    /// an archive with a job that ends with `0001`. Otherwise the warnings are in the journal and in the header
    /// `Smileid-Mock-Diagnosis` of the reply.
    pub strict: bool,
    /// How many bytes the journal takes. The oldest entries go first.
    pub journal_bytes: usize,
    /// What whoever uses the mock's own routes must show, as `Authorization: Bearer …`. None where only this machine
    /// can reach the mock.
    pub admin_token: Option<AdminToken>,
    /// Who is shown every request to the API's own routes, if somebody is.
    pub observer: Option<Observer>,
    /// What links are signed with: random, or [`Config::secret_of`] a number when
    /// links must come out the same each time.
    pub secret: [u8; 32],
}

impl Config {
    /// One partner, [`DEFAULT_PARTNER_ID`] with [`DEFAULT_API_KEY`], whose jobs are done at once and whose lookups are
    /// unlimited.
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            partners: vec![default_credentials()],
            clock: Clock::REAL,
            processing: Processing::default(),
            callback_retries: DEFAULT_RETRIES.to_vec(),
            id_number_limit: None,
            timestamp_window: None,
            strict: false,
            journal_bytes: JOURNAL_BYTES,
            admin_token: None,
            observer: None,
            secret,
        }
    }

    /// The secret that belongs to a number, for a mock whose answers must come out the same each time.
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
            .field("journal_bytes", &self.journal_bytes)
            .field("admin_token", &self.admin_token)
            .field("observer", &self.observer)
            .finish_non_exhaustive()
    }
}

/// What the mock's own routes ask for, when they ask for something. `Debug` does not show it.
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
    /// The token.
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

/// A text is not an [`AdminToken`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an admin token: use printable ASCII characters, at least one")]
#[non_exhaustive]
pub struct ParseAdminTokenError;

fn default_credentials() -> Credentials {
    Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).expect("neither of the two is empty")
}
