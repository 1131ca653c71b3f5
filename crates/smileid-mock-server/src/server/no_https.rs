//! Replaces the module `https` if the feature `tls` is disabled.

use std::{io, net::SocketAddr};

use super::Options;
use crate::shell::{
    deliver::Receivers,
    tls::{Connector, TlsAcceptor},
};

/// Certificate authority of a server without TLS: none.
pub(super) type Ca = ();

/// TLS of a server without the feature `tls`: none.
pub(super) struct Tls {
    pub(super) port: Option<(SocketAddr, TlsAcceptor)>,
    pub(super) connector: Connector,
    pub(super) ca: Ca,
}

impl Tls {
    #[expect(clippy::unnecessary_wraps, reason = "the one with TLS reads files")]
    pub(super) fn open(_: &Options, _: Receivers) -> io::Result<Self> {
        Ok(Self { port: None, connector: Connector::new([]), ca: () })
    }
}

impl Options {
    #[expect(clippy::unused_self, reason = "the one with TLS has an address")]
    pub(super) fn https_address(&self) -> Option<SocketAddr> {
        None
    }
}
