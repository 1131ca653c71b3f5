//! Requests on their way in: to the mock's own routes, or to the API's.

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
    model::millis::UtcMillis,
    refusal::{Refused, Unread},
    request::{RequestInfo, Route},
    service::{Explained, Service},
};

/// How large a message may be. Those that have images in them may be larger, and no other is near it.
const MESSAGE_BYTES: usize = 2 << 20;
/// How large a message with one photo of 5 MB in base64 may be, and a little more, so that the API can refuse it.
const PHOTO_BYTES: usize = 8 << 20;
/// How large an archive may be, or a form of images.
const ARCHIVE_BYTES: usize = 50 << 20;

impl Service {
    /// Answers a request that arrived when the world's clock said `wall`. Any request has an answer.
    ///
    /// Links in the answer begin with the request's `Host`, or what a proxy forwarded of it; in a request that has
    /// none, with the authority of its address.
    ///
    /// The reply, and what a fault does to it: [`FaultedResponse`].
    pub fn handle(&self, request: &Request<Bytes>, wall: UtcMillis) -> FaultedResponse {
        let Explained { reaction, puzzle, .. } = self.react(request, wall);
        if let Some(puzzle) = puzzle {
            self.solve(&puzzle);
        }
        sent(reaction)
    }

    /// Does what a request asks for, explains it and writes it down.
    pub(crate) fn react(&self, request: &Request<Bytes>, wall: UtcMillis) -> Explained {
        let path = request.uri().path();
        if request.body().len() > Self::body_limit(request.method(), path)
            || complexity::is_too_complex(request.body())
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

    /// The answer to a request whose body was not read to its end.
    pub fn refuse_unread(&self, head: Parts, why: Unread, wall: UtcMillis) -> Response<Bytes> {
        sent(self.unread(head, why, wall)).response
    }

    /// The same, before it is sent.
    pub(crate) fn unread(&self, head: Parts, why: Unread, wall: UtcMillis) -> FaultedResponse {
        let request = Request::from_parts(head, Bytes::new());
        if admin::is_admin(request.uri().path()) {
            return FaultedResponse::reply(admin::refuse_unread(self, why, wall));
        }
        let info = RequestInfo::read(&request);
        let refused = match info.route {
            Route::PutArchive => Refused::unread_archive(why),
            _ => Refused::unread_body(why),
        };
        let exchange = self.engine().refuse(info, refused, wall);
        self.explain(&request, exchange).reaction
    }

    /// How many bytes of body a request of this head may have; [`Service::handle`] refuses larger ones.
    ///
    /// For a server that wants to refuse them, with [`Service::refuse_unread`], before it has read them.
    pub fn body_limit(method: &Method, path: &str) -> usize {
        let is = |spec: Spec| spec.matches(method, path);
        if matches!(Route::of(method, path), Route::PutArchive)
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

    /// How the body of a request of this head is to be read, for a server that can carry out what faults do to it.
    ///
    /// To be asked once for each request, before its body is read.
    pub fn at_head(&self, head: &Parts) -> AtHead {
        if admin::is_admin(head.uri.path()) { AtHead::WHOLE } else { self.engine().at_head(head) }
    }

    /// Notes that a fault broke a request off before its body was there, as [`Service::at_head`] had said.
    pub fn broken_off(&self, head: Parts, at_head: &AtHead, wall: UtcMillis) {
        let request = Request::from_parts(head, Bytes::new());
        let exchange = self.engine().break_off(RequestInfo::read(&request), at_head.fault, wall);
        self.explain(&request, exchange);
    }

    /// The reply to a request whose clock_advance is done.
    pub fn reply_after(&self, clock_advance: &ClockAdvance, wall: UtcMillis) -> Response<Bytes> {
        admin::after(self, clock_advance, wall)
    }

    /// The answer in place of a reply for which there is no room. `entry` is the number of its journal entry.
    #[cfg(feature = "server")]
    pub(crate) fn crowded_out(&self, entry: Option<u64>, wall: UtcMillis) -> Response<Bytes> {
        if let Some(entry) = entry {
            self.note_crowded_out(entry);
        }
        admin::crowded_out(self, wall)
    }
}

/// What becomes of a request, once it is out of our hands.
fn sent(mut reaction: FaultedResponse) -> FaultedResponse {
    let is_whole = matches!(reaction.transfer, BodyDelivery::Whole | BodyDelivery::Slow { .. });
    if let Some(witness) = reaction.witness.take().filter(|_| is_whole) {
        witness.sent();
    }
    reaction
}
