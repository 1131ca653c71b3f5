//! The core over HTTP: bodies are collected within its limits, and what is heavy leaves the event loop.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, HOST},
    uri::Scheme,
};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;

use super::now;
use crate::service::Service;

/// From this size on, a body is handled off the event loop: to open an archive takes longer than others should wait.
const LARGE: usize = 64 << 10;
/// How much of a body is asked for in advance, whatever its announced length.
const ADVANCE: usize = 1 << 20;

/// How a request came.
#[derive(Clone)]
pub(crate) struct Arrived {
    /// What the server is bound to, for requests that do not say how they reached it.
    pub(crate) address: SocketAddr,
    /// Plain or under TLS.
    pub(crate) scheme: Scheme,
}

/// Answers a request.
pub(crate) async fn answer(
    service: Arc<Service>,
    arrived: Arrived,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(reply(service, arrived, request).await.map(Full::new))
}

async fn reply(service: Arc<Service>, arrived: Arrived, request: Request<Incoming>) -> Response<Bytes> {
    let (mut head, body) = request.into_parts();
    let limit = Service::body_limit(&head.method, head.uri.path());
    let announced = head.headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    let body = match collect(body, announced, limit).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => {
            let mut response = Service::too_large(&head.method, head.uri.path());
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
        Err(Unread::Broken) => return empty(StatusCode::BAD_REQUEST),
    };
    if !head.headers.contains_key(HOST)
        && head.uri.authority().is_none()
        && let Ok(host) = HeaderValue::from_str(&arrived.address.to_string())
    {
        head.headers.insert(HOST, host);
    }
    head.extensions.insert(arrived.scheme);

    let request = Request::from_parts(head, body);
    if request.body().len() < LARGE {
        return service.handle(&request, now());
    }
    let answered = tokio::task::spawn_blocking(move || service.handle(&request, now())).await;
    answered.unwrap_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR))
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// Why there is no body.
enum Unread {
    TooLarge,
    Broken,
}

/// Reads a body of up to `limit` bytes. One that is announced to be larger is not read at all.
async fn collect(mut body: Incoming, announced: Option<u64>, limit: usize) -> Result<Bytes, Unread> {
    let announced = announced.map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > limit {
        return Err(Unread::TooLarge);
    }
    let mut collected = BytesMut::with_capacity(announced.min(ADVANCE));
    while let Some(frame) = body.frame().await {
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
