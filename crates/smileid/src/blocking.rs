//! The client without `async`, over reqwest's blocking client.
//!
//! That client panics when it is used inside an asynchronous runtime; there, use [`crate::Client`].

use std::io::{self, Read as _};

use bytes::Bytes;
use smileid_client::{BlockingTransport, Outgoing, TransportError, TransportErrorKind};

use crate::reqwest::{BuildError, CONNECT_TIMEOUT, USER_AGENT, failed, is_local, tls};

/// A client over [`ReqwestTransport`].
pub type Client = smileid_client::blocking::Client<ReqwestTransport>;

/// Sends requests with reqwest's blocking client.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: ::reqwest::blocking::Client,
    /// For loopback hosts; see [`crate::ReqwestTransport`].
    direct: ::reqwest::blocking::Client,
}

impl ReqwestTransport {
    /// A transport that follows no redirects, speaks TLS with the system's certificates, gives up on a connection
    /// after 10 seconds, and uses the proxies that the environment names, but not for this machine.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, BuildError> {
        let builder = || {
            Ok(::reqwest::blocking::Client::builder()
                .tls_backend_preconfigured(tls()?)
                .redirect(::reqwest::redirect::Policy::none())
                .retry(::reqwest::retry::never())
                .connect_timeout(CONNECT_TIMEOUT)
                .user_agent(USER_AGENT))
        };
        Ok(Self {
            client: builder()?.build().map_err(BuildError::new)?,
            direct: builder()?.no_proxy().build().map_err(BuildError::new)?,
        })
    }
}

impl BlockingTransport for ReqwestTransport {
    fn send(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        let limit = outgoing.reply_limit;
        let timeout = outgoing.timeout;
        let client = if is_local(outgoing.request.uri()) { &self.direct } else { &self.client };
        let (head, body) = outgoing.request.into_parts();
        // In one piece: from a reader, reqwest says that the body could not be sent when in truth nobody was there or an
        // answer came early.
        let body = body
            .to_bytes()
            .map_err(|error| TransportError::new(TransportErrorKind::Body).with_source(error))?;
        let body = ::reqwest::blocking::Body::from(body);
        let mut request =
            ::reqwest::blocking::Request::try_from(http::Request::from_parts(head, body)).map_err(failed)?;
        *request.timeout_mut() = Some(timeout);
        let mut response = client.execute(request).map_err(failed)?;

        let mut reply = http::Response::new(Bytes::new());
        *reply.status_mut() = response.status();
        *reply.version_mut() = response.version();
        *reply.headers_mut() = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        let read = response.by_ref().take(limit as u64 + 1).read_to_end(&mut body);
        read.map_err(interrupted)?;
        if body.len() > limit {
            return Err(TransportError::new(TransportErrorKind::ReplyTooLarge));
        }
        *reply.body_mut() = body.into();
        Ok(reply)
    }
}

fn interrupted(error: io::Error) -> TransportError {
    let kind = match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => TransportErrorKind::Timeout,
        _ => TransportErrorKind::Interrupted,
    };
    // reqwest wraps its own error, which names the address, in the one of the reader.
    let Some(inner) = error.into_inner() else { return TransportError::new(kind) };
    match inner.downcast::<::reqwest::Error>() {
        Ok(inner) => failed(*inner),
        Err(_) => TransportError::new(kind),
    }
}
