//! Smile ID environments: sandbox, production, or another base URL.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smileid_protocol::{
    origin::{Origin, OriginError},
    types::{ENVIRONMENTS, EnvironmentRow},
};

/// Smile ID environment: the sandbox, production, or another base URL.
///
/// The addresses are those of the official SDKs. A custom address is https, or this computer; it has neither a user nor
/// a password.
///
/// ```
/// use smileid_client::{Environment, UnknownEnvironment};
///
/// let sandbox: Environment = "sandbox".parse()?; // or "0", as in the official SDKs
/// assert_eq!(sandbox, Environment::sandbox());
/// let local = Environment::custom("http://127.0.0.1:8085/v1".parse()?);
/// assert_eq!(local.origin().to_string(), "http://127.0.0.1:8085");
///
/// let refused: Result<Environment, UnknownEnvironment> = "http://api.smileidentity.com".parse();
/// assert!(refused.is_err(), "a key does not travel in the clear");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    name: Option<&'static str>,
    origin: Origin,
}

impl Environment {
    /// Returns the sandbox environment: test data, free of charge.
    pub fn sandbox() -> Self {
        Self::from(&EnvironmentRow::SANDBOX)
    }

    /// Returns the production environment: real persons, and jobs are billed.
    pub fn production() -> Self {
        Self::from(&EnvironmentRow::PRODUCTION)
    }

    /// Returns an environment for another server with the same API, such as the mock server.
    pub fn custom(origin: Origin) -> Self {
        Self { name: None, origin }
    }

    /// Returns the base URL of the environment's API.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl From<&EnvironmentRow> for Environment {
    fn from(row: &EnvironmentRow) -> Self {
        Self { name: Some(row.name), origin: row.into() }
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    /// Parses `sandbox`, `production`, their numbers `0` and `1` in the official SDKs, or the base URL of an API.
    ///
    /// # Errors
    ///
    /// If the text is none of them, or is an address that may not be called; the source has the reason.
    fn from_str(text: &str) -> Result<Self, UnknownEnvironment> {
        match ENVIRONMENTS.iter().find(|row| row.name == text || row.sid_server == text) {
            Some(row) => Ok(row.into()),
            None => text.parse().map(Self::custom).map_err(UnknownEnvironment),
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => f.write_str(name),
            None => self.origin.fmt(f),
        }
    }
}

/// Writes the environment as its name or its base URL.
impl Serialize for Environment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Error: the text is neither the name of an environment nor a valid base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid environment: expected `sandbox`, `production` or the URL of an API")]
pub struct UnknownEnvironment(#[source] OriginError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_and_addresses() {
        for (text, origin) in [
            ("sandbox", "https://testapi.smileidentity.com"),
            ("0", "https://testapi.smileidentity.com"),
            ("production", "https://api.smileidentity.com"),
            ("1", "https://api.smileidentity.com"),
            ("http://127.0.0.1:8085/v1/", "http://127.0.0.1:8085"),
        ] {
            assert_eq!(text.parse::<Environment>().unwrap().origin().to_string(), origin);
        }
        assert_eq!(Environment::sandbox().to_string(), "sandbox");
        assert_eq!(Environment::production().to_string(), "production");
        for text in ["", "2", "live", "http://api.smileidentity.com"] {
            assert!(text.parse::<Environment>().is_err(), "{text}");
        }
        for environment in [Environment::sandbox(), "http://127.0.0.1:8085".parse().unwrap()] {
            let text = serde_json::to_string(&environment).unwrap();
            assert_eq!(text, format!("{:?}", environment.to_string()));
            assert_eq!(serde_json::from_str::<Environment>(&text).unwrap(), environment);
        }
    }
}
