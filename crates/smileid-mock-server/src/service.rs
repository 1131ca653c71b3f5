//! The mock without input or output: a request and a moment in, a reply out.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response};
use smileid_protocol::{
    auth::{AuthScheme as _, PartnerId},
    endpoint::{Endpoint, Spec},
    for_each_endpoint, v1,
};

use crate::{
    bounded::{Limits, Newest},
    config::Config,
    handlers::{Context, Handler, images, own, put_archive},
    millis::Millis,
    presign::{self, ImageKey, Presigner},
    processing::Processing,
    refusal::Refused,
    tenant::Tenant,
};

/// How large a message may be. None of the API is near it.
const MESSAGE_BYTES: usize = 2 << 20;
/// How large an archive may be.
const ARCHIVE_BYTES: usize = 50 << 20;
/// How much of images is kept, all partners together.
const IMAGES: Limits = Limits { entries: 10_000, bytes: 64 << 20 };

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
/// let reply = service.handle(&request, Millis::from_utc(1_700_000_000_000));
/// assert_eq!(reply.body(), r#"{"status":"ok"}"#);
/// # Ok::<(), http::Error>(())
/// ```
pub struct Service {
    processing: Processing,
    presigner: Presigner,
    state: Mutex<State>,
}

impl Service {
    /// A mock without any job.
    pub fn new(config: Config) -> Self {
        let tenants = config.partners.into_iter().map(|it| (it.partner_id().clone(), Tenant::new(it)));
        Self {
            processing: config.processing,
            presigner: Presigner::new(config.secret),
            state: Mutex::new(State { tenants: tenants.collect(), images: Newest::new(IMAGES) }),
        }
    }

    /// Answers a request that arrived at `now`. Any request has an answer.
    ///
    /// Links in the answer begin with the request's `Host`, or what a proxy forwarded of it; in a request that has
    /// none, with the authority of its address.
    pub fn handle(&self, request: &Request<Bytes>, now: Millis) -> Response<Bytes> {
        let path = request.uri().path();
        if request.body().len() > Self::body_limit(request.method(), path) {
            return Self::too_large(request.method(), path);
        }
        if own::is_own(path) {
            return own::answer(request);
        }
        let answered =
            match ROUTES.iter().find(|(spec, _)| spec.path == path && spec.method == *request.method()) {
                Some((_, answer)) => answer(self, request, now),
                None if *request.method() == Method::PUT && presign::is_upload(path) => {
                    put_archive::answer(self, request, now)
                }
                None if *request.method() == Method::GET && presign::is_image(path) => {
                    images::answer(self, request, now)
                }
                None => Err(Refused::no_route()),
            };
        answered.unwrap_or_else(Refused::into_response)
    }

    /// How many bytes of body a request of this head may have; [`Service::handle`] refuses larger ones.
    ///
    /// For a server that wants to refuse them before it has read them, with [`Service::too_large`].
    pub fn body_limit(method: &Method, path: &str) -> usize {
        if *method == Method::PUT && presign::is_upload(path) { ARCHIVE_BYTES } else { MESSAGE_BYTES }
    }

    /// The answer to a request whose body is larger than [`Service::body_limit`].
    pub fn too_large(method: &Method, path: &str) -> Response<Bytes> {
        let refused = if *method == Method::PUT && presign::is_upload(path) {
            Refused::archive_too_large()
        } else {
            Refused::body_too_large()
        };
        refused.into_response()
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

/// Everything that requests change.
pub(crate) struct State {
    pub(crate) tenants: BTreeMap<PartnerId, Tenant>,
    pub(crate) images: Newest<ImageKey, Bytes>,
}

type Answer = fn(&Service, &Request<Bytes>, Millis) -> Result<Response<Bytes>, Refused>;

macro_rules! routes {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$((<$version::$endpoint::Request as Endpoint>::SPEC, answer::<$version::$endpoint::Request>)),+]
    };
}

/// Every endpoint that the protocol crate knows. One without a handler does not compile.
static ROUTES: &[(Spec, Answer)] = for_each_endpoint!(routes);

/// Answers a request to `E`: decode, find the partner, check the proof, handle, prove, encode.
fn answer<E: Handler>(
    service: &Service,
    request: &Request<Bytes>,
    now: Millis,
) -> Result<Response<Bytes>, Refused> {
    let message = E::decode(request).map_err(|error| E::FAMILY.unreadable(&error))?;

    let mut state = service.state();
    let State { tenants, images } = &mut *state;
    let partner = message.partner().ok_or_else(Refused::not_authorized)?;
    let tenant = tenants.get_mut(partner).ok_or_else(Refused::not_authorized)?;
    let asked = E::Auth::timestamp(message.proof()).cloned();
    let message = message.verify(tenant.credentials()).map_err(|_| Refused::not_authorized())?;
    let context =
        Context { now, processing: service.processing, presigner: &service.presigner, request, images };
    let reply = message.handle(tenant, &context)?;
    let mut answered = now.timestamp();
    if asked.as_ref() == Some(&answered) {
        // Signed at the question's own moment, an answer would look like one that only sends the signature back.
        answered = now.after(Duration::from_millis(1)).timestamp();
    }
    let proof = E::ReplyAuth::prove(tenant.credentials(), &answered);
    drop(state);

    E::encode_reply(&reply, &proof).map_err(|_| E::FAMILY.fault())
}
