//! Handlers of API requests. A request is decoded before the state is locked, and handled under the lock.

mod aml;
mod async_verify_address;
mod backfill_users;
mod catalogue;
mod compare_user_info;
mod consent;
mod handler;
mod images;
mod job_status;
mod links;
mod lookups;
mod phones;
mod put_archive;
mod selfies;
pub(crate) mod settings;
mod tokens;
mod upload;
mod v3;

use std::{cell::RefCell, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use smileid_protocol::{
    auth::{
        Anonymous, AuthScheme, Credentials, PartnerMember, RequestProof, Signed, SignedHeaders, Unverified,
    },
    codec::DecodeError,
    endpoint::{Endpoint, Spec},
    for_each_endpoint, for_each_v3_endpoint,
    job::lint::{self, Warning},
    timestamp::Timestamp,
    types::ErrorCode,
    v1, v3 as protocol_v3,
};

use self::{
    handler::{Context, Handler, OpenHandler},
    settings::Settings,
};
use crate::{
    control::scenario,
    diagnose::Reason,
    model::utc_millis::UtcMillis,
    refusal::{Cause, Refused},
    request::{RequestInfo, Route, page},
    state::State,
};

/// A decoded request, ready to be handled.
pub(crate) type Ready<'r> = Box<dyn FnOnce(Call<'_>) -> HandlerResult + 'r>;

/// State that a request may change, and the time of the request.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) settings: &'a Settings,
    pub(crate) info: &'a RequestInfo,
    pub(crate) now: UtcMillis,
}

/// Response of a handler, or the refusal of the request.
pub(crate) type HandlerResult = Result<AnnotatedReply, Refused>;

/// Response with findings about the request, which are shown in a response header and in the journal.
pub(crate) struct AnnotatedReply {
    pub(crate) reply: Response<Bytes>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) odd: Vec<Reason>,
}

impl From<Response<Bytes>> for AnnotatedReply {
    fn from(reply: Response<Bytes>) -> Self {
        Self { reply, warnings: Vec::new(), odd: Vec::new() }
    }
}

/// Decodes a request, and does slow work that needs no state, before the state is locked.
pub(crate) fn read<'r>(request: &'r Request<Bytes>, route: Route, settings: &Settings) -> Ready<'r> {
    if let Err(refused) = page::check(request, route) {
        return Box::new(|_| Err(refused));
    }
    match route {
        Route::Endpoint(spec) => match ROUTES.iter().chain(V3_ROUTES).find(|(it, _)| it.name == spec.name) {
            Some((_, read)) => read(request),
            None => Box::new(|_| Err(Refused::no_route())),
        },
        Route::PutArchive => put_archive::read(request, settings),
        Route::Image => Box::new(|call| images::answer(request, &call).map(AnnotatedReply::from)),
        Route::Callback | Route::Nowhere => Box::new(|_| Err(Refused::no_route())),
    }
}

macro_rules! routes {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$((<$version::$endpoint::Request as Endpoint>::SPEC, read_as::<$version::$endpoint::Request>)),+]
    };
}

macro_rules! v3_routes {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$((
            <protocol_v3::$endpoint::Request as Endpoint>::SPEC,
            read_as::<protocol_v3::$endpoint::Request>,
        )),+]
    };
}

/// Function that decodes a request to one endpoint.
type Read = fn(&Request<Bytes>) -> Ready<'_>;

/// All endpoints of the protocol crate. An endpoint without a handler does not compile.
static ROUTES: &[(Spec, Read)] = for_each_endpoint!(routes);
static V3_ROUTES: &[(Spec, Read)] = for_each_v3_endpoint!(v3_routes);

fn read_as<E: Endpoint<Auth: Gate<E> + 'static> + 'static>(request: &Request<Bytes>) -> Ready<'_> {
    let message = E::decode(request);
    Box::new(move |call| E::Auth::answer(request, message, call))
}

