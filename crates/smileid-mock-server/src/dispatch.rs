//! Passes requests to the control routes (`/_mock`) or to the API.

mod complexity;

use bytes::Bytes;
use http::{Method, Request, Response, request::Parts};
use smileid_protocol::{
    endpoint::{Endpoint, Spec},
    v1::{backfill_users, smart_selfie_authentication, smart_selfie_enroll},
};

use crate::{
    admin, api,
    control::faults::{AtHead, BodyDelivery, FaultedResponse},
    engine::ClockAdvance,
    model::utc_millis::UtcMillis,
    refusal::{self, Refused, Unread},
    request::{RequestInfo, Route},
    service::{Explained, Service},
};

/// Maximum size of a request without images, in bytes. Real requests are far smaller.
const MESSAGE_BYTES: usize = 2 << 20;
/// Maximum size of a request with one photo, in bytes: over 5 MB in base64, so that the handler and not this limit refuses a
/// photo that is too large.
const PHOTO_BYTES: usize = 8 << 20;
/// Maximum size of a V3 request, in bytes: the limit of the API's gateway.
const V3_BYTES: usize = 10 << 20;
/// Maximum size of an archive or of a form with images, in bytes.
const ARCHIVE_BYTES: usize = 50 << 20;

impl Service {
    /// Handles a request that came at the real time `wall`. Every request gets a response.
    ///
    /// Links in the response begin with the request's `Host`, or with the host that a proxy forwarded. Without either,
    /// they begin with the authority of the request's URI.
    ///
    /// Returns the response, and what a fault does to it: [`FaultedResponse`].
    pub fn handle(&self, request: &Request<Bytes>, wall: UtcMillis) -> FaultedResponse {
        let Explained { faulted, puzzle, .. } = self.respond(request, wall);
        if let Some(puzzle) = puzzle {
            self.solve(&puzzle);
        }
        sent(faulted)
    }

    /// Handles a request, diagnoses it, and records it in the journal.
    pub(crate) fn respond(&self, request: &Request<Bytes>, wall: UtcMillis) -> Explained {
        let path = request.uri().path();
        if request.body().len() > Self::body_limit(request.method(), path)
            || (!admin::is_snapshot(path) && complexity::is_too_complex(request.body()))
        {
            let (head, ()) = request.clone().map(drop).into_parts();
            return Explained::reply(self.refuse_unread(head, Unread::TooLarge, wall));
        }
        if admin::is_admin(path) {
            return Explained::reply(admin::answer(self, request, wall));
        }
        let info = RequestInfo::read(request);
        let ready = api::read(request, info.route, self.settings());
        let exchange = self.engine().answer(info, ready, wall);
        self.explain(request, exchange)
    }

    /// Returns the response to a request whose body could not be read completely.
    pub fn refuse_unread(&self, head: Parts, why: Unread, wall: UtcMillis) -> Response<Bytes> {
        sent(self.unread(head, why, wall)).response
    }

    /// Returns the response to a request whose body could not be read completely, with the effects of a fault.
    pub(crate) fn unread(&self, head: Parts, why: Unread, wall: UtcMillis) -> FaultedResponse {
        let request = Request::from_parts(head, Bytes::new());
        if admin::is_admin(request.uri().path()) {
            return FaultedResponse::reply(admin::refuse_unread(self, why, wall));
        }
        let info = RequestInfo::read(&request);
        let refused = match info.route {
            Route::PutArchive => Refused::unread_archive(why),
            route if route.is_v3() => refusal::v3::unread(why),
            _ => Refused::unread_body(why),
        };
        let exchange = self.engine().refuse(info, refused, wall);
        self.explain(&request, exchange).faulted
    }

    /// Returns the maximum body size of a request with this method and path, in bytes. [`Service::handle`] refuses
    /// larger bodies.
    ///
    /// For a server that refuses them with [`Service::refuse_unread`] before it reads them.
    pub fn body_limit(method: &Method, path: &str) -> usize {
        let is = |spec: Spec| spec.matches(method, path);
        if matches!(Route::for_request(method, path), Route::PutArchive)
            || is(smart_selfie_enroll::Request::SPEC)
            || is(smart_selfie_authentication::Request::SPEC)
        {
            ARCHIVE_BYTES
        } else if is(backfill_users::Request::SPEC) {
            PHOTO_BYTES
        } else if admin::is_snapshot(path) {
            admin::SNAPSHOT_BYTES
        } else if Route::for_request(method, path).is_v3() {
            V3_BYTES
        } else {
            MESSAGE_BYTES
        }
    }

    /// Returns the way to read the body of a request, for a server that can apply faults while it reads.
    ///
    /// Call it once for each request, before its body is read.
    pub fn at_head(&self, head: &Parts) -> AtHead {
        if admin::is_admin(head.uri.path()) { AtHead::WHOLE } else { self.engine().at_head(head) }
    }

    /// Records that a fault interrupted a request before its body arrived, according to [`Service::at_head`].
    pub fn broken_off(&self, head: Parts, at_head: &AtHead, wall: UtcMillis) {
        let request = Request::from_parts(head, Bytes::new());
        let exchange = self.engine().break_off(RequestInfo::read(&request), at_head, wall);
        self.explain(&request, exchange);
    }

    /// Returns the response to a request that changed a clock, after the change is complete.
    pub fn reply_after(&self, clock_advance: &ClockAdvance, wall: UtcMillis) -> Response<Bytes> {
        admin::after(self, clock_advance, wall)
    }
}

/// Reports a response to the observer as sent, unless a fault interrupts it.
fn sent(mut faulted: FaultedResponse) -> FaultedResponse {
    let is_whole = matches!(faulted.transfer, BodyDelivery::Whole | BodyDelivery::Slow { .. });
    if let Some(witness) = faulted.witness.take().filter(|_| is_whole) {
        witness.sent();
    }
    faulted
}
