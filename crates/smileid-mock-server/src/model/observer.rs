//! Somebody who is told what is asked and answered.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use smileid_protocol::auth::{Credentials, PartnerId};

use super::millis::UtcMillis;

/// Is told of each request to the API's own routes once its answer is sent, or cannot be any more, and of what the mock's
/// own routes do to partners.
///
/// The bodies are those of the connection, so that they can be kept for no more than a count; whatever takes long should
/// be done elsewhere, as the next answers wait.
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
/// service.handle(&http::Request::get("/v1/services").body(Bytes::new())?, UtcMillis::from_utc(1_700_000_000_000));
/// assert_eq!(ASKED.load(Ordering::Relaxed), 1);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct Observer(Arc<Show>);

type Show = dyn Fn(Seen<'_>) + Send + Sync;

/// What an [`Observer`] is told of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Seen<'a> {
    /// A request to the API's own routes.
    #[non_exhaustive]
    Request {
        /// The request. The body of one that was not read to its end is empty.
        request: &'a Request<Bytes>,
        /// What it was answered with: nothing where a fault kept some of it back, or the client left before.
        answer: Option<&'a Response<Bytes>>,
        /// Those of the partner that the request names, or whose link it takes, if the mock knows one.
        credentials: Option<&'a Credentials>,
        /// When the request was there, by the world's clock.
        at: UtcMillis,
    },
    /// A partner, or all, began anew.
    #[non_exhaustive]
    Reset {
        /// The partner.
        partner_id: Option<&'a PartnerId>,
    },
    /// A partner's clock was stopped or moved, or runs again.
    #[non_exhaustive]
    ClockSet {
        /// The partner.
        partner_id: &'a PartnerId,
    },
}

impl Observer {
    /// Has `show` called. It must not call the service.
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

/// A request and its answer, of which the observer is told when this is dropped, wherever that is.
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

    /// The answer was sent.
    pub(crate) fn sent(mut self) {
        self.is_sent = true;
    }

    /// Whether the answer ends with its head.
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
