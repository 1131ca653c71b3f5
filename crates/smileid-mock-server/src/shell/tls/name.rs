//! Host names and addresses in the mock server's certificates.

use std::{fmt, net::IpAddr, str::FromStr};

use tokio_rustls::rustls::pki_types::ServerName;

/// Host name or address by which clients reach the mock server over HTTPS.
///
/// ```
/// use smileid_mock_server::TlsName;
///
/// let name: TlsName = "Host.Docker.Internal".parse()?;
/// assert_eq!(name.as_str(), "host.docker.internal");
/// assert!("*.example".parse::<TlsName>().is_err());
/// # Ok::<(), smileid_mock_server::ParseTlsNameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TlsName(String);

impl TlsName {
    /// Returns the name in lower case, or the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the address, if the name is an address.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.0.parse().ok()
    }

    /// Returns true for a loopback name, which every certificate of the mock server may have.
    pub(super) fn is_loopback(&self) -> bool {
        match self.address() {
            Some(address) => address.is_loopback(),
            None => self.0 == "localhost" || self.0.ends_with(".localhost"),
        }
    }
}

impl From<IpAddr> for TlsName {
    fn from(address: IpAddr) -> Self {
        Self(address.to_string())
    }
}

impl FromStr for TlsName {
    type Err = ParseTlsNameError;

    fn from_str(text: &str) -> Result<Self, ParseTlsNameError> {
        match ServerName::try_from(text) {
            Ok(ServerName::DnsName(name)) => {
                Ok(Self(name.as_ref().trim_end_matches('.').to_ascii_lowercase()))
            }
            Ok(ServerName::IpAddress(address)) => Ok(Self(IpAddr::from(address).to_string())),
            _ => Err(ParseTlsNameError),
        }
    }
}

impl fmt::Display for TlsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Error: the text is not a valid [`TlsName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid name: expected a host name or an address, such as `host.docker.internal`, without a port or a `*`"
)]
#[non_exhaustive]
pub struct ParseTlsNameError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_have_one_form() {
        for (text, name) in [
            ("localhost", "localhost"),
            ("API.Localhost", "api.localhost"),
            ("host.docker.internal.", "host.docker.internal"),
            ("192.168.0.7", "192.168.0.7"),
            ("0:0:0:0:0:0:0:1", "::1"),
        ] {
            assert_eq!(text.parse::<TlsName>().unwrap().as_str(), name);
        }
        for text in
            ["", "*", "*.example", "a b", "localhost:8443", "https://localhost", "[::1]", "ä", ".", "-a"]
        {
            assert_eq!(text.parse::<TlsName>(), Err(ParseTlsNameError), "{text}");
        }
    }

    #[test]
    fn loopback_names_are_known() {
        for (text, is) in [
            ("localhost", true),
            ("api.localhost", true),
            ("127.3.2.1", true),
            ("::1", true),
            ("notlocalhost", false),
            ("host.docker.internal", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(text.parse::<TlsName>().unwrap().is_loopback(), is, "{text}");
        }
    }
}
