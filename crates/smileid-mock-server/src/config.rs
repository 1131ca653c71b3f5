//! What a mock is made with.

use std::fmt;

use smileid_protocol::auth::Credentials;

use crate::processing::Processing;

/// The partner id of a mock that was given none.
pub const DEFAULT_PARTNER_ID: &str = "085";

/// The API key of a mock that was given none. A mock's key is no secret.
pub const DEFAULT_API_KEY: &str = "mock-api-key-0000";

/// What a mock is made with.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// The partners it knows. Each has jobs and users of its own.
    pub partners: Vec<Credentials>,
    /// When jobs are done.
    pub processing: Processing,
    /// What links are signed with: random, unless links must come out the same each time.
    pub secret: [u8; 32],
}

impl Config {
    /// One partner, [`DEFAULT_PARTNER_ID`] with [`DEFAULT_API_KEY`], whose jobs are done at once.
    pub fn new(secret: [u8; 32]) -> Self {
        Self { partners: vec![default_credentials()], processing: Processing::default(), secret }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("partners", &self.partners)
            .field("processing", &self.processing)
            .finish_non_exhaustive()
    }
}

fn default_credentials() -> Credentials {
    Credentials::new(DEFAULT_PARTNER_ID, DEFAULT_API_KEY).expect("neither of the two is empty")
}
