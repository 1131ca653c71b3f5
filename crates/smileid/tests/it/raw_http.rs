//! Sends an HTTP request as it is, so that no client changes it.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub(crate) struct Response {
    pub(crate) status: u16,
    /// Status line and headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends a request with a head such as `GET /path`, and returns the response.
pub(crate) async fn send(address: &str, head: &str, body: &[u8]) -> Response {
    let length = body.len();
    let (line, headers) = head.split_once("\r\n").unwrap_or((head, "Accept: */*"));
    let request = format!(
        "{line} HTTP/1.1\r\n{headers}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let _ = stream.write_all(body).await; // a response may come before the end of the body
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}
