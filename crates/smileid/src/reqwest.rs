//! The asynchronous transport over reqwest, with rustls and the system's certificates.

mod transfer;
mod turns;
mod upload;

use std::{io, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use rustls_platform_verifier::Verifier;
use smileid_client::{Outgoing, Piece, Transport, TransportError, TransportErrorKind, read_files};
use smileid_protocol::job::{ImageJob, ReadError, ReadyJob};

use self::{transfer::Transfer, turns::Turns, upload::Upload};
use crate::network::{BuildError, TransportOptions, USER_AGENT, is_local, provider};

/// A client over [`ReqwestTransport`].
pub type Client = smileid_client::Client<ReqwestTransport>;

/// Sends requests with reqwest, inside a tokio runtime.
///
/// Bytes in memory are sent from where they are, and files while they are read, off the executor: no body is ever put
/// together. When a call is dropped, nothing of it goes on but a read of files that has begun: of all of them
/// before the first request, of one piece while they are sent.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
    /// Uses no proxy.
    direct: ::reqwest::Client,
    connect_timeout: Duration,
    stall_timeout: Duration,
    turns: Turns,
}

impl ReqwestTransport {
    /// A transport with the default options.
    ///
    /// It follows no redirects, speaks TLS with the system's certificates and the cryptography that the application has
    /// installed in rustls, or else ring, uses the proxies that the environment names, but not for this machine, and has
    /// [at most](Self::at_most) 500 requests under way.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, BuildError> {
        Self::with_options(&TransportOptions::default())
    }

    /// The same with other options.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn with_options(options: &TransportOptions) -> Result<Self, BuildError> {
        let tls = tls(options)?;
        let builder = || {
            ::reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(::reqwest::redirect::Policy::none())
                .retry(::reqwest::retry::never())
                .connect_timeout(options.connect_timeout)
                .user_agent(USER_AGENT)
        };
        Ok(Self {
            client: builder().build().map_err(BuildError::new)?,
            direct: builder().no_proxy().build().map_err(BuildError::new)?,
            connect_timeout: options.connect_timeout,
            stall_timeout: options.stall_timeout,
            turns: Turns::new(Turns::DEFAULT),
        })
    }

    /// A transport over a client of the caller's, which breaks off what stands still as `options` say; the rest is for
    /// the client to know.
    ///
    /// The client **must not follow redirects** ([`::reqwest::redirect::Policy::none`]): a redirect would carry a
    /// signed request, or an archive of images, to whatever host it names. Nor may it reach loopback hosts through a
    /// proxy, if such hosts are used.
    pub fn with_client_that_follows_no_redirects(
        client: ::reqwest::Client,
        options: &TransportOptions,
    ) -> Self {
        Self {
            direct: client.clone(),
            client,
            connect_timeout: options.connect_timeout,
            stall_timeout: options.stall_timeout,
            turns: Turns::new(Turns::DEFAULT),
        }
    }

    /// The same transport with at most so many requests under way, and so many connections; at least one. The others
    /// wait for their turn within the time they have, and when that is over they have not been sent.
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
        Self { turns: Turns::new(requests), ..self }
    }
}

impl Transport for ReqwestTransport {
    async fn send(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        let limit = outgoing.reply_limit;
        let (_turn, timeout) = self.turns.next(outgoing.timeout).await?;
        let client = if is_local(outgoing.request.uri()) { &self.direct } else { &self.client };
        // Until the first byte is asked for there may be a connection to make, which has a limit of its own.
        let first = self.connect_timeout.saturating_add(self.stall_timeout);
        let transfer = Transfer::begin(first, self.stall_timeout);

        let (head, body) = outgoing.request.into_parts();
        let is_empty = body.length() == 0;
        let upload = Upload::new(body, outgoing.progress, transfer.shared());
        let request = http::Request::from_parts(head, ::reqwest::Body::wrap(upload));
        let mut request = ::reqwest::Request::try_from(request).map_err(failed)?;
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
        // A task that reads files ends early only when the runtime shuts down, and then nobody waits for this.
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
        .dangerous() // which the platform's own verifier is not
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// What reqwest says went wrong, without the address it names.
fn failed(error: ::reqwest::Error) -> TransportError {
    let error = error.without_url();
    let kind = if error.is_connect() {
        TransportErrorKind::Connect // even when the time for it ran out: nothing was sent
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_builder() {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).with_source(error)
}
