//! Effects of faults on a connection that HTTP cannot express, such as a reset.
//!
//! The HTTP handler fails with an [`AbortedConnection`], so that hyper returns the stream. Then the remaining bytes are
//! written to the stream, and the connection is ended.

use std::{error::Error, fmt, time::Duration};

use crate::control::faults::ConnectionAbort;
use bytes::{BufMut as _, Bytes, BytesMut};
use http::{
    HeaderValue, Response,
    header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, Interest},
    net::TcpStream,
    time::{sleep, timeout},
};

/// Time limit for writing the last bytes of a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause before a reset, so that sent bytes reach the client. A reset discards bytes in transit.
const SETTLE: Duration = Duration::from_millis(20);
/// Interval for checking if a client has closed its connection while its bytes are not read.
const LOOK: Duration = Duration::from_millis(100);
/// Time limits for reading from a client that still sends after the connection was ended: between two packets, and in total.
const LINGER: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(30));
/// Bytes that are neither HTTP nor text.
const GARBAGE: &[u8] = b"\x00\xff\xfe\x15\x03garbage\x00\x01\x02\x80\x81\r\n\r\n\xde\xad\xbe\xef";
/// Invalid length of an HTTP chunk.
const NO_LENGTH: &[u8] = b"no-length\r\n";

/// Connection of a client, plain or with TLS.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin {
    /// Returns the TCP stream of the connection.
    fn tcp(&self) -> &TcpStream;
}

impl Line for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// Connection that ends before the HTTP response is complete.
#[derive(Debug)]
pub(super) struct AbortedConnection {
    /// Bytes that are still sent.
    sent: Bytes,
    /// Way in which the connection ends after these bytes.
    how: ConnectionAbort,
}

impl AbortedConnection {
    /// Ends the connection before any byte of a response.
    pub(super) fn unanswered(how: ConnectionAbort) -> Self {
        let sent = if how == ConnectionAbort::Garbage { Bytes::from_static(GARBAGE) } else { Bytes::new() };
        Self { sent, how }
    }

    /// Ends the connection after `after` bytes of the response's body. The last byte is never sent; without a body, the end of
    /// the headers is not sent.
    pub(super) fn in_reply(mut response: Response<Bytes>, after: usize, how: ConnectionAbort) -> Self {
        let whole = response.body().len();
        let body = response.body().slice(..after.min(whole.saturating_sub(1)));
        let is_chunked = how == ConnectionAbort::MalformedChunk;
        let (name, value) = if is_chunked {
            (TRANSFER_ENCODING, HeaderValue::from_static("chunked"))
        } else {
            (CONTENT_LENGTH, whole.into())
        };
        response.headers_mut().insert(name, value);
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));

        let mut sent = head(&response);
        match how {
            ConnectionAbort::MalformedChunk => {
                if !body.is_empty() {
                    sent.put_slice(format!("{:x}\r\n", body.len()).as_bytes());
                    sent.put_slice(&body);
                    sent.put_slice(b"\r\n");
                }
                sent.put_slice(NO_LENGTH);
            }
            _ if whole == 0 => sent.truncate(sent.len() - 2),
            _ => sent.put_slice(&body),
        }
        if how == ConnectionAbort::Garbage {
            sent.put_slice(GARBAGE);
        }
        Self { sent: sent.freeze(), how }
    }

    /// Sends the remaining bytes and ends the connection.
    pub(super) async fn carry_out(&self, line: &mut impl Line) {
        let writing = async {
            line.write_all(&self.sent).await?;
            line.flush().await
        };
        if !self.sent.is_empty() && !matches!(timeout(PATIENCE, writing).await, Ok(Ok(()))) {
            return; // the client has closed the connection, or does not read
        }
        match self.how {
            ConnectionAbort::Reset => {
                if !self.sent.is_empty() {
                    sleep(SETTLE).await;
                }
                let _ = line.tcp().set_zero_linger();
            }
            ConnectionAbort::Stall { time } => {
                let gone = until_gone(line.tcp());
                let Some(time) = time else { return gone.await };
                if timeout(time, gone).await.is_err() {
                    hang_up(line).await;
                }
            }
            ConnectionAbort::Close | ConnectionAbort::Garbage | ConnectionAbort::MalformedChunk => {
                hang_up(line).await;
            }
        }
    }
}

impl fmt::Display for AbortedConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault aborted the connection")
    }
}

impl Error for AbortedConnection {}

/// Reads and discards the bytes of a client that may still be sending.
///
/// A connection that is closed with bytes unread is reset, and the client may lose what was sent to it before.
pub(super) async fn linger(tcp: &TcpStream) {
    let (between, in_all) = LINGER;
    let listening = async {
        let mut scrap = vec![0; 16 << 10];
        while let Ok(Ok(())) = timeout(between, tcp.readable()).await {
            match tcp.try_read(&mut scrap) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    let _ = timeout(in_all, listening).await;
}

/// Closes a connection properly.
async fn hang_up(line: &mut impl Line) {
    if matches!(timeout(PATIENCE, line.shutdown()).await, Ok(Ok(()))) {
        linger(line.tcp()).await;
    }
}

/// Waits until the client closes the connection. Its bytes are not read.
async fn until_gone(tcp: &TcpStream) {
    while tcp.ready(Interest::READABLE).await.is_ok_and(|ready| !ready.is_read_closed()) {
        sleep(LOOK).await;
    }
}

/// Writes the headers of a response in HTTP/1.1.
fn head(response: &Response<Bytes>) -> BytesMut {
    let mut head = BytesMut::new();
    head.put_slice(format!("HTTP/1.1 {}\r\n", response.status()).as_bytes());
    for (name, value) in response.headers() {
        head.put_slice(name.as_str().as_bytes());
        head.put_slice(b": ");
        head.put_slice(value.as_bytes());
        head.put_slice(b"\r\n");
    }
    head.put_slice(b"\r\n");
    head
}
