//! Asynchronous transport over reqwest, with rustls and the system's certificates.

mod client;
mod concurrency;
mod transfer;
mod upload;

use std::{io, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use rustls_platform_verifier::Verifier;
use smileid_client::{Outgoing, Piece, Transport, TransportError, TransportErrorKind, read_files};
use smileid_protocol::job::{ImageJob, ReadError, ReadyJob};

pub use client::Client;

use self::{concurrency::ConcurrencyLimit, transfer::Transfer, upload::Upload};
use crate::options::{BuildError, TransportOptions, USER_AGENT, is_local, provider};

/// Transport that sends requests with reqwest, inside a tokio runtime. Bytes in memory are sent without a copy, and files are
/// read while they are sent. When a call is dropped, only a file read that has already begun continues.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// HTTP client that uses no proxy, for servers on this machine.
    direct: reqwest::Client,
    connect_timeout: Duration,
    stall_timeout: Duration,
    turns: ConcurrencyLimit,
}

impl ReqwestTransport {
    /// Creates a transport with the default options.
    ///
    /// It follows no redirects. It uses TLS with the system's certificates, and with the cryptography that the
    /// application has installed in rustls, or else ring. It uses the proxies that the environment names, but not for
    /// this machine. It has [at most](Self::at_most) 500 requests in progress.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up.
    pub fn new() -> Result<Self, BuildError> {
        Self::with_options(&TransportOptions::default())
    }

    /// Creates a transport with these options.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up.
    pub fn with_options(options: &TransportOptions) -> Result<Self, BuildError> {
        let tls = tls(options)?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(options.connect_timeout)
                .user_agent(USER_AGENT)
        };
        Ok(Self {
            client: builder().build().map_err(BuildError::new)?,
            direct: builder().no_proxy().build().map_err(BuildError::new)?,
            connect_timeout: options.connect_timeout,
            stall_timeout: options.stall_timeout,
            turns: ConcurrencyLimit::new(ConcurrencyLimit::DEFAULT),
        })
    }

    /// Creates a transport that uses the caller's own reqwest client. Of `options` only the timeouts for stalled transfers are
    /// used; the client determines the rest.
    ///
    /// The client **must not follow redirects** ([`reqwest::redirect::Policy::none`]): a redirect would send a signed
    /// request, or an archive of images, to any host that it names. It must not reach loopback hosts through a proxy
    /// either, if such hosts are used.
    pub fn with_client_that_follows_no_redirects(
        client: reqwest::Client,
        options: &TransportOptions,
    ) -> Self {
        Self {
            direct: client.clone(),
            client,
            connect_timeout: options.connect_timeout,
            stall_timeout: options.stall_timeout,
            turns: ConcurrencyLimit::new(ConcurrencyLimit::DEFAULT),
        }
    }

    /// Returns the same transport with a limit of requests in progress, and so of connections (at least one). Other requests
    /// wait. If their time limit is reached, they fail without being sent.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let transport = smileid::ReqwestTransport::new()?.at_most(20);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn at_most(self, requests: usize) -> Self {
        Self { turns: ConcurrencyLimit::new(requests), ..self }
    }
}

impl Transport for ReqwestTransport {
    async fn send(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        let limit = outgoing.reply_limit;
        let (_turn, timeout) = self.turns.next(outgoing.timeout).await?;
        let client = if is_local(outgoing.request.uri()) { &self.direct } else { &self.client };
        // Before the first byte of the body is sent, the client may have to connect. The time limit for connecting is
        // added.
        let first = self.connect_timeout.saturating_add(self.stall_timeout);
        let transfer = Transfer::begin(first, self.stall_timeout);

        let (head, body) = outgoing.request.into_parts();
        let is_empty = body.length() == 0;
        let upload = Upload::new(body, outgoing.progress, transfer.shared());
        let request = http::Request::from_parts(head, reqwest::Body::wrap(upload));
        let mut request = reqwest::Request::try_from(request).map_err(failed)?;
        if is_empty {
            *request.body_mut() = None;
        }
        *request.timeout_mut() = Some(timeout);

        let exchange = async {
            let mut response = client.execute(request).await.map_err(failed)?;
            transfer.moved();
            let mut body = BytesMut::new();
            while let Some(chunk) = response.chunk().await.map_err(failed)? {
                transfer.moved();
                if body.len() + chunk.len() > limit {
                    return Err(TransportError::new(TransportErrorKind::ReplyTooLarge));
                }
                body.extend_from_slice(&chunk);
            }
            let mut reply = http::Response::new(body.freeze());
            *reply.status_mut() = response.status();
            *reply.version_mut() = response.version();
            *reply.headers_mut() = std::mem::take(response.headers_mut());
            Ok(reply)
        };
        let result = transfer.watch(exchange).await;
        match transfer.broken() {
            Some(error) if result.is_err() => {
                Err(TransportError::new(TransportErrorKind::Body).with_source(error))
            }
            _ => result,
        }
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    async fn read(&self, job: Arc<ImageJob>) -> Result<ReadyJob<Piece>, ReadError> {
        // A blocking task is only cancelled when the runtime shuts down. Then no caller waits for its result.
        tokio::task::spawn_blocking(move || read_files(&job)).await.unwrap_or_else(|stopped| {
            Err(ReadError::File {
                field: "image_details".to_owned(),
                path: std::path::PathBuf::new(),
                source: io::Error::other(stopped),
            })
        })
    }
}

fn tls(options: &TransportOptions) -> Result<rustls::ClientConfig, BuildError> {
    let provider = provider()?;
    let verifier = Verifier::new_with_extra_roots(options.roots.iter().cloned(), provider.clone())
        .map_err(BuildError::new)?;
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(BuildError::new)?
        .dangerous() // rustls uses this name for every custom verifier
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// Converts an error of reqwest, without the URL in it.
fn failed(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let kind = if error.is_connect() {
        TransportErrorKind::Connect // also for a timeout while connecting, as nothing was sent
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_builder() {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).with_source(error)
}
