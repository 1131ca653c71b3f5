//! A receiver of callbacks, on a thread of its own.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, runtime};

/// How large a callback may be: they have up to 1.5 MB.
const LARGEST: usize = 16 << 20;

pub(crate) struct Receiver {
    url: String,
    mailbox: Mailbox,
}

/// The bodies that arrived, by path.
type Mailbox = Arc<Mutex<BTreeMap<String, Vec<Bytes>>>>;

impl Receiver {
    /// Starts one that listens until the process ends. Servers are told `public_url`, if there is one.
    pub(crate) fn start(address: SocketAddr, public_url: Option<String>) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let own = format!("http://{}", listener.local_addr()?);
        let url = public_url.map_or(own, |url| url.trim_end_matches('/').to_owned());
        let mailbox = Mailbox::default();
        let shared = Arc::clone(&mailbox);
        thread::spawn(move || runtime.block_on(serve(listener, shared)));
        Ok(Self { url, mailbox })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What arrived at an address below the receiver's.
    pub(crate) fn received(&self, address: &str) -> Vec<Bytes> {
        let path = address.strip_prefix(&self.url).unwrap_or(address);
        let mailbox = self.mailbox.lock().unwrap_or_else(PoisonError::into_inner);
        // A tunnel may have a path of its own before ours.
        let mut arrived = mailbox.iter().filter(|(arrived_at, _)| arrived_at.ends_with(path));
        arrived.next().map(|(_, bodies)| bodies.clone()).unwrap_or_default()
    }
}

async fn serve(listener: TcpListener, mailbox: Mailbox) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let mailbox = Arc::clone(&mailbox);
        let service = service_fn(move |request| receive(request, Arc::clone(&mailbox)));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

/// Takes a callback that came whole. Of any other the sender is told nothing but that it was not taken.
async fn receive(request: Request<Incoming>, mailbox: Mailbox) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let mut response = Response::new(Full::default());
    match Limited::new(body, LARGEST).collect().await {
        Ok(body) => {
            let mut mailbox = mailbox.lock().unwrap_or_else(PoisonError::into_inner);
            mailbox.entry(head.uri.path().to_owned()).or_default().push(body.to_bytes());
        }
        Err(_) => *response.status_mut() = http::StatusCode::BAD_REQUEST,
    }
    Ok(response)
}
