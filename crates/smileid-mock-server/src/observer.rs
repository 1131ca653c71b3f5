//! Somebody who is shown what is asked and answered.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::Request;

use crate::faults::Reaction;

/// Is shown each request to the API's own routes with what became of it, when that is decided and before it is sent.
///
/// The bodies are those of the connection, so that they can be kept for no more than a count; whatever takes long should
/// be done elsewhere, as the answer waits. The body of a request that was not read to its end is empty.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// use bytes::Bytes;
/// use smileid_mock_server::{Config, Millis, Observer, Service};
///
/// static ASKED: AtomicU32 = AtomicU32::new(0);
/// let mut config = Config::new([0; 32]);
/// config.observer = Some(Observer::new(|request, reaction| {
///     assert_eq!((request.uri().path(), reaction.response.status().as_u16()), ("/v1/services", 200));
///     ASKED.fetch_add(1, Ordering::Relaxed);
/// }));
/// let service = Service::new(config);
/// service.handle(&http::Request::get("/v1/services").body(Bytes::new())?, Millis::from_utc(1_700_000_000_000));
/// assert_eq!(ASKED.load(Ordering::Relaxed), 1);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct Observer(Arc<Show>);

type Show = dyn Fn(&Request<Bytes>, &Reaction) + Send + Sync;

impl Observer {
    /// Has `show` called. It must not call the service.
    pub fn new(show: impl Fn(&Request<Bytes>, &Reaction) + Send + Sync + 'static) -> Self {
        Self(Arc::new(show))
    }

    pub(crate) fn show(&self, request: &Request<Bytes>, reaction: &Reaction) {
        (self.0)(request, reaction);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").finish_non_exhaustive()
    }
}
