//! Listening sockets and their connections, plain or with TLS.

use std::{
    error::Error as _,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::uri::Scheme;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    crowd::{Crowd, Heard},
    effect::{AbortedConnection, Line, linger},
    http::{Port, Shared},
    now,
    steady::Steady,
    tell,
    tls::TlsAcceptor,
};

/// Maximum number of open connections of a port. Further connections wait in the queue of the system.
const CONNECTIONS: usize = 1024;
/// Time limit for a TLS handshake, and for the headers of a request.
const PATIENCE: Duration = Duration::from_secs(30);
/// Maximum idle time of a connection while others wait to be accepted.
const WHEN_CROWDED: Duration = Duration::from_secs(1);
/// Maximum size of a request's headers, and of one read of a body, in bytes.
const HEAD_BYTES: usize = 64 << 10;
/// Time for a connected client to send its request when the server stops.
const LAST_CALL: Duration = Duration::from_millis(500);

/// Signal that the server stops.
#[derive(Clone)]
pub(crate) struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Creates sender and receiver of the signal that the server stops.
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    async fn begun(&self) {
        // An error means that the server has ended, so it is treated as a stop.
        let _ = self.0.clone().wait_for(|stops| *stops).await;
    }

    /// Waits until the server stops and clients had time to send a last request.
    async fn last_call(&self) {
        self.begun().await;
        sleep(LAST_CALL).await;
    }
}

/// Listening socket of the server.
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    /// Maximum number of open connections.
    most: usize,
}

impl Listener {
    /// Binds `address`. Port 0 selects a free port.
    pub(crate) async fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address, tls, most: CONNECTIONS })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves all connections. When the server stops, accepts no more, handles the requests that have arrived, and returns.
    pub(crate) async fn serve(self, shared: Arc<Shared>, stopping: Stopping) {
        let port = Arc::new(Port {
            shared,
            address: self.address,
            told: AtomicBool::new(false),
            crowd: Crowd::default(),
        });
        let mut connections = JoinSet::new();
        let room = Arc::new(Semaphore::new(self.most));
        loop {
            while connections.try_join_next().is_some() {}
            let taking = async {
                if room.available_permits() == 0 {
                    port.crowd.set(true);
                }
                let permit = Arc::clone(&room).acquire_owned().await.ok();
                (permit, self.socket.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                biased;
                () = stopping.begun() => break,
                taken = taking => taken,
            };
            match accepted {
                Ok((stream, _)) => {
                    port.crowd.set(false);
                    let connection =
                        connection(stream, self.tls.clone(), Arc::clone(&port), stopping.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(permit);
                    });
                }
                // Probably too many open files: other connections must end before the next is accepted.
                Err(error) if !is_of_one_connection(&error) => {
                    port.crowd.set(true);
                    sleep(Duration::from_millis(100)).await;
                }
                Err(_) => {}
            }
        }
        // The system may have accepted more connections, with requests already sent. The standard socket returns them
        // all; Tokio may not have noticed them yet.
        if let Ok(socket) = self.socket.into_std() {
            while let Ok((stream, _)) = socket.accept() {
                let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                if let Ok(stream) = stream {
                    let (tls, port) = (self.tls.clone(), Arc::clone(&port));
                    connections.spawn(connection(stream, tls, port, stopping.clone()));
                }
            }
        }
        while connections.join_next().await.is_some() {}
    }
}

/// Serves one connection to its end. Errors are ignored, because only the client of this connection is affected.
async fn connection(mut stream: TcpStream, tls: Option<TlsAcceptor>, port: Arc<Port>, stopping: Stopping) {
    let _ = stream.set_nodelay(true); // only for speed, so an error does not matter
    let heard = Heard::now();
    let first = tokio::select! {
        first = timeout(PATIENCE, first_byte(&stream)) => first.ok().flatten(),
        () = stopping.last_call() => None,
        () = port.crowd.displaces(&heard, WHEN_CROWDED) => None,
    };
    let Some(first) = first else { return };
    match tls {
        None if first == TLS_HANDSHAKE => misled(&mut stream, Scheme::HTTPS, &port).await,
        None => talk(stream, Scheme::HTTP, &port, &heard, &stopping).await,
        Some(_) if first.is_ascii_uppercase() => misled(&mut stream, Scheme::HTTP, &port).await,
        Some(tls) => {
            let accepted = tokio::select! {
                accepted = timeout(PATIENCE, tls.accept(stream)) => accepted,
                () = stopping.last_call() => return,
                () = port.crowd.displaces(&heard, WHEN_CROWDED) => return,
            };
            if let Ok(Ok(stream)) = accepted {
                talk(stream, Scheme::HTTPS, &port, &heard, &stopping).await;
            }
        }
    }
}

/// First byte of a TLS handshake. No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// Returns the first byte that a client sends, and leaves it in the stream.
async fn first_byte(stream: &TcpStream) -> Option<u8> {
    let mut first = [0];
    (stream.peek(&mut first).await.ok()? == 1).then_some(first[0])
}

