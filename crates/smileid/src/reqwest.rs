//! The asynchronous transport over reqwest, with rustls and the system's certificates.

mod turns;

use std::{
    collections::VecDeque,
    error::Error as StdError,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use smileid_client::{Outgoing, Piece, Transport, TransportError, TransportErrorKind, read_files};
use smileid_protocol::{
    job::{ImageJob, ReadError, ReadyJob},
    origin::is_loopback,
};
use turns::Turns;

/// A client over [`ReqwestTransport`].
pub type Client = smileid_client::Client<ReqwestTransport>;

/// Sends requests with reqwest.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
    /// For loopback hosts, which may be spoken to in the clear: never through a proxy, which is another machine.
    direct: ::reqwest::Client,
    turns: Turns,
}

impl ReqwestTransport {
    /// A transport that follows no redirects, speaks TLS with the system's certificates, gives up on a connection
    /// after 10 seconds and on a stalled answer after 30, uses the proxies that the environment names, but not for
    /// this machine, and has [at most](Self::at_most) 500 requests under way.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, BuildError> {
        let builder = || {
            Ok(::reqwest::Client::builder()
                .tls_backend_preconfigured(tls()?)
                .redirect(::reqwest::redirect::Policy::none())
                .retry(::reqwest::retry::never())
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(STALL_TIMEOUT)
                .user_agent(USER_AGENT))
        };
        Ok(Self {
            client: builder()?.build().map_err(BuildError::new)?,
            direct: builder()?.no_proxy().build().map_err(BuildError::new)?,
            turns: Turns::new(Turns::DEFAULT),
        })
    }

    /// A transport over a client of the caller's.
    ///
    /// The client **must not follow redirects** ([`::reqwest::redirect::Policy::none`]): a redirect would carry a
    /// signed request, or an archive of images, to whatever host it names. Nor may it reach loopback hosts through a
    /// proxy, if such hosts are used.
    pub fn with_client_that_follows_no_redirects(client: ::reqwest::Client) -> Self {
        Self { direct: client.clone(), client, turns: Turns::new(Turns::DEFAULT) }
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
        let (head, body) = outgoing.request.into_parts();
        let body = body
            .to_bytes()
            .map_err(|error| TransportError::new(TransportErrorKind::Body).with_source(error))?;
        let body = ::reqwest::Body::wrap(Segments::from(body));
        let request = http::Request::from_parts(head, body);
        let mut request = ::reqwest::Request::try_from(request).map_err(failed)?;
        *request.timeout_mut() = Some(timeout);
        let mut response = client.execute(request).await.map_err(failed)?;

        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
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

pub(crate) fn is_local(uri: &http::Uri) -> bool {
    uri.host().is_some_and(is_loopback)
}

/// TLS cannot be set up.
#[derive(Debug)]
pub struct BuildError(Box<dyn StdError + Send + Sync>);

impl BuildError {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl std::fmt::Display for BuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TLS cannot be set up")
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.as_ref())
    }
}

pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
pub(crate) const USER_AGENT: &str = concat!("smileid-rust/", env!("CARGO_PKG_VERSION"));
const STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// rustls with the provider the application has installed, or ring; certificates are the system's.
pub(crate) fn tls() -> Result<rustls::ClientConfig, BuildError> {
    use rustls_platform_verifier::BuilderVerifierExt;

    let provider = rustls::crypto::CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| rustls::crypto::ring::default_provider().into());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(BuildError::new)?;
    Ok(builder.with_no_client_auth())
}

/// What reqwest says went wrong, without the address it names.
pub(crate) fn failed(error: ::reqwest::Error) -> TransportError {
    let error = error.without_url();
    let kind = if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_builder() {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).with_source(error)
}

/// The pieces of a body, sent one after the other.
struct Segments {
    left: VecDeque<Bytes>,
    length: u64,
}

impl From<Bytes> for Segments {
    fn from(body: Bytes) -> Self {
        Self { length: body.len() as u64, left: [body].into() }
    }
}

impl http_body::Body for Segments {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = self.left.pop_front();
        if let Some(segment) = &next {
            self.length -= segment.len() as u64;
        }
        Poll::Ready(next.map(|segment| Ok(Frame::data(segment))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
