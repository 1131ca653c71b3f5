//! A port: its connections, plain or under TLS, each served until it ends.

use std::{error::Error as _, io, net::SocketAddr, sync::Arc, time::Duration};

use http::uri::Scheme;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{
    deliver::Deliverer,
    effect::{Line, Severed, linger},
    http::Port,
    upload::Room,
};

/// How many connections are open at once; more wait to be taken.
const CONNECTIONS: usize = 4096;
/// How long a client may take for a handshake, and for the head of a request.
const PATIENCE: Duration = Duration::from_secs(30);

/// A port that listens.
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Binds `address`, where port 0 takes a free one.
    pub(crate) async fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address, tls })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves every connection, until the future is dropped and all of them with it.
    pub(crate) async fn serve(self, deliverer: Arc<Deliverer>) {
        let doctor = Arc::new(Semaphore::new(1));
        let port = Arc::new(Port { deliverer, address: self.address, room: Room::new(), doctor });
        let mut connections = JoinSet::new();
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            while connections.try_join_next().is_some() {}
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
            let stream = match self.socket.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    if !is_of_one_connection(&error) {
                        // No more files, most likely: others have to end before the next can begin.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                    continue;
                }
            };
            let port = Arc::clone(&port);
            let tls = self.tls.clone();
            connections.spawn(async move {
                connection(stream, tls, &port).await;
                drop(permit);
            });
        }
    }
}

/// One connection, to its end. What goes wrong with it is its client's business.
async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, port: &Port) {
    let _ = stream.set_nodelay(true); // small answers at once; without it they only come later
    let Some(tls) = tls else { return talk(stream, Scheme::HTTP, port).await };
    if let Ok(Ok(stream)) = timeout(PATIENCE, tls.accept(stream)).await {
        talk(stream, Scheme::HTTPS, port).await;
    }
}

async fn talk(mut line: impl Line, scheme: Scheme, port: &Port) {
    let answering = service_fn(|request| port.answer(scheme.clone(), request));
    let talked = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(&mut line), answering)
        .await;
    match talked {
        Ok(()) => linger(line.tcp()).await,
        Err(error) => {
            if let Some(severed) = error.source().and_then(|it| it.downcast_ref::<Severed>()) {
                severed.carry_out(&mut line).await;
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
        clock::Clock,
        config::Config,
        millis::Millis,
        service::Service,
        shell::deliver::{Receivers, trusting},
    };

    /// What a port answers to these bytes, and when, by tokio's clock: whenever nobody has anything to do, it goes on.
    async fn answer(request: &str) -> (String, Duration) {
        let mut config = Config::new([42; 32]);
        config.clock = Clock::Frozen { at: Millis::from_utc(1_700_000_000_000) };
        let service = Arc::new(Service::new(config));
        let deliverer = Deliverer::new(service, Receivers::Off, trusting([]));
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None).await.unwrap();
        let mut stream = TcpStream::connect(listener.address()).await.unwrap();
        let serving = tokio::spawn(listener.serve(deliverer));
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        serving.abort();
        (answer, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_finish_a_body_reads_why_by_the_partners_clock() {
        let storage = "/videos/085/085-0000000000-x/selfie.zip";
        for (request, status, says) in [
            ("POST /v1/upload", "408 Request Timeout", "\"message\":\"Request Timeout\""),
            (&format!("PUT {storage}"), "400 Bad Request", "<Code>RequestTimeout</Code>"),
            ("POST /_mock/clock", "408 Request Timeout", "the body paused for too long"),
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

    /// By the world's clock, as a body of this size is not there at once.
    #[tokio::test]
    async fn a_body_of_no_announced_length_is_read_up_to_the_limit() {
        let (length, body) = ("200001", "x".repeat((2 << 20) + 1));
        let head = "POST /v1/upload HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked";
        let (answer, _) = self::answer(&format!("{head}\r\n\r\n{length}\r\n{body}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
        is_finished(&answer);
    }

    /// Has what all answers have: a type, and the time of the one partner, whose clock stands at 1,700,000,000 seconds.
    fn is_finished(answer: &str) {
        for line in ["date: Tue, 14 Nov 2023 22:13:20 GMT", "content-type: application/", "connection: close"]
        {
            assert!(answer.contains(&format!("\r\n{line}")), "{line}: {answer}");
        }
        let is_own = answer.contains("\r\ncache-control: no-store\r\n");
        assert_ne!(is_own, answer.contains("\r\nsmileid-mock-diagnosis: "), "{answer}");
    }
}
