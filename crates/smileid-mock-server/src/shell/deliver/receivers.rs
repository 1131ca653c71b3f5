//! Allowed receivers of callbacks.

use std::{fmt, str::FromStr};

/// Allowed receivers of callbacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receivers {
    /// Receivers on this machine: its loopback addresses, and names that end in `localhost`. Other names are not looked
    /// up.
    #[default]
    Loopback,
    /// All receivers.
    Any,
    /// No receivers.
    Off,
}

impl FromStr for Receivers {
    type Err = NoReceivers;

    fn from_str(text: &str) -> Result<Self, NoReceivers> {
        match text {
            "loopback" => Ok(Self::Loopback),
            "any" => Ok(Self::Any),
            "off" => Ok(Self::Off),
            _ => Err(NoReceivers),
        }
    }
}

impl fmt::Display for Receivers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "loopback",
            Self::Any => "any",
            Self::Off => "off",
        })
    }
}

/// Error for a text that is not one of [`Receivers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid receiver policy: expected `loopback`, `any` or `off`")]
#[non_exhaustive]
pub struct NoReceivers;
