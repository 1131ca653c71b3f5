//! The mock without input or output: a request and a moment in, a reply out.

mod faults;
mod passing;
mod recording;
mod room;
mod scenarios;

pub use passing::{Advance, Errand, Until};

use std::{
    cell::RefCell,
    fmt,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response, request::Parts};
use smileid_protocol::{
    auth::PartnerId,
    endpoint::{Endpoint, Spec},
    v1::{backfill_users, smart_selfie_authentication, smart_selfie_enroll},
};

use self::recording::{Explained, Handled, Noted};
use crate::{
    about::About,
    admin,
    bounded::{Limits, Newest},
    callbacks::Mischief,
    clock::Clock,
    config::{AdminToken, Config},
    faults::{Fault, Reaction, Transfer},
    handlers::Context,
    journal::Journal,
    millis::Millis,
    observer::{Observer, Seen},
    presign::{self, ImageKey, Presigner},
    processing::Processing,
    refusal::{Refused, Unread},
    rules::Rules,
    scenario::{Chosen, FileStatus, Scenario},
    secret::Secret,
    tenant::{Tenant, Tenants},
};

/// How large a message may be. Those that have images in them may be larger, and no other is near it.
const MESSAGE_BYTES: usize = 2 << 20;
/// How large a message with one photo of 5 MB in base64 may be, and a little more, so that the API can refuse it.
const PHOTO_BYTES: usize = 8 << 20;
/// How large an archive may be, or a form of images.
const ARCHIVE_BYTES: usize = 50 << 20;
/// How much of images is kept, all partners together.
const IMAGES: Limits = Limits { entries: 10_000, bytes: 32 << 20 };

/// The mock without input or output: a request and a moment in, a reply out.
///
/// The same requests at the same moments, with the same [`Config`], get the same replies, byte for byte.
///
/// ```
/// use bytes::Bytes;
/// use smileid_mock_server::{Config, Millis, Service};
///
/// let service = Service::new(Config::new([0; 32]));
/// let request = http::Request::get("/_mock/health").body(Bytes::new())?;
/// let reaction = service.handle(&request, Millis::from_utc(1_700_000_000_000));
/// assert_eq!(reaction.response.body(), r#"{"status":"ok"}"#);
/// # Ok::<(), http::Error>(())
/// ```
pub struct Service {
    clock: Clock,
    processing: Processing,
    callback_retries: Vec<Duration>,
    id_number_limit: Option<u32>,
    timestamp_window: Option<Duration>,
    strict: bool,
    admin_token: Option<AdminToken>,
    secret: Secret,
    presigner: Presigner,
    observer: Option<Observer>,
    notify: OnceLock<Notify>,
    state: Mutex<State>,
    /// Apart from the state, so that nobody who writes in it holds up who answers.
    journal: Mutex<Journal>,
}

impl Service {
    /// A mock without any job.
    pub fn new(config: Config) -> Self {
        let Config { partners, clock, admin_token, .. } = config;
        let tenants =
            partners.into_iter().map(|it| (it.partner_id().clone(), Tenant::new(it, clock, 0).pinned()));
        let secret = Secret::new(config.secret);
        Self {
            clock,
            processing: config.processing,
            callback_retries: config.callback_retries,
            id_number_limit: config.id_number_limit,
            timestamp_window: config.timestamp_window,
            strict: config.strict,
            admin_token,
            presigner: Presigner::new(secret.clone()),
            secret,
            observer: config.observer,
            notify: OnceLock::new(),
            state: Mutex::new(State {
                tenants: tenants.collect(),
                last_turn: 0,
                held: 0,
                mischief: Rules::new(),
                faults: Rules::new(),
                images: Newest::new(IMAGES),
                scenarios: Rules::new(),
                scenario_file: None,
            }),
            journal: Mutex::new(Journal::new(config.journal_bytes)),
        }
    }

    /// Answers a request that arrived when the world's clock said `wall`. Any request has an answer.
    ///
    /// Links in the answer begin with the request's `Host`, or what a proxy forwarded of it; in a request that has
    /// none, with the authority of its address.
    ///
    /// The reply, and what a fault does to it: [`Reaction`].
    pub fn handle(&self, request: &Request<Bytes>, wall: Millis) -> Reaction {
        let Explained { reaction, puzzle, .. } = self.explain(request, self.react(request, wall));
        if let Some(puzzle) = puzzle {
            self.solve(&puzzle);
        }
        sent(reaction)
    }

    /// Does what a request asks for. It is explained and written down in [`Service::explain`].
    pub(crate) fn react(&self, request: &Request<Bytes>, wall: Millis) -> Handled {
        let path = request.uri().path();
        if request.body().len() > Self::body_limit(request.method(), path)
            || room::is_too_complex(request.body())
        {
            let (head, ()) = request.clone().map(drop).into_parts();
            return Handled::explained(self.refuse_unread(head, Unread::TooLarge, wall));
        }
        if admin::is_admin(path) {
            return Handled::explained(admin::answer(self, request, wall));
        }
        let about = About::of(request, self);
        let partner = about.subject.partner_id.clone();
        self.pass(partner.as_ref(), wall);
        let now = self.now(partner.as_ref(), wall);
        let strike = self.state().faults.strike(&about, &self.secret);
        let mut noted = Noted::of(about, now, wall);
        let mut answer = || self.answer(request, &mut noted);
        let reaction = match strike {
            Some(strike) => strike.react(now, answer),
            None => Reaction::reply(answer()),
        };
        self.pass(partner.as_ref(), wall);
        noted.handled(reaction)
    }

