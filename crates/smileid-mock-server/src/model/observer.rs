//! Observer that receives every request and its response.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use smileid_protocol::auth::{Credentials, PartnerId};

use super::utc_millis::UtcMillis;

/// Observer of all API requests, and of changes to partners by control requests. It is called after the response was sent, or
/// when it cannot be sent any more.
///
/// The bodies share memory with those of the connection, so keeping them costs only a reference count. Long work
/// belongs in another thread, as the next responses wait.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use bytes::Bytes;
/// use smileid_mock_server::{Config, UtcMillis, Observer, Seen, Service};
///
/// static ASKED: AtomicU32 = AtomicU32::new(0);
/// let mut config = Config::new([0; 32]);
/// config.observer = Some(Observer::new(|seen| {
///     if let Seen::Request { request, answer, .. } = seen {
///         assert_eq!(request.uri().path(), "/v1/services");
///         assert!(answer.is_some_and(|answer| answer.status() == 200));
///         ASKED.fetch_add(1, Ordering::Relaxed);
///     }
/// }));
/// let service = Service::new(config);
/// service.handle(&http::Request::get("/v1/services").body(Bytes::new())?, UtcMillis::from_utc_millis(1_700_000_000_000));
/// assert_eq!(ASKED.load(Ordering::Relaxed), 1);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct Observer(Arc<Show>);

type Show = dyn Fn(Seen<'_>) + Send + Sync;

/// Event that an [`Observer`] receives.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Seen<'a> {
    /// The mock server received an API request.
    #[non_exhaustive]
    Request {
        /// The request. Its body is empty if it was not read completely.
        request: &'a Request<Bytes>,
        /// The response. None if it was not sent completely, because of a fault or because the client closed the connection.
        answer: Option<&'a Response<Bytes>>,
        /// Credentials of the partner that the request or its presigned URL names, if the mock server knows the partner.
        credentials: Option<&'a Credentials>,
        /// Real time at which the request was complete.
        at: UtcMillis,
    },
    /// The state of one or all partners was reset.
    #[non_exhaustive]
    Reset {
        /// Id of the partner; none for all partners.
        partner_id: Option<&'a PartnerId>,
    },
    /// The clock of a partner was changed.
    #[non_exhaustive]
    ClockSet {
        /// Id of the partner whose clock was changed.
        partner_id: &'a PartnerId,
    },
}

impl Observer {
    /// Creates an observer that calls `show`. `show` must not call the service.
    pub fn new(show: impl Fn(Seen<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(show))
    }

    pub(crate) fn show(&self, seen: Seen<'_>) {
        (self.0)(seen);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").finish_non_exhaustive()
    }
}

/// Request and response that are reported to the observer when this value is dropped.
#[derive(Debug)]
pub(crate) struct Witness {
    observer: Observer,
    request: Request<Bytes>,
    answer: Response<Bytes>,
    credentials: Option<Credentials>,
    at: UtcMillis,
    is_sent: bool,
}

impl Witness {
    pub(crate) fn new(
        observer: Observer,
        request: Request<Bytes>,
        answer: Response<Bytes>,
        credentials: Option<Credentials>,
        at: UtcMillis,
    ) -> Self {
        Self { observer, request, answer, credentials, at, is_sent: false }
    }

    /// Reports the response to the observer as sent.
    pub(crate) fn sent(mut self) {
        self.is_sent = true;
    }

    /// Returns true if the response has no body.
    #[cfg(feature = "server")]
    pub(crate) fn has_no_body(&self) -> bool {
        self.answer.body().is_empty() || self.request.method() == http::Method::HEAD
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let Self { observer, request, answer, credentials, at, is_sent } = self;
        let answer = is_sent.then_some(&*answer);
        observer.show(Seen::Request { request, answer, credentials: credentials.as_ref(), at: *at });
    }
}
