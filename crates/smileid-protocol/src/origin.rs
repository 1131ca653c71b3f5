//! Base URL of the API: https, or http on a loopback host.

use std::{fmt, net::IpAddr, str::FromStr};

use http::Uri;
use smileid_types::EnvironmentRow;

/// Base URL of an API: scheme, host and port, and the path before `/v1` if there is one.
///
/// Only https, or http on a loopback host, so that credentials are never sent unencrypted.
///
/// ```
/// use smileid_protocol::origin::Origin;
///
/// let origin: Origin = "http://127.0.0.1:8085/v1/".parse()?;
/// assert_eq!(origin.to_string(), "http://127.0.0.1:8085");
/// assert!("http://api.example".parse::<Origin>().is_err());
/// # Ok::<(), smileid_protocol::origin::OriginError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Returns true if the base URL is on this machine (a loopback host).
    pub fn is_loopback(&self) -> bool {
        self.0.parse::<Uri>().ok().as_ref().and_then(Uri::host).is_some_and(is_loopback)
    }

    /// Returns the full URL of `path`, which begins with a slash.
    pub(crate) fn join(&self, path: &str) -> Result<Uri, http::Error> {
        Ok(format!("{}{path}", self.0).parse::<Uri>()?)
    }
}

impl From<&EnvironmentRow> for Origin {
    fn from(row: &EnvironmentRow) -> Self {
        Self(row.origin.to_owned())
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Parses the base URL of an API. A trailing slash or `/v1` is removed.
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri = checked(text)?;
        if uri.query().is_some() || text.contains('#') {
            return Err(OriginError::NotAnOrigin);
        }
        let path = uri.path().trim_end_matches('/');
        let path = path.strip_suffix("/v1").unwrap_or(path).trim_end_matches('/');
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(OriginError::NotAnOrigin);
        };
        Ok(Self(format!("{scheme}://{authority}{path}")))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Parses an absolute URL to which requests may be sent: https, or http to a loopback host, without user name and password.
pub(crate) fn checked(text: &str) -> Result<Uri, OriginError> {
    let uri: Uri = text.parse().map_err(|_| OriginError::NotAnOrigin)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(OriginError::NotAnOrigin);
    };
    if authority.as_str().contains('@') {
        return Err(OriginError::Credentials);
    }
    // The parser would read `https://https://host` as the host `https` with an empty port.
    if authority.host().is_empty() || authority.as_str().ends_with(':') {
        return Err(OriginError::NotAnOrigin);
    }
    match scheme {
        "https" => Ok(uri),
        "http" if is_loopback(authority.host()) => Ok(uri),
        "http" => Err(OriginError::Plain),
        _ => Err(OriginError::NotAnOrigin),
    }
}

/// Returns true if a host is this machine. Requests to it need no encryption and must not use a proxy.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Error: the URL must not be used. The error does not contain the URL, which may contain a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// The text is not an absolute https or http URL, or not the base URL of an API.
    #[error("expected a URL such as https://host")]
    NotAnOrigin,
    /// The URL contains a user name or password.
    #[error("the URL must not contain a user name or password")]
    Credentials,
    /// The URL is plain http to a host that is not this machine.
    #[error("plain http is for loopback hosts only; use https")]
    Plain,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for (given, kept) in [
            ("https://testapi.smileidentity.com", "https://testapi.smileidentity.com"),
            ("https://testapi.smileidentity.com/v1", "https://testapi.smileidentity.com"),
            ("https://host:8443/v1/", "https://host:8443"),
            ("https://gateway.example/smile/v1", "https://gateway.example/smile"),
            ("http://localhost:8085/", "http://localhost:8085"),
            ("http://127.9.9.9", "http://127.9.9.9"),
            ("http://[::1]:1", "http://[::1]:1"),
        ] {
            assert_eq!(given.parse::<Origin>().unwrap().to_string(), kept);
        }
    }

    #[test]
    fn the_tables_addresses_are_origins() {
        for row in smileid_types::ENVIRONMENTS {
            assert_eq!(row.origin.parse(), Ok(Origin::from(row)));
        }
    }

    #[test]
    fn refused() {
        for (given, error) in [
            ("", OriginError::NotAnOrigin),
            ("mock", OriginError::NotAnOrigin),
            ("/v1", OriginError::NotAnOrigin),
            ("ftp://host", OriginError::NotAnOrigin),
            ("https://https://host", OriginError::NotAnOrigin),
            ("https://host/?a=b", OriginError::NotAnOrigin),
            ("https://host/\r\nX: y", OriginError::NotAnOrigin),
            ("http://host", OriginError::Plain),
            ("http://127.0.0.1.evil.example", OriginError::Plain),
            ("http://localhost.evil.example", OriginError::Plain),
            ("https://user:password@host", OriginError::Credentials),
            ("http://127.0.0.1@evil.example", OriginError::Credentials),
        ] {
            assert_eq!(given.parse::<Origin>(), Err(error), "{given}");
        }
    }
}
