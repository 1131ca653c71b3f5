//! The core over HTTP: bodies are collected within its limits, and what is heavy leaves the event loop.

use std::{future::poll_fn, net::SocketAddr, pin::Pin, sync::Arc};

use axum::{
    Router,
    body::{Body, HttpBody as _},
};
use bytes::{Bytes, BytesMut};
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, HOST},
};

use super::now;
use crate::service::Service;

/// From this size on, a body is handled off the event loop: to open an archive takes longer than others should wait.
const LARGE: usize = 64 << 10;
/// How much of a body is asked for in advance, whatever its announced length.
const ADVANCE: usize = 1 << 20;

/// All routes. `address` is what the server is bound to, for requests that do not say how they reached it.
pub(crate) fn router(service: Arc<Service>, address: SocketAddr) -> Router {
    Router::new().fallback(move |request| answer(Arc::clone(&service), address, request))
}

async fn answer(service: Arc<Service>, address: SocketAddr, request: Request<Body>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let limit = Service::body_limit(&head.method, head.uri.path());
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    let body = match collect(body, announced, limit).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => {
            let mut response = Service::too_large(&head.method, head.uri.path()).map(Body::from);
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
        Err(Unread::Broken) => return empty(StatusCode::BAD_REQUEST),
    };
    if !head.headers.contains_key(HOST)
        && head.uri.authority().is_none()
        && let Ok(host) = HeaderValue::from_str(&address.to_string())
    {
        head.headers.insert(HOST, host);
    }

    let request = Request::from_parts(head, body);
    if request.body().len() < LARGE {
        return service.handle(&request, now()).map(Body::from);
    }
    let answered = tokio::task::spawn_blocking(move || service.handle(&request, now())).await;
    answered.map_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR), |response| response.map(Body::from))
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Why there is no body.
enum Unread {
    TooLarge,
    Broken,
}

/// Reads a body of up to `limit` bytes. One that is announced to be larger is not read at all.
async fn collect(mut body: Body, announced: Option<u64>, limit: usize) -> Result<Bytes, Unread> {
    let announced = announced.map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > limit {
        return Err(Unread::TooLarge);
    }
    let mut collected = BytesMut::with_capacity(announced.min(ADVANCE));
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        if let Some(data) = frame.data_ref() {
            if collected.len() + data.len() > limit {
                return Err(Unread::TooLarge);
            }
            collected.extend_from_slice(data);
        }
    }
    Ok(collected.freeze())
}
