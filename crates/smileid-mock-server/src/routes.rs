//! Which handler answers a request, and what happens before and after it.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use smileid_protocol::{
    auth::{Anonymous, AuthScheme, PartnerMember, Seal, Signed, SignedHeaders},
    endpoint::{Endpoint, Spec},
    for_each_endpoint,
    job::strict,
    timestamp::Timestamp,
    types::ErrorCode,
    v1,
};

use crate::{
    about::About,
    diagnose::{self, Reason},
    handlers::{Handler, OpenHandler},
    millis::Millis,
    refusal::{Cause, Refused},
    scenario,
    service::{Service, State},
};

/// A reply, and what its header and the journal say beside it; or a refusal.
pub(crate) type Answered = Result<(Response<Bytes>, Vec<Reason>), Refused>;

/// Answers a request to one endpoint.
type Answer = fn(&Service, &Request<Bytes>, &About, Millis) -> Answered;

/// Answers a request to the endpoint of `spec`.
pub(crate) fn dispatch(
    spec: &Spec,
    service: &Service,
    request: &Request<Bytes>,
    about: &About,
    now: Millis,
) -> Answered {
    let handler = ROUTES.iter().find(|(it, _)| it.name == spec.name);
    handler.map_or_else(|| Err(Refused::no_route()), |(_, answer)| answer(service, request, about, now))
}

macro_rules! routes {
    ($($version:ident :: $endpoint:ident),+ $(,)?) => {
        &[$((<$version::$endpoint::Request as Endpoint>::SPEC, answer::<$version::$endpoint::Request>)),+]
    };
}

/// Every endpoint that the protocol crate knows. One without a handler does not compile.
static ROUTES: &[(Spec, Answer)] = for_each_endpoint!(routes);

fn answer<E: Endpoint<Auth: Gate<E>>>(
    service: &Service,
    request: &Request<Bytes>,
    about: &About,
    now: Millis,
) -> Answered {
    E::Auth::answer(service, request, about, now)
}

/// How requests come in, by how they prove who sent them: each way has its kind of handlers.
trait Gate<E: Endpoint<Auth = Self>>: AuthScheme + Sized {
    fn answer(service: &Service, request: &Request<Bytes>, about: &About, now: Millis) -> Answered;
}

impl<P: PartnerMember, E: Handler + Endpoint<Auth = Self>> Gate<E> for Signed<P> {
    fn answer(service: &Service, request: &Request<Bytes>, about: &About, now: Millis) -> Answered {
        signed::<E>(service, request, about, now).map_err(|refused| E::FAMILY.in_form(refused))
    }
}

impl<E: Handler + Endpoint<Auth = Self>> Gate<E> for SignedHeaders {
    fn answer(service: &Service, request: &Request<Bytes>, about: &About, now: Millis) -> Answered {
        signed::<E>(service, request, about, now).map_err(|refused| E::FAMILY.in_form(refused))
    }
}

impl<E: OpenHandler> Gate<E> for Anonymous {
    fn answer(service: &Service, request: &Request<Bytes>, about: &About, now: Millis) -> Answered {
        open::<E>(service, request, about, now).map_err(|refused| E::FAMILY.in_form(refused))
    }
}

/// Decode, find the partner, check the proof, handle, prove, encode.
fn signed<E: Handler<Auth: AuthScheme<Proof = Seal>>>(
    service: &Service,
    request: &Request<Bytes>,
    about: &About,
    now: Millis,
) -> Answered {
    let message = E::decode(request).map_err(|error| E::FAMILY.unreadable(&error, request.body()))?;

    let mut state = service.state();
    let State { tenants, images, scenarios, .. } = &mut *state;
    let seal = message.proof().clone();
    let Some(tenant) = tenants.get_mut(&seal.partner_id) else { return Err(not_proven(seal)) };
    let Ok(message) = message.verify(tenant.credentials()) else { return Err(not_proven(seal)) };
    check_time(&seal.timestamp, service.timestamp_window(), now)?;
    let mut warnings = message.warnings();
    warnings.extend(strict::timestamp(&seal.timestamp));
    if service.is_strict() && !warnings.is_empty() {
        return Err(E::FAMILY.strict(warnings));
    }
    let chosen = scenario::choose(request, about, scenarios, service.secret())?;
    let context = service.context(request, images, chosen, now);
    let reply = message.handle(tenant, &context)?;
    let mut diagnosis = diagnose::warnings(&warnings);
    diagnosis.extend(context.diagnosis.into_inner());
    let mut answered = now.timestamp();
    if seal.timestamp == answered {
        // Signed at the question's own moment, an answer would look like one that only sends the signature back.
        answered = now.after(Duration::from_millis(1)).timestamp();
    }
    let proof = E::ReplyAuth::prove(tenant.credentials(), &answered);
    state.forget_images(&seal.partner_id);
    drop(state);

    let reply = E::encode_reply(&reply, &proof).map_err(|_| E::FAMILY.fault())?;
    Ok((reply, diagnosis))
}

/// Whether the time that was signed is near enough, where that is asked for.
fn check_time(asked: &Timestamp, window: Option<Duration>, now: Millis) -> Result<(), Refused> {
    let Some(window) = window else { return Ok(()) };
    let wrong = || Refused::new(ErrorCode::WRONG_DATA_TYPE).because(Cause::Rule(NO_MOMENT));
    let asked = asked.to_utc_millis().ok_or_else(wrong)?;
    let apart = Duration::from_millis(asked.abs_diff(now.utc()));
    if apart <= window { Ok(()) } else { Err(Refused::not_authorized().because(Cause::Rule(STALE))) }
}

const NO_MOMENT: &str = "the timestamp names no moment";
const STALE: &str = "the signature is right, but its time is too far from the partner's clock here";

fn not_proven(seal: Seal) -> Refused {
    Refused::not_authorized().because(Cause::Proof(seal))
}

/// Decode, handle, encode.
fn open<E: OpenHandler>(service: &Service, request: &Request<Bytes>, about: &About, now: Millis) -> Answered {
    let message = E::decode(request).map_err(|error| E::FAMILY.unreadable(&error, request.body()))?;
    let (message, ()) = message.trust_without_checking(); // there is nothing to check

    let mut state = service.state();
    let State { tenants, images, scenarios, .. } = &mut *state;
    let chosen = scenario::choose(request, about, scenarios, service.secret())?;
    if let Some(kept) = message.kept() {
        return Ok((kept, Vec::new()));
    }
    let reply = message.handle(tenants, &service.context(request, images, chosen, now))?;
    drop(state);

    let reply = E::encode_reply(&reply, &()).map_err(|_| E::FAMILY.fault())?;
    Ok((reply, Vec::new()))
}
