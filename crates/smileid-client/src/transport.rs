//! The seam between conversations and the network.

use std::{
    error::Error,
    fmt,
    fs::File,
    future::Future,
    io::{self, Read as _},
    time::Duration,
};

use bytes::Bytes;
use smileid_protocol::job::{ImageJob, ReadError, ReadyJob};

use crate::clock::{self, Now};

/// Sends requests and waits, asynchronously.
///
/// An implementation must not follow redirects, must keep to [`Outgoing::timeout`] and [`Outgoing::reply_limit`], and
/// must keep addresses out of its errors, because some of them are secrets. Any answer is `Ok`, whatever its status.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the whole answer.
    fn send(
        &self,
        request: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> + Send;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;

    /// Reads the files of a job. One that runs on an executor overrides this, so as not to block it.
    fn read(&self, job: ImageJob) -> impl Future<Output = Result<ReadyJob, ReadError>> + Send {
        std::future::ready(read_files(job))
    }

    /// The time. A transport for tests overrides this.
    fn now(&self) -> Now {
        clock::now()
    }
}

impl<T: Transport> Transport for &T {
    fn send(
        &self,
        request: Outgoing,
    ) -> impl Future<Output = Result<http::Response<Bytes>, TransportError>> + Send {
        T::send(self, request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        T::sleep(self, duration)
    }

    fn read(&self, job: ImageJob) -> impl Future<Output = Result<ReadyJob, ReadError>> + Send {
        T::read(self, job)
    }

    fn now(&self) -> Now {
        T::now(self)
    }
}

/// Sends requests and waits, blocking the thread. Closures from request to answer are one, for tests.
pub trait BlockingTransport {
    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// When no answer came.
    fn send(&self, request: Outgoing) -> Result<http::Response<Bytes>, TransportError>;

    /// Waits.
    fn sleep(&self, duration: Duration) {
        clock::sleep(duration);
    }

    /// The time. A transport for tests overrides this.
    fn now(&self) -> Now {
        clock::now()
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

/// Reads the files of a job, each up to 32 MiB: more than three times what the API takes.
///
/// # Errors
///
/// When a file cannot be read or is larger, or an image is not one.
pub fn read_files(job: ImageJob) -> Result<ReadyJob, ReadError> {
    job.read(|path| {
        let mut image = Vec::new();
        // Also ends what never would by itself, such as a device.
        File::open(path)?.take(MAX_IMAGE + 1).read_to_end(&mut image)?;
        if image.len() as u64 > MAX_IMAGE {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 32 MiB"));
        }
        Ok(image.into())
    })
}

const MAX_IMAGE: u64 = 32 << 20;

/// A request on its way out.
#[non_exhaustive]
pub struct Outgoing {
    /// The request.
    pub request: http::Request<Body>,
    /// How long it may take, from the first byte out to the last byte in.
    pub timeout: Duration,
    /// How many bytes the body of the answer may have.
    pub reply_limit: usize,
}

impl Outgoing {
    pub(crate) fn new(request: http::Request<Body>, timeout: Duration, reply_limit: usize) -> Self {
        Self { request, timeout, reply_limit }
    }
}

/// Shows where it goes without what makes the address a secret, and how much it carries without what.
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

/// The body of a request: pieces that were never put together.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Body {
    /// The pieces.
    pub segments: Vec<Bytes>,
}

impl Body {
    /// How many bytes the pieces are together.
    pub fn length(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len() as u64).sum()
    }

    /// The pieces put together. For tests and for transports that cannot do better.
    pub fn to_bytes(&self) -> Bytes {
        match self.segments.as_slice() {
            [one] => one.clone(),
            many => many.concat().into(),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self { segments: vec![bytes] }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.length())
    }
}

/// No answer came.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// No answer came.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// What the transport says of it. It must not name the address.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// How it failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection could be made, so nothing was sent",
            TransportErrorKind::Timeout => "no answer came in time",
            TransportErrorKind::Interrupted => "the connection broke off before the whole answer came",
            TransportErrorKind::ReplyTooLarge => "the answer is larger than allowed",
            TransportErrorKind::Other => "the request could not be sent",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// How it came that no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: the request certainly did not arrive.
    Connect,
    /// Time ran out: the request may have arrived.
    Timeout,
    /// The connection broke off: the request may have arrived.
    Interrupted,
    /// The answer was larger than [`Outgoing::reply_limit`].
    ReplyTooLarge,
    /// Anything else: the request may have arrived.
    Other,
}
