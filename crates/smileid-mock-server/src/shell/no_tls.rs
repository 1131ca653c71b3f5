//! Replaces the module `tls` if the feature `tls` is disabled. Only plain HTTP is then supported.

use std::{convert::Infallible, io};

use tokio::net::TcpStream;

use super::deliver::Unsent;

/// TLS acceptor of a port; no value exists.
#[derive(Clone)]
pub(crate) enum TlsAcceptor {}

impl TlsAcceptor {
    #[expect(clippy::unused_async, reason = "the one with TLS waits for the handshake")]
    pub(super) async fn accept(&self, _: TcpStream) -> io::Result<TcpStream> {
        match *self {}
    }
}

/// Connector that refuses callback receivers with TLS.
pub(crate) struct Connector;

impl Connector {
    /// Creates the connector, without certificate authorities.
    pub(crate) fn new(_: [Infallible; 0]) -> Self {
        Self
    }

    #[expect(clippy::unused_async, reason = "the one with TLS waits for the handshake")]
    pub(super) async fn connect(&self, _: &str, _: TcpStream) -> Result<TcpStream, Unsent> {
        Err(Unsent::NotAllowed("callbacks to https URLs need the feature `tls` of smileid-mock-server"))
    }
}
