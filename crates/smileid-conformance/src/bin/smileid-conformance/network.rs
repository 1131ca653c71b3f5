//! Network, clock and callback receiver with which server scenarios run.

use std::{
    error::Error,
    io::{self, Cursor, Read as _},
    net::SocketAddr,
    thread,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use smileid_conformance::{Broken, server::ServerHarness};
use smileid_protocol::{origin::is_loopback, timestamp::utc_millis};
use ureq::{
    Agent, Body, Proxy, SendBody,
    tls::{RootCerts, TlsConfig},
};

use crate::receiver::Receiver;

/// Time limit for a response.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Maximum size of a response, in bytes. Images, and callbacks of 1.5 MB, are much smaller.
const LIMIT: u64 = 8 << 20;

pub(crate) struct Network {
    agent: Agent,
    interval: Duration,
    last: Option<Instant>,
    receiver: Option<Receiver>,
}

impl Network {
    pub(crate) fn new(
        interval: Duration,
        receive_at: Option<SocketAddr>,
        public_url: Option<String>,
    ) -> Result<Self, Box<dyn Error>> {
        let receiver = receive_at.map(|address| Receiver::start(address, public_url)).transpose()?;
        Ok(Self { agent: agent(TIMEOUT), interval, last: None, receiver })
    }

    /// Creates a random text for the ids of one run.
    pub(crate) fn run_id(&self) -> Result<String, getrandom::Error> {
        Ok(format!("{:08x}-{:04x}", self.now_utc_millis() / 1000, getrandom::u32()? & 0xffff))
    }

    fn wait_for_interval(&mut self) {
        if let Some(last) = self.last {
            thread::sleep(self.interval.saturating_sub(last.elapsed()));
        }
        self.last = Some(Instant::now());
    }
}

/// Creates an HTTP client with a timeout for each exchange. It does not follow redirects.
pub(crate) fn agent(timeout: Duration) -> Agent {
    let provider = rustls::crypto::ring::default_provider().into();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(Proxy::try_from_env())
        .user_agent(concat!("smileid-conformance/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("")
        .http_status_as_error(false)
        // A redirect would send a signed request elsewhere, and no scenario expects one.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(timeout))
        .build();
    config.into()
}

/// Sends a request. Does not use a proxy for this machine.
pub(crate) fn send(
    agent: &Agent,
    request: http::Request<SendBody<'_>>,
) -> Result<http::Response<Body>, ureq::Error> {
    let is_local = request.uri().host().is_some_and(is_loopback);
    let request = agent.configure_request(request);
    let request = if is_local { request.proxy(None) } else { request };
    agent.run(request.build())
}

/// Reads a whole response body, up to a size limit.
fn read(response: &mut http::Response<Body>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    response.body_mut().as_reader().take(LIMIT + 1).read_to_end(&mut body)?;
    if body.len() as u64 > LIMIT {
        let message = format!("the response is larger than {} MiB", LIMIT >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(body)
}

impl ServerHarness for Network {
    fn send(&mut self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Broken> {
        self.wait_for_interval();
        let (head, body) = request.into_parts();
        let body =
            if body.is_empty() { SendBody::none() } else { SendBody::from_owned_reader(Cursor::new(body)) };
        let mut response = send(&self.agent, http::Request::from_parts(head, body))?;
        let body = read(&mut response)?;
        let (head, _) = response.into_parts();
        Ok(http::Response::from_parts(head, body.into()))
    }

    fn now_utc_millis(&self) -> i64 {
        now_utc_millis()
    }

    fn pause(&mut self, time: Duration) {
        thread::sleep(time);
    }

    fn receiver(&self) -> Option<String> {
        self.receiver.as_ref().map(|receiver| receiver.url().to_owned())
    }

    fn received(&mut self, address: &str) -> Vec<http::Request<Bytes>> {
        self.receiver.as_ref().map(|receiver| receiver.received(address)).unwrap_or_default()
    }
}

/// Returns the current time, in milliseconds since 1970.
pub(crate) fn now_utc_millis() -> i64 {
    utc_millis(SystemTime::now())
}
