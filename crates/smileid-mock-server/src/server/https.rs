//! HTTPS for the mock server: its options and its certificate authority.

use std::{io, net::SocketAddr, path::PathBuf};

use super::{MockServer, Options, free_port};
use crate::shell::{
    deliver::Receivers,
    tls::{Connector, LocalCa, TlsAcceptor, TlsName, system_roots},
};

/// HTTPS options of a [`MockServer`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use smileid_mock_server::{Https, MockServer, Options};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let mut options = Options::new()?;
/// options.https = Some(Https::new(folder)); // `LocalCa::default_folder()?` is the one that the binary takes
/// let server = MockServer::start_with(options).await?;
/// assert!(server.https_url().is_some_and(|url| url.starts_with("https://127.0.0.1:")));
/// assert!(server.ca().is_some_and(|ca| ca.ca_pem().exists())); // what clients have to trust
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Https {
    /// Address to listen on for HTTPS. Port 0 is a free port.
    pub address: SocketAddr,
    /// Folder of the [`LocalCa`] that issues the certificate of the server.
    pub ca_folder: PathBuf,
    /// Host names by which clients reach the server, in addition to loopback names.
    pub names: Vec<TlsName>,
}

impl Https {
    /// Creates options with a free port of the loopback address, and the certificate authority in a folder, which is created if
    /// it does not exist.
    pub fn new(ca_folder: impl Into<PathBuf>) -> Self {
        Self { address: free_port(), ca_folder: ca_folder.into(), names: Vec::new() }
    }
}

impl MockServer {
    /// Returns the certificate authority that issued the server's certificate, if HTTPS is enabled.
    pub fn ca(&self) -> Option<&LocalCa> {
        self.running.ca.as_ref()
    }
}

/// Certificate authority of a server, if it has one.
pub(super) type Ca = Option<LocalCa>;

/// TLS of a server: its port, its connector to callback receivers, and its certificate authority.
pub(super) struct Tls {
    pub(super) port: Option<(SocketAddr, TlsAcceptor)>,
    pub(super) connector: Connector,
    pub(super) ca: Ca,
}

impl Tls {
    /// Opens the certificate authorities in the options, or creates them.
    pub(super) fn open(options: &Options, receivers: Receivers) -> io::Result<Self> {
        let (port, ca) = match &options.https {
            Some(Https { address, ca_folder, names }) => {
                let ca = LocalCa::open(ca_folder, names)?;
                (Some((*address, ca.acceptor(address.ip())?)), Some(ca))
            }
            None => (None, None),
        };
        let receivers_ca =
            options.receivers_ca.as_ref().map(|folder| LocalCa::open(folder, &[])).transpose()?;
        let mut trusted = if receivers == Receivers::Any { system_roots() } else { Vec::new() };
        trusted.extend(ca.iter().chain(&receivers_ca).map(|ca| ca.certificate().clone()));
        Ok(Self { port, connector: Connector::new(trusted), ca })
    }
}

impl Options {
    /// Returns the address to listen on for HTTPS, if it is enabled.
    pub(super) fn https_address(&self) -> Option<SocketAddr> {
        self.https.as_ref().map(|https| https.address)
    }
}
