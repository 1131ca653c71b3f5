//! Client that records all bytes from its socket, and how the connection ends.

use std::{fmt, fmt::Write as _, io::ErrorKind, time::Duration};

use bytes::Bytes;
use http::{Request, header::CONTENT_LENGTH};
use smileid_mock_server::{MockServer, UtcMillis};
use smileid_protocol::{auth::AuthScheme as _, endpoint::SignedEndpoint, timestamp::Timestamp};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Time at which requests are signed.
pub(super) const MOMENT: UtcMillis = UtcMillis::from_utc_millis(1_700_000_000_000);

/// Time limit for bytes that must come.
const PATIENCE: Duration = Duration::from_secs(20);
/// Time without bytes after which nothing more is expected.
const QUIET: Duration = Duration::from_millis(10);

/// The bytes that are not HTTP.
pub(super) const GARBAGE: &[u8] = b"\x00\xff\xfe\x15\x03garbage\x00\x01\x02\x80\x81\r\n\r\n\xde\xad\xbe\xef";

/// End of a connection, as the client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The server closed the connection (FIN).
    Closed,
    /// The server reset the connection (RST).
    Reset,
    /// The connection did not end within the time limit.
    Stalled,
}

/// Bytes that the client received, and the end of the connection.
#[derive(PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

impl Seen {
    pub(super) fn nothing(end: End) -> Self {
        Self { bytes: Vec::new(), end }
    }

    /// Returns the headers with the empty line after them.
    pub(super) fn head(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.split()]).unwrap()
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.bytes[self.split()..]
    }

    /// Returns the length of the body in the headers.
    pub(super) fn length(&self) -> usize {
        let (_, length) = self.head().split_once("content-length: ").unwrap();
        length.split_once("\r\n").unwrap().0.parse().unwrap()
    }

    fn split(&self) -> usize {
        self.bytes.windows(4).position(|it| it == b"\r\n\r\n").map_or(self.bytes.len(), |it| it + 4)
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, then {:?}", String::from_utf8_lossy(&self.bytes), self.end)
    }
}

/// Client connection over which raw bytes are sent and read.
pub(super) struct Line<S = TcpStream> {
    pub(super) stream: S,
}

impl Line {
    pub(super) async fn to(server: &MockServer) -> Self {
        let address = server.base_url().strip_prefix("http://").unwrap();
        Self { stream: TcpStream::connect(address).await.unwrap() }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// Sends a request completely. Fails if the connection is reset early.
    pub(super) async fn send(&mut self, request: &[u8]) {
        let _ = self.stream.write_all(request).await;
    }

    /// Reads to the end of the connection.
    pub(super) async fn read(&mut self) -> Seen {
        self.read_while(|_| PATIENCE).await
    }

    /// Reads `count` bytes, and checks that nothing more comes.
    pub(super) async fn read_until_quiet(&mut self, count: usize) -> Seen {
        self.read_while(|read| if read < count { PATIENCE } else { QUIET }).await
    }

    async fn read_while(&mut self, patience: impl Fn(usize) -> Duration) -> Seen {
        let mut bytes = Vec::new();
        let end = loop {
            match timeout(patience(bytes.len()), self.stream.read_buf(&mut bytes)).await {
                Err(_) => break End::Stalled,
                Ok(Ok(0)) => break End::Closed,
                Ok(Ok(_)) => {}
                Ok(Err(error)) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
                Ok(Err(error)) => panic!("{error}"),
            }
        };
        Seen { bytes, end }
    }
}

/// Sends a request completely, and reads all that comes.
pub(super) async fn exchange(server: &MockServer, request: &[u8]) -> Seen {
    let mut line = Line::to(server).await;
    line.send(request).await;
    line.read().await
}

pub(super) fn encode<E: SignedEndpoint>(server: &MockServer, message: &E) -> Request<Bytes> {
    let proof = E::Auth::prove(server.credentials(), &Timestamp::from_utc_millis(MOMENT.to_utc_millis()));
    message.encode(&server.base_url().parse().unwrap(), &proof).unwrap()
}

/// Returns the bytes of a request, the last one on its connection.
pub(super) fn bytes_of(request: &Request<Bytes>) -> Vec<u8> {
    [head_of(request, Some(request.body().len())).as_bytes(), request.body()].concat()
}

pub(super) fn head_of<B>(request: &Request<B>, length: Option<usize>) -> String {
    let path = request.uri().path_and_query().unwrap();
    let mut head =
        format!("{} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        if length.is_none() || name != CONTENT_LENGTH {
            write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
    }
    if let Some(length) = length {
        write!(head, "content-length: {length}\r\n").unwrap();
    }
    head + "\r\n"
}
