//! Serves the mock server over HTTP: reads request bodies within limits of size and time, and moves heavy work off the event
//! loop.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicBool},
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONNECTION, HOST},
    uri::Scheme,
};
use hyper::body::Incoming;
use tokio::{sync::Semaphore, task::spawn_blocking, time::sleep};

use super::{
    crowd::Crowd,
    deliver::Deliverer,
    doctor::Doctor,
    effect::AbortedConnection,
    now,
    paced::Paced,
    replies::Replies,
    upload::{Missing, Room, SMALL, Upload},
};
use crate::{
    admin,
    control::faults::{BodyDelivery, FaultedResponse},
    engine::ClockAdvance,
    service::Service,
};

/// Maximum number of large requests that are handled at the same time, because each needs a few times its size.
const LARGE_AT_ONCE: usize = 2;

/// State that all connections of a server share.
pub(crate) struct Shared {
    pub(super) deliverer: Arc<Deliverer>,
    room: Room,
    doctor: Doctor,
    /// Permits to handle large requests.
    turns: Arc<Semaphore>,
    pub(super) replies: Replies,
}

impl Shared {
    /// Creates the shared state. Must be called within a runtime.
    pub(crate) fn new(deliverer: Arc<Deliverer>) -> Self {
        let doctor = Doctor::new(Arc::clone(deliverer.service()));
        let turns = Arc::new(Semaphore::new(LARGE_AT_ONCE));
        Self { deliverer, room: Room::new(), doctor, turns, replies: Replies::new() }
    }
}

/// State that all connections of a port share.
pub(super) struct Port {
    pub(super) shared: Arc<Shared>,
    /// Bound address, for requests without a `Host`.
    pub(super) address: SocketAddr,
    /// True after a message was written to standard error about a client that used HTTP on an HTTPS port, or the reverse.
    pub(super) told: AtomicBool,
    pub(super) crowd: Crowd,
}

impl Port {
    /// Handles a request. A fault may abort the connection.
    pub(super) async fn answer(
        &self,
        scheme: Scheme,
        request: Request<Incoming>,
    ) -> Result<Response<Paced>, AbortedConnection> {
        let FaultedResponse { mut response, latency, transfer, witness, .. } =
            self.respond(scheme, request).await?;
        if let Some(clock_advance) = response.extensions_mut().remove::<ClockAdvance>() {
            self.shared.deliverer.advance(clock_advance.clone()).await;
            response = self.service().reply_after(&clock_advance, now());
        }
        if !latency.is_zero() {
            sleep(latency).await;
        }
        match transfer {
            BodyDelivery::Whole => Ok(response.map(|body| Paced::whole(body).before(witness))),
            BodyDelivery::Slow { bytes_per_second } => {
                Ok(response.map(|body| Paced::slow(body, bytes_per_second).before(witness)))
            }
            BodyDelivery::Cut { after, how } => Err(AbortedConnection::in_reply(response, after, how)),
            BodyDelivery::Unsent { how } => Err(AbortedConnection::unanswered(how)),
        }
    }

    fn service(&self) -> &Arc<Service> {
        self.shared.deliverer.service()
    }

    async fn respond(
        &self,
        scheme: Scheme,
        request: Request<Incoming>,
    ) -> Result<FaultedResponse, AbortedConnection> {
        let (mut head, body) = request.into_parts();
        let at_head = self.service().at_head(&head);
        if !at_head.latency.is_zero() {
            sleep(at_head.latency).await;
        }
        let limit = Service::body_limit(&head.method, head.uri.path());
        let Upload { body, room } =
            match self.shared.room.read(&head.headers, body, limit, at_head.transfer, &self.crowd).await {
                Ok(upload) => upload,
                Err(Missing::Cut(how)) => {
                    self.service().broken_off(head, &at_head, now());
                    return Err(AbortedConnection::unanswered(how));
                }
                Err(Missing::Unread(why)) => return Ok(last(self.service().unread(head, why, now()))),
            };
        if !head.headers.contains_key(HOST)
            && head.uri.authority().is_none()
            && let Ok(host) = HeaderValue::from_str(&self.address.to_string())
        {
            head.headers.insert(HOST, host);
        }
        head.extensions.insert(scheme);

        let request = Request::from_parts(head, body);
        let service = Arc::clone(self.service());
        let is_report = admin::is_report(request.method(), request.uri().path());
        let explained = if request.body().len() < SMALL && !is_report {
            service.respond(&request, now())
        } else {
            let turn = if is_report {
                self.shared.replies.turn().await
            } else {
                Arc::clone(&self.shared.turns).acquire_owned().await.ok()
            };
            let Some(turn) = turn else { return Ok(self.crowded_out(None)) };
            let handling = spawn_blocking(move || {
                let _kept = (room, turn); // held until the end, even if the client disconnects
                service.respond(&request, now())
            });
            match handling.await {
                Ok(explained) => explained,
                Err(_) => return Ok(FaultedResponse::reply(empty(StatusCode::INTERNAL_SERVER_ERROR))),
            }
        };
        if let Some(puzzle) = explained.puzzle {
            self.shared.doctor.ask(puzzle);
        }
        let FaultedResponse { response, .. } = explained.faulted;
        match self.shared.replies.hold(response) {
            Some(response) => Ok(FaultedResponse { response, ..explained.faulted }),
            None => Ok(self.crowded_out(explained.entry)),
        }
    }

    /// Returns the error that replaces a large response if memory is short.
    fn crowded_out(&self, entry: Option<u64>) -> FaultedResponse {
        if let Some(entry) = entry {
            self.service().note_crowded_out(entry);
        }
        FaultedResponse::reply(admin::crowded_out(self.service(), now()))
    }
}

/// Marks a response as the last one on its connection.
fn last(mut faulted: FaultedResponse) -> FaultedResponse {
    faulted.response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    faulted
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}
