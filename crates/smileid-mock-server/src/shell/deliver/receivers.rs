//! Whom callbacks may be sent to.

use std::{fmt, str::FromStr};

/// Whom callbacks may be sent to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receivers {
    /// Those on this machine: its loopback addresses, and the names that end in `localhost`. No other is looked up.
    #[default]
    Loopback,
    /// Everybody.
    Any,
    /// Nobody.
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

/// A text is not one of [`Receivers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a choice of receivers: use `loopback`, `any` or `off`")]
#[non_exhaustive]
pub struct NoReceivers;