/// Tells the client, and standard error, that the client used HTTP on an HTTPS port, or the reverse.
async fn misled(stream: &mut TcpStream, spoken: Scheme, port: &Port) {
    let reason = port.shared.deliverer.service().misled(&spoken, now());
    if !port.told.swap(true, Ordering::Relaxed) {
        tell(format_args!("at {}: {reason}", port.address));
    }
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{reason}\n", reason.len() + 1);
    if let Ok(Ok(())) = timeout(PATIENCE, stream.write_all(answer.as_bytes())).await {
        let _ = stream.shutdown().await;
        linger(stream).await;
    }
}

async fn talk(mut line: impl Line, scheme: Scheme, port: &Port, heard: &Heard, stopping: &Stopping) {
    let asked = AtomicBool::new(false);
    let answering = service_fn(|request| {
        asked.store(true, Ordering::Relaxed);
        heard.again();
        let answer = port.answer(scheme.clone(), request);
        async move {
            let answer = answer.await;
            heard.again();
            answer
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEAD_BYTES);
    let talked = {
        let mut serving = pin!(http.serve_connection(TokioIo::new(Steady::new(&mut line)), answering));
        let stops = async {
            stopping.begun().await;
            // The first request may still arrive.
            if !asked.load(Ordering::Relaxed) {
                sleep(LAST_CALL).await;
            }
        };
        tokio::select! {
            biased;
            talked = serving.as_mut() => talked,
            () = stops => {
                // Closes an idle connection; a request under way is completed.
                serving.as_mut().graceful_shutdown();
                serving.await
            }
            () = port.crowd.displaces(heard, WHEN_CROWDED) => {
                // A graceful shutdown of hyper would wait for a first request.
                if !asked.load(Ordering::Relaxed) {
                    return;
                }
                serving.as_mut().graceful_shutdown();
                serving.await
            }
        }
    };
    match talked {
        Ok(()) => linger(line.tcp()).await,
        Err(error) => {
            if let Some(severed) = error.source().and_then(|it| it.downcast_ref::<AbortedConnection>()) {
                tokio::select! {
                    () = severed.carry_out(&mut line) => {}
                    () = stopping.last_call() => {}
                }
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};

    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        time::Instant,
    };

    use super::*;
    use crate::{
        model::{clock::Clock, config::Config, utc_millis::UtcMillis},
        service::Service,
        shell::{
            deliver::{Deliverer, Receivers},
            tls::Connector,
        },
    };

    /// Creates the state that connections share, with one partner whose clock is stopped.
    fn shared() -> Arc<Shared> {
        let mut config = Config::new([42; 32]);
        config.clock = Clock::Frozen { at: UtcMillis::from_utc_millis(1_700_000_000_000) };
        Arc::new(Shared::new(Deliverer::new(
            Arc::new(Service::new(config)),
            Receivers::Off,
            Connector::new([]),
        )))
    }

    /// Returns the response to these bytes, and its time on tokio's clock, which advances when all tasks are idle.
    async fn answer(request: &str) -> (String, Duration) {
        answer_of(shared(), request).await
    }

    async fn answer_of(shared: Arc<Shared>, request: &str) -> (String, Duration) {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None).await.unwrap();
        let mut stream = TcpStream::connect(listener.address()).await.unwrap();
        let (_stop, stopping) = Stopping::new();
        let serving = tokio::spawn(listener.serve(shared, stopping));
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        serving.abort();
        (answer, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn silent_clients_make_room_for_others() {
        let mut listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None).await.unwrap();
        listener.most = 4;
        let address = listener.address();
        let (_stop, stopping) = Stopping::new();
        let serving = tokio::spawn(listener.serve(shared(), stopping));
        let health = "GET /_mock/health HTTP/1.1\r\nhost: localhost\r\n\r\n";
        let mut silent = Vec::new();
        for said in [
            "",
            "GET /_mock/health HTTP/1.1\r\n",
            health,
            "POST /v1/upload HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{",
        ] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(said.as_bytes()).await.unwrap();
            silent.push(stream);
        }
        silent[2].read_exact(&mut [0; 12]).await.unwrap(); // it is answered, and may ask again

        let began = Instant::now();
        let mut honest = TcpStream::connect(address).await.unwrap();
        honest.write_all(health.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        honest.read_exact(&mut answer).await.unwrap();
        assert_eq!((&answer, began.elapsed().as_secs()), (b"HTTP/1.1 200", WHEN_CROWDED.as_secs()));
        for stream in &mut silent[..3] {
            let mut rest = String::new();
            stream.read_to_string(&mut rest).await.unwrap();
        }
        assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
        honest.write_all(health.as_bytes()).await.unwrap();
        let mut again = [0; 12];
        honest.read_exact(&mut again).await.unwrap();
        serving.abort();
    }

    #[tokio::test]
    async fn a_reply_without_room_says_so_and_small_ones_need_none() {
        let shared = shared();
        let unread = shared.replies.hold(http::Response::new(vec![0; 32 << 20].into())).unwrap();
        let ask = async |path: &str| {
            let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
            answer_of(Arc::clone(&shared), &request).await.0
        };
        for path in ["/_mock/journal", "/_mock/journal.har", "/_mock/callbacks", "/_mock/jobs"] {
            let answer = ask(path).await;
            assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{path}: {answer}");
            assert!(answer.contains("\r\nretry-after: 5\r\n"), "{answer}");
            assert!(
                answer.contains("responses that other clients have not read yet use all the memory"),
                "{answer}"
            );
        }
        assert!(ask("/_mock/health").await.starts_with("HTTP/1.1 200 OK\r\n"));
        assert!(ask("/v1/services").await.starts_with("HTTP/1.1 200 OK\r\n"));
        drop(unread);
        assert!(ask("/_mock/journal").await.starts_with("HTTP/1.1 200 OK\r\n"));
    }

    /// Uses real time, because a body in many pieces does not arrive at once.
    #[tokio::test]
    async fn a_body_may_come_in_many_pieces_but_not_in_crumbs() {
        let head =
            "POST /v1/upload HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked";
        let body = |piece: &str, times| format!("{head}\r\n\r\n{}0\r\n\r\n", piece.repeat(times));
        let (answer, _) = self::answer(&body("1\r\nx\r\n", 20_000)).await;
        assert!(answer.contains("unreadable-json"), "{answer}");
        let (answer, _) = self::answer(&body("1\r\nx\r\n", 40_000)).await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        assert!(answer.contains("body-in-pieces"), "{answer}");
        let (answer, _) = self::answer(&body(&format!("30\r\n{}\r\n", "x".repeat(48)), 32_000)).await;
        assert!(answer.contains("unreadable-json"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_finish_a_body_reads_why_by_the_partners_clock() {
        let storage = "/videos/085/085-0000000000-x/selfie.zip";
        for (request, status, says) in [
            ("POST /v1/upload", "408 Request Timeout", "\"message\":\"Request Timeout\""),
            (&format!("PUT {storage}"), "400 Bad Request", "<Code>RequestTimeout</Code>"),
            (
                "POST /_mock/clock",
                "408 Request Timeout",
                "the client paused for too long while it sent the body",
            ),
        ] {
            let request = format!("{request} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{{");
            let (answer, waited) = self::answer(&request).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
            assert!(answer.contains(says), "{answer}");
            assert_eq!(waited.as_secs(), 60, "{answer}");
            is_finished(&answer);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_five_minutes_however_steadily_it_comes() {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None).await.unwrap();
        let (mut reading, mut writing) = TcpStream::connect(listener.address()).await.unwrap().into_split();
        let (_stop, stopping) = Stopping::new();
        let serving = tokio::spawn(listener.serve(shared(), stopping));
        let began = Instant::now();
        let head = "PUT /videos/085/085-0000000000-x/selfie.zip HTTP/1.1\r\nhost: localhost\r\ncontent-length: 52428800";
        writing.write_all(format!("{head}\r\n\r\n").as_bytes()).await.unwrap();
        let dripping = tokio::spawn(async move {
            while writing.write_all(b"x").await.is_ok() {
                sleep(Duration::from_secs(10)).await;
            }
        });
        let mut answer = [0; 24];
        reading.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 400 Bad Request");
        assert_eq!(began.elapsed().as_secs(), 300);
        dripping.abort();
        serving.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_large_or_no_body_is_refused_at_once() {
        for (path, head, status) in [
            ("/v1/upload", "content-length: 2097153\r\n\r\n", "413 Payload Too Large"),
            ("/_mock/clock", "content-length: 2097153\r\n\r\n", "413 Payload Too Large"),
            ("/v1/upload", "transfer-encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request"),
            ("/_mock/clock", "transfer-encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request"),
        ] {
            let (answer, waited) =
                self::answer(&format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{head}")).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
            assert!(waited < Duration::from_secs(1), "{waited:?}");
            is_finished(&answer);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn storage_says_that_an_archive_ended_early() {
        let head = "PUT /videos/085/085-0000000000-x/selfie.zip HTTP/1.1\r\nhost: localhost";
        let (answer, _) = self::answer(&format!("{head}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        assert!(answer.contains("<Code>IncompleteBody</Code>"), "{answer}");
        is_finished(&answer);
    }

    /// Uses real time, because a large body does not arrive at once.
    #[tokio::test]
    async fn a_body_of_no_announced_length_is_read_up_to_the_limit() {
        let (length, body) = ("200001", "x".repeat((2 << 20) + 1));
        let head = "POST /v1/upload HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked";
        let (answer, _) = self::answer(&format!("{head}\r\n\r\n{length}\r\n{body}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
        is_finished(&answer);
    }

    /// Checks the headers of every response: a content type, and the stopped time of the only partner, 1,700,000,000 seconds.
    fn is_finished(answer: &str) {
        for line in ["date: Tue, 14 Nov 2023 22:13:20 GMT", "content-type: application/", "connection: close"]
        {
            assert!(answer.contains(&format!("\r\n{line}")), "{line}: {answer}");
        }
        let is_own = answer.contains("\r\ncache-control: no-store\r\n");
        assert_ne!(is_own, answer.contains("\r\nsmileid-mock-diagnosis: "), "{answer}");
    }
}
