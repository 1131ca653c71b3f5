//! The mock server without I/O: engine, journal and observer.

mod callbacks;
mod clocks;
mod explain;
mod rules;
#[cfg(feature = "server")]
mod serving;
mod snapshots;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use smileid_protocol::auth::PartnerId;

pub(crate) use self::explain::Explained;

use crate::{
    api::settings::Settings,
    engine::Engine,
    journal::{Filter, Journal, JournalEntry},
    model::{
        config::{AdminToken, Config},
        observer::{Observer, Seen},
    },
    state::{
        State,
        tenant::{Charge, Tenant},
    },
};

/// The mock server without I/O: takes a request and a time, and returns a response.
///
/// The same requests at the same times, with the same [`Config`], get the same responses, byte for byte.
///
/// ```
/// use bytes::Bytes;
/// use smileid_mock_server::{Config, UtcMillis, Service};
///
/// let service = Service::new(Config::new([0; 32]));
/// let request = http::Request::get("/_mock/health").body(Bytes::new())?;
/// let reply = service.handle(&request, UtcMillis::from_utc_millis(1_700_000_000_000));
/// assert_eq!(reply.response.body(), r#"{"status":"ok"}"#);
/// # Ok::<(), http::Error>(())
/// ```
pub struct Service {
    settings: Arc<Settings>,
    admin_token: Option<AdminToken>,
    observer: Option<Observer>,
    engine: Mutex<Engine>,
    /// Journal of requests. It has its own lock, so that writing the journal does not block the engine.
    journal: Mutex<Journal>,
}

impl Service {
    /// Creates a mock server without jobs.
    pub fn new(config: Config) -> Self {
        let settings = Arc::new(Settings::new(&config));
        let Config { partners, clock, admin_token, observer, journal_bytes, .. } = config;
        let tenants = partners.into_iter().map(|it| Tenant::new(it, clock, 0).pinned());
        let state = State::new(tenants.collect());
        Self {
            admin_token,
            observer,
            engine: Mutex::new(Engine::new(Arc::clone(&settings), state)),
            settings,
            journal: Mutex::new(Journal::new(journal_bytes)),
        }
    }

    /// Sets the function that is called when [`Service::next_event`] may have changed. Only the first function that is set is
    /// used. It must not call the service, but may wake another thread that does.
    pub fn on_change(&self, notify: impl Fn() + Send + Sync + 'static) {
        self.engine().notify.get_or_insert_with(|| Box::new(notify));
    }

    /// Returns the requests of all partners with their responses, the oldest first. Entries that were removed to stay below
    /// [`Config::journal_bytes`] are missing. Requests to control routes are not recorded.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use smileid_mock_server::{Config, UtcMillis, Service};
    ///
    /// let service = Service::new(Config::new([0; 32]));
    /// let request = http::Request::get("/v1/uplaod").body(Bytes::new())?;
    /// service.handle(&request, UtcMillis::from_utc_millis(1_700_000_000_000));
    /// let [entry] = service.journal().try_into().expect("one request");
    /// assert_eq!((entry.method.as_str(), entry.path.as_str(), entry.status), ("GET", "/v1/uplaod", 403));
    /// assert!(entry.refusal.is_some_and(|refusal| refusal.contains("/v1/upload")));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn journal(&self) -> Vec<JournalEntry> {
        let entries = self.lock_journal().entries(&Filter::default());
        entries.iter().map(|entry| JournalEntry::from(&**entry)).collect()
    }

    /// Returns the charges for a partner, the oldest first: for image jobs whose archive was processed, and for completed
    /// lookups. A lookup of an ID that the authority does not know (`1023`) is free. The newest 10,000 charges are stored.
    ///
    /// ```
    /// # use smileid_mock_server::{Config, Service};
    /// # let config = Config::new([0; 32]);
    /// # let partner_id = config.partners[0].partner_id().clone();
    /// # let service = Service::new(config);
    /// let charged: Vec<_> = service.billing(&partner_id).into_iter().map(|charge| charge.product).collect();
    /// assert!(charged.is_empty()); // after a lookup `[Product::EnhancedKyc]`
    /// ```
    pub fn billing(&self, partner_id: &PartnerId) -> Vec<Charge> {
        let engine = self.engine();
        let tenant = engine.state.tenants.get(partner_id);
        tenant.map(|tenant| tenant.billing.charges().cloned().collect()).unwrap_or_default()
    }

    /// Reports an event to the observer, if there is one.
    pub(crate) fn show(&self, seen: Seen<'_>) {
        if let Some(observer) = &self.observer {
            observer.show(seen);
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn admin_token(&self) -> Option<&AdminToken> {
        self.admin_token.as_ref()
    }

    /// Locks the engine. No response depends on a request that panicked, so a poisoned lock is ignored.
    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn lock_journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the jobs of every partner without personal data.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("processing", &self.settings.processing)
            .field("tenants", &self.engine().state.tenants.values().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
