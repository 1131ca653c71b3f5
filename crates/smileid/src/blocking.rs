//! Blocking client over ureq. It needs no async runtime. Inside a runtime it can be used too, but blocks the thread.
//!
//! Its calls are those of the asynchronous [`Client`](crate::Client), and end with `send()`.
//!
//! ```no_run
//! use smileid::{Image, ImageJob, JobRef, blocking::Client};
//!
//! # fn main() -> smileid::Result<()> {
//! let client = Client::from_env()?;
//! let job = ImageJob::smart_selfie_registration(JobRef::new("user-1", "job-1")?, Image::file("selfie.jpg"));
//! let outcome = client.submit(job).wait().send()?;
//! println!("{}", outcome.decision()); // approved
//! # Ok(())
//! # }
//! ```

use std::{
    io::{self, Read},
    ops::Deref,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use smileid_client::{
    BlockingTransport, Config, Outgoing, Progress, Result, TransportError, TransportErrorKind, blocking,
};
use ureq::{
    Agent, Error as Failure, Proxy, SendBody, Timeout,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::{
    builder::ClientBuilder,
    options::{BuildError, TransportOptions, USER_AGENT, is_local, provider},
};

/// A blocking client of the API. Its calls are methods of [`smileid::client::blocking::Client`](crate::client::blocking::Client),
/// to which it dereferences. Clones are cheap and share connections.
#[derive(Clone, Debug)]
pub struct Client(blocking::Client);

impl Client {
    /// Creates a client from the environment variables; see [`Client::from_env`](crate::Client::from_env).
    ///
    /// # Errors
    ///
    /// Of the kind [`Config`](crate::ErrorKind::Config), with the name of the variable that is missing or invalid.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::<Self>::from_env()?.build()
    }

    /// Creates a builder of a client for the partner with this id and API key. The client uses the sandbox, unless the builder is
    /// configured otherwise.
    pub fn builder(partner_id: &str, api_key: &str) -> ClientBuilder<Self> {
        ClientBuilder::new(partner_id, api_key)
    }

    /// Creates a client with this configuration.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self> {
        Ok(Self(blocking::Client::new(config, UreqTransport::new()?)))
    }

    /// Returns a client with a changed configuration that uses the same connections.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Config)) -> Self {
        Self(self.0.with(change))
    }
}

impl ClientBuilder<Client> {
    /// Builds the client.
    ///
    /// # Errors
    ///
    /// If the key, the environment or the callback URL is invalid, or TLS cannot be set up.
    pub fn build(self) -> Result<Client> {
        let (config, options) = self.into_parts()?;
        Ok(Client(blocking::Client::new(config, UreqTransport::with_options(&options)?)))
    }

    /// Builds the client with another transport, such as prepared responses ([`Script`](crate::testing::Script)) in a test. The
    /// [connection options](ClientBuilder::transport) are not used.
    ///
    /// # Errors
    ///
    /// If the key, the environment or the callback URL is invalid.
    pub fn build_with(self, transport: impl BlockingTransport + Send + Sync + 'static) -> Result<Client> {
        let (config, _) = self.into_parts()?;
        Ok(Client(blocking::Client::new(config, transport)))
    }
}

impl Deref for Client {
    type Target = blocking::Client;

    fn deref(&self) -> &blocking::Client {
        &self.0
    }
}

/// Converts a client with any transport, such as prepared responses ([`Script`](crate::testing::Script)) in a test.
impl From<blocking::Client> for Client {
    fn from(client: blocking::Client) -> Self {
        Self(client)
    }
}

impl From<Client> for crate::callback::Api {
    fn from(client: Client) -> Self {
        client.0.into()
    }
}

/// Transport that sends requests with ureq, on the thread of the caller.
///
/// ```
/// use smileid::{Config, client::blocking, blocking::UreqTransport};
///
/// fn client(config: Config) -> smileid::Result<blocking::Client> {
///     Ok(blocking::Client::new(config, UreqTransport::new()?))
/// }
/// ```
///
/// Bytes in memory are sent without a copy, and files are read while they are sent: a body is never joined in memory.
/// The response is read after the body has been sent. The response of a server that refuses early and closes is
/// therefore lost, which counts as an interruption.
#[derive(Clone, Debug)]
pub struct UreqTransport {
    agent: Agent,
}

