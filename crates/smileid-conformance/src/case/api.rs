//! Version of the API that a case is about.

use std::{fmt, str::FromStr};

use serde::Deserialize;

/// Version of the API that a case is about. Version 1 includes the few endpoints of version 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ApiVersion {
    /// Version 1 or 2 of the API.
    #[default]
    V1,
    /// Version 3 of the API.
    V3,
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "v1",
            Self::V3 => "v3",
        })
    }
}

/// Parses a version of the API. An empty text is an error, because an unset shell variable is often empty.
impl FromStr for ApiVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        match text {
            "v1" | "" => Ok(Self::V1),
            "v3" => Ok(Self::V3),
            _ => Err(UnknownVersion),
        }
    }
}

/// Error: the text is not a version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownVersion;

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected v1 or v3")
    }
}

impl std::error::Error for UnknownVersion {}
