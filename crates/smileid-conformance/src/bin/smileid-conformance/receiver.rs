//! Callback receiver that collects the callbacks of the server under test, on its own thread.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Request, Response};

use smileid_conformance::server::{REFUSING, REFUSING_ALL};

use crate::listen::listen;

pub(crate) struct Receiver {
    url: String,
    mailbox: Mailbox,
}

/// Received callbacks by path.
type Mailbox = Arc<Mutex<BTreeMap<String, Vec<Request<Bytes>>>>>;

impl Receiver {
    /// Starts a receiver that listens until the process ends. Servers call `public_url`, if it is given.
    pub(crate) fn start(address: SocketAddr, public_url: Option<String>) -> io::Result<Self> {
        let mailbox = Mailbox::default();
        let shared = Arc::clone(&mailbox);
        let address = listen(address, move |request| receive(request, &shared))?;
        let own = format!("http://{address}");
        let url = public_url.map_or(own, |url| url.trim_end_matches('/').to_owned());
        Ok(Self { url, mailbox })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the callbacks that were received at a URL.
    pub(crate) fn received(&self, address: &str) -> Vec<Request<Bytes>> {
        let path = address.strip_prefix(&self.url).unwrap_or(address);
        let mailbox = self.mailbox.lock().unwrap_or_else(PoisonError::into_inner);
        // A tunnel may add a prefix to the path, so only the end of the path is compared.
        let mut arrived = mailbox.iter().filter(|(arrived_at, _)| arrived_at.ends_with(path));
        arrived.next().map(|(_, callbacks)| callbacks.clone()).unwrap_or_default()
    }
}

fn receive(request: &Request<Bytes>, mailbox: &Mailbox) -> Response<Bytes> {
    let mut mailbox = mailbox.lock().unwrap_or_else(PoisonError::into_inner);
    let path = request.uri().path();
    let earlier = mailbox.entry(path.to_owned()).or_default();
    let mut response = Response::default();
    if earlier.is_empty() && path.ends_with(REFUSING) || path.ends_with(REFUSING_ALL) {
        *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    }
    earlier.push(request.clone());
    response
}
