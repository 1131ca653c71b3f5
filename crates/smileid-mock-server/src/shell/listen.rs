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
