//! Policy for V3 jobs of persons who are not test identities of the sandbox.

use std::{fmt, str::FromStr};

/// Result of a V3 job for a person who is not a test identity. The real API was seen to do both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownIdentityPolicy {
    /// The job ends with the status `block`, as the official SDKs describe.
    #[default]
    Block,
    /// The request is refused with HTTP status 400, as a recorded response for biometric KYC shows.
    Refuse,
}

impl FromStr for UnknownIdentityPolicy {
    type Err = ParseUnknownIdentityPolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "block" => Ok(Self::Block),
            "refuse" => Ok(Self::Refuse),
            _ => Err(ParseUnknownIdentityPolicyError),
        }
    }
}

impl fmt::Display for UnknownIdentityPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Block => "block",
            Self::Refuse => "refuse",
        })
    }
}

/// Error: the text is not a valid [`UnknownIdentityPolicy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid policy for unknown identities: expected `block` or `refuse`")]
#[non_exhaustive]
pub struct ParseUnknownIdentityPolicyError;
