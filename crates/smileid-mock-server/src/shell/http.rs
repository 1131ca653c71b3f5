//! The core over HTTP: bodies are collected within its limits, and what is heavy leaves the event loop.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONNECTION, HOST},
    uri::Scheme,
};
use hyper::body::Incoming;
use tokio::{sync::Semaphore, task::spawn_blocking, time::sleep};

use super::{
    deliver::Deliverer,
    effect::Severed,
    now,
    paced::Paced,
    upload::{Missing, Room, SMALL, Upload},
};
use crate::{
    faults::{Reaction, Transfer},
    service::{Errand, Service},
};

/// What all connections of a port share.
pub(super) struct Port {
    pub(super) deliverer: Arc<Deliverer>,
    /// What the server is bound to, for requests that do not say how they reached it.
    pub(super) address: SocketAddr,
    pub(super) room: Room,
    /// Wrong signatures are explained one after the other, as each keeps a processor busy for a while.
    pub(super) doctor: Arc<Semaphore>,
}

impl Port {
    /// Answers a request that came over `scheme`, or gives its connection up.
    pub(super) async fn answer(
        &self,
        scheme: Scheme,
        request: Request<Incoming>,
    ) -> Result<Response<Paced>, Severed> {
        let Reaction { mut response, latency, transfer, witness, .. } = self.react(scheme, request).await?;
        if let Some(errand) = response.extensions_mut().remove::<Errand>() {
            self.deliverer.advance(errand.clone()).await;
            response = self.service().reply_after(&errand, now());
        }
        if !latency.is_zero() {
            sleep(latency).await;
        }
        match transfer {
            Transfer::Whole => Ok(response.map(|body| Paced::whole(body).before(witness))),
            Transfer::Slow { bytes_per_second } => {
                Ok(response.map(|body| Paced::slow(body, bytes_per_second).before(witness)))
            }
            Transfer::Cut { after, how } => Err(Severed::in_reply(response, after, how)),
            Transfer::Unsent { how } => Err(Severed::unanswered(how)),
        }
    }

    fn service(&self) -> &Arc<Service> {
        self.deliverer.service()
    }

    async fn react(&self, scheme: Scheme, request: Request<Incoming>) -> Result<Reaction, Severed> {
        let (mut head, body) = request.into_parts();
        let at_head = self.service().at_head(&head);
        if !at_head.latency.is_zero() {
            sleep(at_head.latency).await;
        }
        let limit = Service::body_limit(&head.method, head.uri.path());
        let Upload { body, room } = match self.room.read(&head.headers, body, limit, at_head.transfer).await {
            Ok(upload) => upload,
            Err(Missing::Cut(how)) => {
                self.service().broken_off(head, &at_head, now());
                return Err(Severed::unanswered(how));
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
        let handling = if request.body().len() < SMALL {
            let handled = service.react(&request, now());
            if !handled.is_puzzling() {
                return Ok(service.explain(&request, handled));
            }
            let turn = Arc::clone(&self.doctor).acquire_owned();
            // Apart, so that it is written down even if the client leaves before.
            tokio::spawn(async move {
                let _turn = turn.await;
                spawn_blocking(move || service.explain(&request, handled)).await
            })
            .await
            .and_then(|explained| explained)
        } else {
            spawn_blocking(move || {
                let _room = room; // not given back before, even if the client leaves
                service.explain(&request, service.react(&request, now()))
            })
            .await
        };
        Ok(handling.unwrap_or_else(|_| Reaction::reply(empty(StatusCode::INTERNAL_SERVER_ERROR))))
    }
}

/// A reply after which nothing more is read from the connection.
fn last(mut reaction: Reaction) -> Reaction {
    reaction.response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    reaction
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}
