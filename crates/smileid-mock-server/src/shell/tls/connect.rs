//! TLS connections: from clients, and to callback receivers.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector, client,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName},
    },
    server,
};

use super::authority;
use crate::shell::{
    deliver::{NO_URL, Unsent},
    effect::Line,
};

impl Line for server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Connector to callback receivers over TLS.
pub(crate) struct Connector(TlsConnector);

impl Connector {
    /// Creates a connector that trusts only these certificate authorities.
    pub(crate) fn new(authorities: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(authorities);
        let config = ClientConfig::builder_with_provider(authority::provider())
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self(TlsConnector::from(Arc::new(config)))
    }

    /// Makes the TLS handshake with a receiver.
    pub(in crate::shell) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<client::TlsStream<TcpStream>, Unsent> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| NO_URL)?;
        self.0.connect(name, stream).await.map_err(|error| Unsent::failed("the handshake", &error))
    }
}
