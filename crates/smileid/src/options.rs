//! Connection options, and other code that both transports share.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use rustls::{
    crypto::CryptoProvider,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use smileid_protocol::origin::is_loopback;

/// Connection options of a transport.
///
/// ```
/// # #[cfg(feature = "reqwest")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use smileid::{ReqwestTransport, TransportOptions};
///
/// let mut options = TransportOptions::default();
/// options.stall_timeout = Duration::from_secs(60);
/// # let company_ca = b"";
/// let options = options.trust_pem(company_ca)?; // beside the system's authorities
/// let transport = ReqwestTransport::with_options(&options)?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "reqwest"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TransportOptions {
    /// Time limit for making a connection, including TLS. 10 seconds by default.
    pub connect_timeout: Duration,
    /// Time without progress in either direction after which a transfer is ended. 30 seconds by default. The time limit of the
    /// whole transfer is in [`Timeouts`](crate::Timeouts).
    pub stall_timeout: Duration,
    /// Certificate authorities to trust in addition to those of the system.
    pub(crate) roots: Vec<CertificateDer<'static>>,
}

impl TransportOptions {
    /// Adds certificate authorities to trust, in PEM format, in addition to those of the system: for a company's own proxy, or a
    /// mock server.
    ///
    /// # Errors
    ///
    /// If the text is not PEM.
    pub fn trust_pem(mut self, pem: &[u8]) -> Result<Self, BuildError> {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            self.roots.push(certificate.map_err(BuildError::new)?);
        }
        Ok(self)
    }
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            stall_timeout: Duration::from_secs(30),
            roots: Vec::new(),
        }
    }
}

/// Error: TLS cannot be set up.
#[derive(Debug)]
pub struct BuildError(Box<dyn StdError + Send + Sync>);

impl BuildError {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl From<BuildError> for smileid_client::Error {
    fn from(error: BuildError) -> Self {
        Self::config(error.to_string()).with_source(error.0)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TLS cannot be set up")
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.as_ref())
    }
}

pub(crate) const USER_AGENT: &str = concat!("smileid-rust/", env!("CARGO_PKG_VERSION"));

/// Returns true if a host is this machine. Requests to it may be unencrypted and never use a proxy, which would be another
/// machine.
pub(crate) fn is_local(uri: &http::Uri) -> bool {
    uri.host().is_some_and(is_loopback)
}

/// Returns the cryptography provider that the application has installed in rustls, or otherwise ring.
pub(crate) fn provider() -> Result<Arc<CryptoProvider>, BuildError> {
    let installed = CryptoProvider::get_default().cloned();
    let provider = installed.or_else(|| BUILT_IN.map(|provider| Arc::new(provider())));
    provider.ok_or_else(|| {
        BuildError::new("install a rustls CryptoProvider as the process's default, or use the feature `ring`")
    })
}

#[cfg(feature = "ring")]
const BUILT_IN: Option<fn() -> CryptoProvider> = Some(rustls::crypto::ring::default_provider);
#[cfg(not(feature = "ring"))]
const BUILT_IN: Option<fn() -> CryptoProvider> = None;
