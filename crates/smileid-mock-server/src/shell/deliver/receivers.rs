//! Callback receivers to which the mock server may send.

use std::{fmt, str::FromStr};

/// Callback receivers to which the mock server may send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receivers {
    /// Only receivers on this machine: loopback addresses, and names that end in `localhost`. Other names are not resolved.
    #[default]
    Loopback,
    /// Receivers on any machine.
    Any,
    /// No receivers: callbacks are not sent.
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

/// Error: the text is not one of the values of [`Receivers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid receiver policy: expected `loopback`, `any` or `off`")]
#[non_exhaustive]
pub struct NoReceivers;
