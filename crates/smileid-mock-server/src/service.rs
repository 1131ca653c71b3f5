//! The mock without input or output: the engine under its lock, the journal, and who observes them.

mod callbacks;
mod clocks;
mod explain;
mod rules;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(crate) use self::explain::Explained;

use crate::{
    api::settings::Settings,
    engine::Engine,
    journal::Journal,
    model::{
        config::{AdminToken, Config},
        observer::{Observer, Seen},
    },
    state::{State, tenant::Tenant},
};

/// The mock without input or output: a request and a moment in, a reply out.
///
/// The same requests at the same moments, with the same [`Config`], get the same replies, byte for byte.
///
/// ```
/// use bytes::Bytes;
/// use smileid_mock_server::{Config, UtcMillis, Service};
///
/// let service = Service::new(Config::new([0; 32]));
/// let request = http::Request::get("/_mock/health").body(Bytes::new())?;
/// let reaction = service.handle(&request, UtcMillis::from_utc(1_700_000_000_000));
/// assert_eq!(reaction.response.body(), r#"{"status":"ok"}"#);
/// # Ok::<(), http::Error>(())
/// ```
pub struct Service {
    settings: Arc<Settings>,
    admin_token: Option<AdminToken>,
    observer: Option<Observer>,
    engine: Mutex<Engine>,
    /// Apart from the engine, so that nobody who writes in it holds up who answers.
    journal: Mutex<Journal>,
}

impl Service {
    /// A mock without any job.
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

    /// Has `notify` called whenever [`Service::next_event`] may have moved. Whoever comes first is told, and nobody
    /// else. It must not call the service back, but have somebody do so.
    pub fn on_change(&self, notify: impl Fn() + Send + Sync + 'static) {
        self.engine().notify.get_or_insert_with(|| Box::new(notify));
    }

    /// Tells the observer, if there is one.
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

    /// The engine. No reply depends on a request that panicked half-way, so a poisoned lock is of no interest.
    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the jobs of every partner without what is personal in them.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("processing", &self.settings.processing)
            .field("tenants", &self.engine().state.tenants.values().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
