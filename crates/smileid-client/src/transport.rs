//! Transport: the interface between the client and the network.

mod body;
mod error;

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use smileid_protocol::{
    endpoint::Spec,
    job::{ImageJob, ReadError, ReadyJob},
};

use crate::clock::{self, Now};

pub(crate) use body::read_file;
pub use body::{Body, FileReader, Progress, measure_file, read_files};
pub use error::{TransportError, TransportErrorKind};
pub use smileid_protocol::piece::{FilePart, Piece};

/// Asynchronous transport: sends requests and waits.
///
/// An implementation must not follow redirects, and must keep to [`Outgoing::timeout`] and [`Outgoing::reply_limit`].
/// It must keep addresses out of its errors, because some of them are secrets. Any response is `Ok`, whatever its
/// status.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the whole response.
    fn send(
        &self,
        request: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> + Send;

    /// Waits for a duration.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;

    /// Reads the files of a job. A transport that runs on an async executor overrides this, so that it does not block the
    /// executor.
    fn read(&self, job: Arc<ImageJob>) -> impl Future<Output = Result<ReadyJob<Piece>, ReadError>> + Send {
        std::future::ready(read_files(&job))
    }

    /// Returns the current time. A transport for tests overrides this.
    fn now(&self) -> Now {
        clock::now()
    }

    /// Returns a random number, with which the pauses of many clients are varied. A transport for tests overrides this.
    fn seed(&self) -> u64 {
        clock::seed()
    }
}

impl<T: Transport> Transport for Arc<T> {
    fn send(
        &self,
        request: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> + Send {
        T::send(self, request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        T::sleep(self, duration)
    }

    fn read(&self, job: Arc<ImageJob>) -> impl Future<Output = Result<ReadyJob<Piece>, ReadError>> + Send {
        T::read(self, job)
    }

    fn now(&self) -> Now {
        T::now(self)
    }

    fn seed(&self) -> u64 {
        T::seed(self)
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any [`Transport`] as a trait object, so that a client needs no type parameter.
pub(crate) trait DynTransport: Send + Sync {
    fn send(&self, request: Outgoing) -> Boxed<'_, Result<http::Response<Bytes>, TransportError>>;
    fn sleep(&self, duration: Duration) -> Boxed<'_, ()>;
    fn read(&self, job: Arc<ImageJob>) -> Boxed<'_, Result<ReadyJob<Piece>, ReadError>>;
    fn now(&self) -> Now;
    fn seed(&self) -> u64;
}

impl<T: Transport> DynTransport for T {
    fn send(&self, request: Outgoing) -> Boxed<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(Transport::send(self, request))
    }

    fn sleep(&self, duration: Duration) -> Boxed<'_, ()> {
        Box::pin(Transport::sleep(self, duration))
    }

    fn read(&self, job: Arc<ImageJob>) -> Boxed<'_, Result<ReadyJob<Piece>, ReadError>> {
        Box::pin(Transport::read(self, job))
    }

    fn now(&self) -> Now {
        Transport::now(self)
    }

    fn seed(&self) -> u64 {
        Transport::seed(self)
    }
}

impl fmt::Debug for dyn DynTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

/// Blocking transport: sends requests and waits, and blocks the thread. For tests, any closure from a request to a response can
/// be used.
///
/// ```
/// use std::io::Read as _;
///
/// use bytes::Bytes;
/// use smileid_client::{BlockingTransport, EndpointName, Outgoing, TransportError, TransportErrorKind};
///
/// /// Sends nothing, and says what it would have sent.
/// struct DryRun;
///
/// impl BlockingTransport for DryRun {
///     fn send(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
///         let EndpointName { name, .. } = outgoing.endpoint; // the address itself may be a secret
///         let total = outgoing.request.body().length();
///         println!("{name}: {total} bytes, within {:?}", outgoing.timeout);
///
///         let mut body = outgoing.request.into_body().into_reader();
///         let (mut buffer, mut sent) = ([0; 8192], 0);
///         while sent < total {
///             let read = body.read(&mut buffer);
///             let read = read.map_err(|error| TransportError::new(TransportErrorKind::Body).with_source(error))?;
///             sent += read as u64;
///             if let Some(progress) = &outgoing.progress {
///                 progress.report(sent, total);
///             }
///         }
///         Err(TransportError::new(TransportErrorKind::Connect)) // certainly not arrived
///     }
/// }
/// ```
pub trait BlockingTransport {
    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    ///
    /// If no response came.
    fn send(&self, request: Outgoing) -> Result<http::Response<Bytes>, TransportError>;

    /// Waits for a duration.
    fn sleep(&self, duration: Duration) {
        clock::sleep(duration);
    }

    /// Returns the current time. A transport for tests overrides this.
    fn now(&self) -> Now {
        clock::now()
    }

    /// Returns a random number, with which the pauses of many clients are varied. A transport for tests overrides this.
    fn seed(&self) -> u64 {
        clock::seed()
    }
}

impl<F> BlockingTransport for F
where
    F: Fn(Outgoing) -> Result<http::Response<Bytes>, TransportError>,
{
    fn send(&self, request: Outgoing) -> Result<http::Response<Bytes>, TransportError> {
        self(request)
    }
}

/// A request to send, with its limits.
#[non_exhaustive]
pub struct Outgoing {
    /// HTTP request with URL, headers and body.
    pub request: http::Request<Body>,
    /// Name of the endpoint for logs: its module and path template, without personal data.
    pub endpoint: EndpointName,
    /// Number of times the request was sent before.
    pub resend_count: u32,
    /// Time limit of the request, from the first byte sent to the last byte received.
    pub timeout: Duration,
    /// Maximum size of the response body, in bytes.
    pub reply_limit: usize,
    /// Function to which the progress of sending the body is reported.
    pub progress: Option<Progress>,
}

/// Shows the host without the secret parts of the URL, and the size of the body without its content.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", self.request.method())
            .field("host", &self.request.uri().host())
            .field("body", self.request.body())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Name of an endpoint for logs, without values of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointName {
    /// Module name of the endpoint: `v1::job_status`.
    pub name: &'static str,
    /// Path with placeholders for the fields in it: `/v1/smile_links/{ref_id}`.
    pub template: &'static str,
}

impl EndpointName {
    pub(crate) const fn from_spec(spec: &Spec) -> Self {
        Self { name: spec.name, template: spec.path }
    }

    /// Name for the upload of an archive, whose URL is a secret.
    pub(crate) const ARCHIVE: Self = Self { name: "v1::put_archive", template: "{upload_url}" };
}
