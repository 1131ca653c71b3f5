//! Serves HTTP/1 within fixed limits of connections, bytes and time.

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

use super::Desk;

/// How many connections are open at once. Further ones wait to be accepted. Processes commonly may have 1024 files.
const CONNECTIONS: usize = 512;
/// How long the head of a request may take, and how long a connection may be idle.
const HEAD: Duration = Duration::from_secs(10);
/// The same from the last request on, while others wait to be accepted.
const HEAD_WHEN_CROWDED: Duration = Duration::from_secs(1);
/// How many bytes the head of a request may have.
const HEAD_BYTES: usize = 16 << 10;
/// How long a whole body may take.
const BODY: Duration = Duration::from_secs(30);
/// How long a body may pause while others wait to be accepted.
const BODY_WHEN_CROWDED: Duration = Duration::from_secs(5);
/// The largest body that needs no turn, in bytes. Most callbacks are smaller; those with photos are not.
const SMALL: usize = 16 << 10;
/// How many pieces a body may come in, beside one for each KiB. A piece costs some microseconds, however small it is.
const PIECES: usize = 32 << 10;
/// How many larger turns are held at once, over all connections. Others wait within the time of a body: what they send
/// waits in the sockets.
const LARGE_AT_ONCE: usize = 3;
/// How long and how much is read from a client after its connection was closed. A connection that is closed with bytes
/// unread is reset, and the client may lose the answer.
const LINGER: (Duration, u64) = (Duration::from_secs(1), 8 << 20);

/// A whole body, which lets another large one be read when it is dropped.
pub(super) struct Whole {
    pub(super) bytes: Bytes,
    _turn: Option<OwnedSemaphorePermit>,
}

/// A request that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The body is larger than the limit.
    TooLarge,
    /// The body did not come whole, or in too many pieces.
    CutOff,
    /// The body took longer than allowed.
    Slow,
    /// What came is not HTTP.
    NotHttp,
}

impl Unread {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::CutOff | Self::NotHttp => StatusCode::BAD_REQUEST,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

/// Serves until `stop`, then finishes what is under way within `grace`.
pub(super) async fn serve(
    listener: TcpListener,
    desk: Arc<Desk>,
    stop: impl Future<Output = ()>,
    grace: Duration,
) {
    let (end, stopping) = watch::channel(());
    let turns = Arc::new(Semaphore::new(LARGE_AT_ONCE));
    let accepting = async {
        let connections = Arc::new(Semaphore::new(CONNECTIONS));
        let crowd = Arc::new(Crowd::default());
        loop {
            if connections.available_permits() == 0 {
                crowd.set(true);
            }
            let Ok(open) = Arc::clone(&connections).acquire_owned().await else { return };
            let Ok((stream, _)) = listener.accept().await else {
                // Mostly that there are too many open files: others have to end first.
                crowd.set(true);
                sleep(Duration::from_millis(100)).await;
                continue;
            };
            crowd.set(false);
            let (desk, turns, crowd, stopping) =
                (Arc::clone(&desk), Arc::clone(&turns), Arc::clone(&crowd), stopping.clone());
            tokio::spawn(async move {
                connection(stream, &desk, &turns, &crowd, stopping).await;
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
    desk: &Desk,
    turns: &Arc<Semaphore>,
    crowd: &Crowd,
    mut stopping: watch::Receiver<()>,
) {
    let heard = &Heard::now();
    let asked = &AtomicBool::new(false);
    let answering = service_fn(|request| async move {
        asked.store(true, Ordering::Relaxed);
        heard.again();
        let response = respond(request, desk, turns, crowd).await;
        heard.again();
        Ok::<_, Infallible>(response)
    });
    let ended = {
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_header_size(HEAD_BYTES)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(&mut stream), answering);
        let mut serving = pin!(serving);
        tokio::select! {
            ended = &mut serving => ended,
            _ = stopping.changed() => {
                serving.as_mut().graceful_shutdown();
                serving.await
            }
            () = crowd.displaces(heard, HEAD_WHEN_CROWDED) => {
                // Hyper would wait for a first request.
                if !asked.load(Ordering::Relaxed) {
                    return;
                }
                serving.as_mut().graceful_shutdown();
                serving.await
            }
        }
    };
    if ended.is_err_and(|error| error.is_parse()) {
        desk.failed(Unread::NotHttp);
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
    desk: &Desk,
    turns: &Arc<Semaphore>,
    crowd: &Crowd,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    if let Some(response) = desk.at_head(&head) {
        return response;
    }
    let mut response = Response::default();
    let last = Heard::now();
    let read = tokio::select! {
        read = timeout(BODY, read(body, desk.receiver.verifier().limit, turns, &last)) => {
            read.unwrap_or(Err(Unread::Slow))
        }
        () = crowd.displaces(&last, BODY_WHEN_CROWDED) => Err(Unread::Slow),
    };
    *response.status_mut() = match read {
        Ok(body) => desk.answer(&head.headers, body).await,
        Err(why) => {
            desk.failed(why);
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            why.status()
        }
    };
    response
}

/// Reads a body of at most `limit` bytes. It takes its turn when that many bytes have come, and not by the length that is
/// announced.
async fn read(
    mut body: Incoming,
    limit: usize,
    turns: &Arc<Semaphore>,
    heard: &Heard,
) -> Result<Whole, Unread> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(Unread::TooLarge);
    }
    let mut whole = BytesMut::new();
    let (mut turn, mut pieces) = (None, 0);
    while let Some(frame) = body.frame().await {
        heard.again();
        pieces += 1;
        let Ok(data) = frame.map_err(|_| Unread::CutOff)?.into_data() else { continue };
        if data.len() > limit - whole.len() {
            return Err(Unread::TooLarge);
        }
        if pieces > PIECES + (whole.len() >> 10) {
            return Err(Unread::CutOff);
        }
        if turn.is_none() && whole.len() + data.len() > SMALL {
            turn = Some(Arc::clone(turns).acquire_owned().await.map_err(|_| Unread::Slow)?);
            whole.reserve(announced.saturating_sub(whole.len()));
        }
        whole.extend_from_slice(&data);
    }
    Ok(Whole { bytes: whole.freeze(), _turn: turn })
}