/// Handles requests by their authentication scheme: signed requests and unauthenticated ones have different handler
/// traits.
trait Gate<E: Endpoint<Auth = Self>>: AuthScheme + Sized {
    fn answer(request: &Request<Bytes>, message: Decoded<E>, call: Call<'_>) -> HandlerResult;
}

type Decoded<E> = Result<Unverified<E, <E as Endpoint>::Auth>, DecodeError>;

impl<P: PartnerMember, E: Handler + Endpoint<Auth = Self>> Gate<E> for Signed<P> {
    fn answer(request: &Request<Bytes>, message: Decoded<E>, call: Call<'_>) -> HandlerResult {
        signed::<E>(request, message, call).map_err(|refused| E::ERROR_STYLE.in_form(refused))
    }
}

impl<E: Handler + Endpoint<Auth = Self>> Gate<E> for SignedHeaders {
    fn answer(request: &Request<Bytes>, message: Decoded<E>, call: Call<'_>) -> HandlerResult {
        signed::<E>(request, message, call).map_err(|refused| E::ERROR_STYLE.in_form(refused))
    }
}

impl<E: OpenHandler> Gate<E> for Anonymous {
    fn answer(request: &Request<Bytes>, message: Decoded<E>, call: Call<'_>) -> HandlerResult {
        open::<E>(request, message, call).map_err(|refused| E::ERROR_STYLE.in_form(refused))
    }
}

/// Verifies the signature of a request, handles the request, and signs and encodes the response.
fn signed<E: Handler<Auth: AuthScheme<Key = Credentials, Proof = RequestProof>>>(
    request: &Request<Bytes>,
    message: Decoded<E>,
    call: Call<'_>,
) -> HandlerResult {
    let message = message.map_err(|error| E::ERROR_STYLE.unreadable(&error, request.body()))?;
    let Call { state, settings, info, now } = call;
    let State { tenants, images, scenarios, .. } = &mut *state;
    let seal = message.proof().clone();
    let Some(tenant) = tenants.get_mut(&seal.partner_id) else { return Err(not_proven(seal)) };
    let Ok(message) = message.verify(tenant.credentials()) else { return Err(not_proven(seal)) };
    check_time(&seal.timestamp, settings.timestamp_window, now)?;
    let mut warnings = message.warnings();
    warnings.extend(lint::timestamp(&seal.timestamp));
    if settings.strict && !warnings.is_empty() {
        return Err(E::ERROR_STYLE.strict(warnings));
    }
    let selected = scenario::select(request, info, scenarios, &settings.secret)?;
    let context = Context { now, settings, request, images, selected, odd: RefCell::default() };
    let reply = message.handle(tenant, &context)?;
    let odd = context.odd.into_inner();
    let mut answered = now.timestamp();
    if seal.timestamp == answered {
        // A response with the request's timestamp would have the request's signature, and look like an echo of the
        // request.
        answered = now.after(Duration::from_millis(1)).timestamp();
    }
    let proof = E::ReplyAuth::prove(tenant.credentials(), &answered);
    state.forget_images(&seal.partner_id);
    let reply = E::encode_reply(&reply, &proof).map_err(|_| E::ERROR_STYLE.fault())?;
    Ok(AnnotatedReply { reply, warnings, odd })
}

/// Checks that the signed timestamp is within the window, if there is one.
fn check_time(asked: &Timestamp, window: Option<Duration>, now: UtcMillis) -> Result<(), Refused> {
    let Some(window) = window else { return Ok(()) };
    let wrong = || Refused::new(ErrorCode::WRONG_DATA_TYPE).because(Cause::Rule(NO_MOMENT));
    let asked = asked.to_utc_millis().ok_or_else(wrong)?;
    let apart = Duration::from_millis(asked.abs_diff(now.to_utc_millis()));
    if apart <= window { Ok(()) } else { Err(Refused::not_authorized().because(Cause::Rule(STALE))) }
}

const NO_MOMENT: &str =
    "the timestamp is not a known time format: use ISO 8601 with a zone, such as 2024-08-19T11:35:07.809Z";
const STALE: &str =
    "the signature is valid, but its timestamp is too far from the partner's clock in this mock";

fn not_proven(seal: RequestProof) -> Refused {
    Refused::not_authorized().because(Cause::Proof(seal))
}

/// Handles a request without a signature, and encodes the response.
fn open<E: OpenHandler>(request: &Request<Bytes>, message: Decoded<E>, call: Call<'_>) -> HandlerResult {
    let message = message.map_err(|error| E::ERROR_STYLE.unreadable(&error, request.body()))?;
    let (message, ()) = message.trust_without_checking(); // there is no proof to check
    let Call { state, settings, info, now } = call;
    let State { tenants, images, scenarios, .. } = state;
    let selected = scenario::select(request, info, scenarios, &settings.secret)?;
    if let Some(kept) = message.kept() {
        return Ok(kept.into());
    }
    let context = Context { now, settings, request, images, selected, odd: RefCell::default() };
    let reply = message.handle(tenants, &context)?;
    Ok(E::encode_reply(&reply, &()).map_err(|_| E::ERROR_STYLE.fault())?.into())
}
