//! HTTP/1 server with limits on connections, bytes and time.

use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Request, Response, StatusCode, header::CONNECTION};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use smileid_mock_server::crowd::{Crowd, Heard};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};

use super::CallbackServer;

/// Maximum number of open connections. Others wait to be accepted. Processes can usually open 1024 files.
const CONNECTIONS: usize = 512;
/// Time limit for the headers of a request, and for an idle connection.
const HEAD: Duration = Duration::from_secs(10);
/// Maximum time between requests while other connections wait to be accepted.
const HEAD_WHEN_CROWDED: Duration = Duration::from_secs(1);
/// Maximum size of the headers of a request, in bytes.
const HEAD_BYTES: usize = 16 << 10;
/// Time limit for the body of a request.
const BODY: Duration = Duration::from_secs(30);
/// Maximum pause within a body while other connections wait to be accepted.
const BODY_WHEN_CROWDED: Duration = Duration::from_secs(5);
/// Maximum size of a body that needs no permit, in bytes. Most callbacks are smaller, unless they have photos.
const SMALL: usize = 16 << 10;
/// Maximum number of pieces of a body, in addition to one for each KiB. A piece of any size takes some microseconds.
const PIECES: usize = 32 << 10;
/// Number of larger bodies in memory at the same time, over all connections. Others wait in their sockets, within the time limit
/// of a body.
const LARGE_AT_ONCE: usize = 3;
/// Limits of time and bytes for reading from a client after its connection was closed. Closing with unread bytes resets the
/// connection, and the client may lose the response.
const LINGER: (Duration, u64) = (Duration::from_secs(1), 8 << 20);

/// Complete body of a request. When it is dropped, another large body can be read.
pub(super) struct RequestBody {
    pub(super) bytes: Bytes,
    _permit: Option<OwnedSemaphorePermit>,
}

/// Error from reading a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// The body is larger than the limit.
    TooLarge,
    /// The body is incomplete, or has too many pieces.
    CutOff,
    /// The body took longer than the time limit.
    Slow,
    /// The data is not HTTP.
    NotHttp,
}

impl ReadError {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::CutOff | Self::NotHttp => StatusCode::BAD_REQUEST,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

/// Serves requests until `stop`, then finishes open requests within `grace`.
pub(super) async fn serve(
    listener: TcpListener,
    server: Arc<CallbackServer>,
    stop: impl Future<Output = ()>,
    grace: Duration,
) {
    let (end, stopping) = watch::channel(());
    let permits = Arc::new(Semaphore::new(LARGE_AT_ONCE));
    let accepting = async {
        let connections = Arc::new(Semaphore::new(CONNECTIONS));
        let crowd = Arc::new(Crowd::default());
        loop {
            if connections.available_permits() == 0 {
                crowd.set(true);
            }
            let Ok(open) = Arc::clone(&connections).acquire_owned().await else { return };
            let Ok((stream, _)) = listener.accept().await else {
                // Usually too many open files: other connections must end first.
                crowd.set(true);
                sleep(Duration::from_millis(100)).await;
                continue;
            };
            crowd.set(false);
            let (server, permits, crowd, stopping) =
                (Arc::clone(&server), Arc::clone(&permits), Arc::clone(&crowd), stopping.clone());
            tokio::spawn(async move {
                connection(stream, &server, &permits, &crowd, stopping).await;
                drop(open);
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    drop((listener, stopping));
    let _ = end.send(());
    let _ = timeout(grace, end.closed()).await; // until every connection has dropped its receiver
}

async fn connection(
    mut stream: TcpStream,
    server: &CallbackServer,
    permits: &Arc<Semaphore>,
    crowd: &Crowd,
    mut stopping: watch::Receiver<()>,
) {
    let heard = &Heard::now();
    let has_request = &AtomicBool::new(false);
    let service = service_fn(|request| async move {
        has_request.store(true, Ordering::Relaxed);
        heard.again();
        let response = respond(request, server, permits, crowd).await;
        heard.again();
        Ok::<_, Infallible>(response)
    });
    let ended = {
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_header_size(HEAD_BYTES)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(&mut stream), service);
        let mut serving = pin!(serving);
        tokio::select! {
            ended = &mut serving => ended,
            _ = stopping.changed() => {
                serving.as_mut().graceful_shutdown();
                serving.await
            }
            () = crowd.displaces(heard, HEAD_WHEN_CROWDED) => {
                // No request was received yet: hyper would wait for one before it closes the connection.
                if !has_request.load(Ordering::Relaxed) {
                    return;
                }
                serving.as_mut().graceful_shutdown();
                serving.await
            }
        }
    };
    if ended.is_err_and(|error| error.is_parse()) {
        server.failed(ReadError::NotHttp);
    }
    let (patience, bytes) = LINGER;
    let linger = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(bytes), &mut tokio::io::sink()).await
    };
    let _: Result<io::Result<_>, _> = timeout(patience, linger).await;
}

async fn respond(
    request: Request<Incoming>,
    server: &CallbackServer,
    permits: &Arc<Semaphore>,
    crowd: &Crowd,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    if let Some(response) = server.at_head(&head) {
        return response;
    }
    let mut response = Response::default();
    let last = Heard::now();
    let read = tokio::select! {
        read = timeout(BODY, read(body, server.receiver.verifier().limit, permits, &last)) => {
            read.unwrap_or(Err(ReadError::Slow))
        }
        () = crowd.displaces(&last, BODY_WHEN_CROWDED) => Err(ReadError::Slow),
    };
    *response.status_mut() = match read {
        Ok(body) => server.receive(&head.headers, body).await,
        Err(why) => {
            server.failed(why);
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            why.status()
        }
    };
    response
}

/// Reads a body of at most `limit` bytes. A large body takes a permit when its bytes have arrived, whatever its `Content-Length`.
async fn read(
    mut body: Incoming,
    limit: usize,
    permits: &Arc<Semaphore>,
    heard: &Heard,
) -> Result<RequestBody, ReadError> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(ReadError::TooLarge);
    }
    let mut whole = BytesMut::new();
    let (mut permit, mut pieces) = (None, 0);
    while let Some(frame) = body.frame().await {
        heard.again();
        pieces += 1;
        let Ok(data) = frame.map_err(|_| ReadError::CutOff)?.into_data() else { continue };
        if data.len() > limit - whole.len() {
            return Err(ReadError::TooLarge);
        }
        if pieces > PIECES + (whole.len() >> 10) {
            return Err(ReadError::CutOff);
        }
        if permit.is_none() && whole.len() + data.len() > SMALL {
            permit = Some(Arc::clone(permits).acquire_owned().await.map_err(|_| ReadError::Slow)?);
            whole.reserve(announced.saturating_sub(whole.len()));
        }
        whole.extend_from_slice(&data);
    }
    Ok(RequestBody { bytes: whole.freeze(), _permit: permit })
}