impl UreqTransport {
    /// Creates a transport with the default options.
    ///
    /// It follows no redirects. It uses TLS with the system's certificates, and with the cryptography that the
    /// application has installed in rustls, or else ring. It uses the proxy that the environment names (`ALL_PROXY`, or
    /// else `HTTPS_PROXY`, or else `HTTP_PROXY`), but not for this machine.
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
        let connect_timeout = Some(options.connect_timeout.min(LONGEST));
        let stall_timeout = Some(options.stall_timeout.min(LONGEST));
        let config = Agent::config_builder()
            .tls_config(tls(options)?)
            .proxy(Proxy::try_from_env())
            .user_agent(USER_AGENT)
            .accept_encoding("")
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(connect_timeout)
            .timeout_connect(connect_timeout)
            .timeout_per_read(stall_timeout)
            .timeout_per_write(stall_timeout)
            .build();
        Ok(Self { agent: config.into() })
    }

    fn run(
        &self,
        head: http::request::Parts,
        body: SendBody<'_>,
        timeout: Duration,
    ) -> Result<http::Response<ureq::Body>, Failure> {
        let is_local = is_local(&head.uri);
        let request = self.agent.configure_request(http::Request::from_parts(head, body));
        let request = request.timeout_global(Some(timeout.min(LONGEST)));
        let request = if is_local { request.proxy(None) } else { request };
        self.agent.run(request.build())
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        let limit = outgoing.reply_limit;
        let (mut head, body) = outgoing.request.into_parts();
        let length = body.length();
        if length > 0 {
            head.headers.insert(CONTENT_LENGTH, length.into());
        }
        let mut upload =
            Upload { reader: body.into_reader(), sent: 0, length, progress: outgoing.progress, broken: None };
        let sent = match length {
            0 => self.run(head, SendBody::none(), outgoing.timeout),
            _ => self.run(head, SendBody::from_reader(&mut upload), outgoing.timeout),
        };
        let mut response = sent.map_err(|error| upload.failed(error))?;

        let mut body = Vec::new();
        response
            .body_mut()
            .as_reader()
            .take((limit as u64).saturating_add(1))
            .read_to_end(&mut body)
            .map_err(interrupted)?;
        if body.len() > limit {
            return Err(TransportError::new(TransportErrorKind::ReplyTooLarge));
        }
        let (head, _) = response.into_parts();
        Ok(http::Response::from_parts(head, body.into()))
    }
}

fn tls(options: &TransportOptions) -> Result<TlsConfig, BuildError> {
    let roots = if options.roots.is_empty() {
        RootCerts::PlatformVerifier
    } else {
        let system = rustls_native_certs::load_native_certs().certs;
        let all = system.iter().chain(&options.roots);
        RootCerts::Specific(Arc::new(all.map(|it| Certificate::from_der(it).to_owned()).collect()))
    };
    Ok(TlsConfig::builder()
        .root_certs(roots)
        // `unversioned` refers to the version of rustls, which is the same as ours. Without a provider, ureq panics if
        // none is installed.
        .unversioned_rustls_crypto_provider(provider()?)
        .build())
}

/// Reader of a request body that is being sent.
struct Upload<R> {
    reader: R,
    sent: u64,
    length: u64,
    progress: Option<Progress>,
    /// Error from reading the body, if it caused the failure.
    broken: Option<io::Error>,
}

impl<R: Read> Read for Upload<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(count) => {
                self.sent += count as u64;
                if let (Some(progress), true) = (&self.progress, count > 0) {
                    progress.report(self.sent, self.length);
                }
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.broken = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    }
}

impl<R> Upload<R> {
    /// Converts an error of ureq.
    fn failed(self, error: Failure) -> TransportError {
        if let Some(broken) = self.broken {
            return TransportError::new(TransportErrorKind::Body).with_source(broken);
        }
        let kind = match &error {
            // The request has a body, but none of its bytes was sent.
            _ if self.sent == 0 && self.length > 0 && !is_late(&error) => TransportErrorKind::Connect,
            Failure::Timeout(Timeout::Resolve | Timeout::Connect)
            | Failure::HostNotFound
            | Failure::ConnectionFailed
            | Failure::ConnectProxyFailed(_)
            | Failure::InvalidProxyUrl
            | Failure::Tls(_)
            | Failure::TlsRequired => TransportErrorKind::Connect,
            Failure::Io(error) if is_refusal(error) => TransportErrorKind::Connect,
            Failure::Timeout(_) => TransportErrorKind::Timeout,
            Failure::Io(error) if error.kind() == io::ErrorKind::TimedOut => TransportErrorKind::Timeout,
            Failure::Http(_) | Failure::BadUri(_) => TransportErrorKind::Other,
            _ => TransportErrorKind::Interrupted,
        };
        match error {
            // These errors contain the URL or the text of a proxy, either of which may be secret.
            Failure::BadUri(_) | Failure::RequireHttpsOnly(_) | Failure::ConnectProxyFailed(_) => {
                TransportError::new(kind)
            }
            error => TransportError::new(kind).with_source(error),
        }
    }
}

/// Converts an error from reading the response.
fn interrupted(error: io::Error) -> TransportError {
    let late = error.kind() == io::ErrorKind::TimedOut
        || error.get_ref().and_then(|it| it.downcast_ref()).is_some_and(is_late);
    let kind = if late { TransportErrorKind::Timeout } else { TransportErrorKind::Interrupted };
    TransportError::new(kind).with_source(error)
}

/// Returns true if the server took too long to send or receive data (not to connect).
fn is_late(error: &Failure) -> bool {
    matches!(error, Failure::Timeout(it) if !matches!(it, Timeout::Resolve | Timeout::Connect))
}

/// Returns true if the error prevents a connection, rather than interrupting one.
fn is_refusal(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
    )
}

/// Maximum timeout. ureq adds timeouts to the current time, and a longer one would overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);