    /// The answer to a request whose body was not read to its end.
    pub fn refuse_unread(&self, head: Parts, why: Unread, wall: Millis) -> Response<Bytes> {
        sent(self.unread(head, why, wall)).response
    }

    /// The same, before it is sent.
    pub(crate) fn unread(&self, head: Parts, why: Unread, wall: Millis) -> Reaction {
        let request = Request::from_parts(head, Bytes::new());
        let (method, path) = (request.method(), request.uri().path());
        if admin::is_admin(path) {
            return Reaction::reply(admin::refuse_unread(self, why, wall));
        }
        let refused =
            if is_archive(method, path) { Refused::unread_archive(why) } else { Refused::unread_body(why) };
        let mut noted = self.noted_of_head(&request, wall);
        let reaction = Reaction::reply(noted.refuse(refused));
        self.explain(&request, noted.handled(reaction)).reaction
    }

    /// How many bytes of body a request of this head may have; [`Service::handle`] refuses larger ones.
    ///
    /// For a server that wants to refuse them, with [`Service::refuse_unread`], before it has read them.
    pub fn body_limit(method: &Method, path: &str) -> usize {
        let is = |spec: Spec| spec.matches(method, path);
        if is_archive(method, path)
            || is(smart_selfie_enroll::Request::SPEC)
            || is(smart_selfie_authentication::Request::SPEC)
        {
            ARCHIVE_BYTES
        } else if is(backfill_users::Request::SPEC) {
            PHOTO_BYTES
        } else {
            MESSAGE_BYTES
        }
    }

    /// Has `notify` called whenever [`Service::next_event`] may have moved. Whoever comes first is told, and nobody
    /// else. It must not call the service back, but have somebody do so.
    pub fn on_change(&self, notify: impl Fn() + Send + Sync + 'static) {
        let _ = self.notify.set(Box::new(notify));
    }

    /// Tells the observer, if there is one.
    pub(crate) fn show(&self, seen: Seen<'_>) {
        if let Some(observer) = &self.observer {
            observer.show(seen);
        }
    }

    pub(crate) fn changed(&self) {
        if let Some(notify) = self.notify.get() {
            notify();
        }
    }

    /// Lets happen what is due for the partner of a request, before it and after it.
    pub(crate) fn pass(&self, partner: Option<&PartnerId>, wall: Millis) {
        if let Some(partner) = partner {
            let mut state = self.state();
            self.run(&mut state, partner, wall);
            state.used(partner);
            state.make_room();
            let is_waiting =
                |tenant: &Tenant| tenant.deliveries.has_ready() || tenant.agenda.next().is_some();
            if state.tenants.get(partner).is_some_and(is_waiting) {
                self.changed();
            }
        }
    }

    /// What time it is for the partner of a request; for a stranger, what it is for a partner who comes now.
    fn now(&self, partner: Option<&PartnerId>, wall: Millis) -> Millis {
        let state = self.state();
        let tenant = partner.and_then(|partner| state.tenants.get(partner));
        tenant.map_or(self.clock, |tenant| tenant.clock).now(wall)
    }

    /// What handlers may need to answer `request` at `now`.
    pub(crate) fn context<'a>(
        &'a self,
        request: &'a Request<Bytes>,
        images: &'a Newest<ImageKey, Bytes>,
        chosen: Option<Chosen>,
        now: Millis,
    ) -> Context<'a> {
        Context {
            now,
            processing: self.processing,
            id_number_limit: self.id_number_limit,
            secret: &self.secret,
            presigner: &self.presigner,
            request,
            images,
            chosen,
            diagnosis: RefCell::default(),
        }
    }

    /// What time it is for a partner who comes now.
    pub(crate) fn first_clock(&self) -> Clock {
        self.clock
    }

    pub(crate) fn processing(&self) -> Processing {
        self.processing
    }

    pub(crate) fn timestamp_window(&self) -> Option<Duration> {
        self.timestamp_window
    }

    /// Whether what the strict checks warn of is refused.
    pub(crate) fn is_strict(&self) -> bool {
        self.strict
    }

    pub(crate) fn admin_token(&self) -> Option<&AdminToken> {
        self.admin_token.as_ref()
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    pub(crate) fn presigner(&self) -> &Presigner {
        &self.presigner
    }

    /// What is known now. No reply depends on a request that panicked half-way, so a poisoned lock is of no interest.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the jobs of every partner without what is personal in them.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("processing", &self.processing)
            .field("tenants", &self.state().tenants.values().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Tells somebody.
type Notify = Box<dyn Fn() + Send + Sync>;

/// Everything that requests change.
pub(crate) struct State {
    pub(crate) tenants: Tenants,
    /// Number of the last turn: they order what happens to partners.
    last_turn: u64,
    /// How much memory all partners take, as far as it was counted.
    held: usize,
    pub(crate) mischief: Rules<Mischief>,
    pub(crate) faults: Rules<Fault>,
    pub(crate) images: Newest<ImageKey, Bytes>,
    pub(crate) scenarios: Rules<Scenario>,
    pub(crate) scenario_file: Option<FileStatus>,
}

/// What becomes of a request, once it is out of our hands.
fn sent(mut reaction: Reaction) -> Reaction {
    let is_whole = matches!(reaction.transfer, Transfer::Whole | Transfer::Slow { .. });
    if let Some(witness) = reaction.witness.take().filter(|_| is_whole) {
        witness.sent();
    }
    reaction
}

fn is_archive(method: &Method, path: &str) -> bool {
    *method == Method::PUT && presign::is_upload(path)
}
