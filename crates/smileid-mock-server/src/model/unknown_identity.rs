//! Policy for V3 jobs of persons who are not test identities of the sandbox.

use std::{fmt, str::FromStr};

/// What the mock does with a V3 job of a person who is no test identity. The platform was seen to do both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownIdentityPolicy {
    /// The job ends with the status `block`, as the official SDKs say.
    #[default]
    Block,
    /// The job is refused with the HTTP status 400, as a recorded exchange shows for biometric KYC.
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

/// Error for a text that is not an [`UnknownIdentityPolicy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid policy for unknown identities: expected `block` or `refuse`")]
#[non_exhaustive]
pub struct ParseUnknownIdentityPolicyError;
