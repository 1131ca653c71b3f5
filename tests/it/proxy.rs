//! Proxy for tests that forwards HTTP requests, one per connection, and disturbs planned ones.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Fault that the proxy applies to a request and its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The proxy closes the connections to client and server at this point.
    Cut(Moment),
    /// The proxy closes the connection after the request, and forwards the request after the next one.
    Overtaken,
    /// The response comes after the client has given up.
    Late,
    /// The response is an error page of a proxy.
    ErrorPage,
    /// The response has HTTP status 200 and an HTML page.
    WrongBody,
}

/// Point in the course of a request and its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the request is sent.
    Connected,
    /// After the server has received half of the request.
    HalfAsked,
    /// After the request was read, and before the server has received any of it.
    Asked,
    /// After the server has responded, and before the client has received any of it.
    Answered,
    /// After the client has received half of the response.
    HalfAnswered,
}

impl Moment {
    pub(crate) const ALL: [Self; 5] =
        [Self::Connected, Self::HalfAsked, Self::Asked, Self::Answered, Self::HalfAnswered];
}

/// Starts a proxy for `server`. `plan` has the fault of each request, counted from 0.
pub(crate) fn start(
    server: SocketAddr,
    plan: impl Fn(usize) -> Option<Fault> + Send + Sync + 'static,
) -> SocketAddr {
    start_and_tell(server, plan, || ())
}

/// Starts a proxy for `server` that calls `tell` before each interruption.
pub(crate) fn start_and_tell(
    server: SocketAddr,
    plan: impl Fn(usize) -> Option<Fault> + Send + Sync + 'static,
    tell: impl Fn() + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let count = AtomicUsize::new(0);
    let proxy = Arc::new(Proxy { server, tell: Box::new(tell), overtaken: Mutex::default() });
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let fault = plan(count.fetch_add(1, Ordering::Relaxed));
            let proxy = Arc::clone(&proxy);
            // A broken exchange is part of the test.
            thread::spawn(move || drop(proxy.exchange(client, fault)));
        }
    });
    address
}

struct Proxy {
    server: SocketAddr,
    tell: Box<dyn Fn() + Send + Sync>,
    overtaken: Mutex<Option<Vec<u8>>>,
}

impl Proxy {
    fn exchange(&self, mut client: TcpStream, fault: Option<Fault>) -> io::Result<()> {
        let cut = |at| fault == Some(Fault::Cut(at));
        if cut(Moment::Connected) {
            return self.cut();
        }
        let mut request = Message::read_head(&mut client)?;
        if cut(Moment::HalfAsked) {
            let half = request.length / 2;
            request.read_to(half, &mut client)?;
            let mut upstream = TcpStream::connect(self.server)?;
            upstream.write_all(&request.bytes[..half])?;
            return self.cut();
        }
        request.read_to(request.length, &mut client)?;
        if fault == Some(Fault::Overtaken) {
            *self.overtaken.lock().expect("nobody panics with it") = Some(request.bytes);
            return self.cut();
        }
        if cut(Moment::Asked) {
            return self.cut();
        }
        let answer = self.ask(&request.bytes)?;
        if let Some(overtaken) = self.overtaken.lock().expect("nobody panics with it").take() {
            self.ask(&overtaken)?;
        }
        match fault {
            Some(Fault::Cut(Moment::HalfAnswered)) => {
                client.write_all(&answer[..answer.len() / 2])?;
                self.cut()
            }
            Some(Fault::Cut(_) | Fault::Overtaken) => self.cut(),
            Some(Fault::Late) => {
                // Closed or reset, the client is gone.
                let _ = client.read(&mut [0]);
                client.write_all(&answer)
            }
            Some(Fault::ErrorPage) => client.write_all(&page("502 Bad Gateway")),
            Some(Fault::WrongBody) => client.write_all(&page("200 OK")),
            None => client.write_all(&closing(&answer)),
        }
    }

    fn ask(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut upstream = TcpStream::connect(self.server)?;
        upstream.write_all(request)?;
        let mut answer = Message::read_head(&mut upstream)?;
        answer.read_to(answer.length, &mut upstream)?;
        Ok(answer.bytes)
    }

    /// Closes both connections.
    #[expect(clippy::unnecessary_wraps, reason = "it is what an exchange ends with")]
    fn cut(&self) -> io::Result<()> {
        (self.tell)();
        Ok(())
    }
}

fn page(status: &str) -> Vec<u8> {
    let body = "<html><body>proxy</body></html>";
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

/// Returns the response with a header that closes the connection.
fn closing(answer: &[u8]) -> Vec<u8> {
    let end = answer.windows(2).position(|pair| pair == b"\r\n").unwrap_or(answer.len());
    [&answer[..end], b"\r\nConnection: close", &answer[end..]].concat()
}

/// An HTTP message with a `Content-Length`, or without a body, as far as it has been read.
struct Message {
    bytes: Vec<u8>,
    /// Total length of the message, in bytes.
    length: usize,
}

impl Message {
    fn read_head(stream: &mut TcpStream) -> io::Result<Self> {
        let mut message = Self { bytes: Vec::new(), length: 0 };
        let head = loop {
            if let Some(at) = message.bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            message.read_more(stream)?;
        };
        let text = String::from_utf8_lossy(&message.bytes[..head]).to_lowercase();
        let body = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        message.length = head + body.map_or(0, |length| length.trim().parse().unwrap_or(0));
        Ok(message)
    }

    fn read_to(&mut self, length: usize, stream: &mut TcpStream) -> io::Result<()> {
        while self.bytes.len() < length {
            self.read_more(stream)?;
        }
        Ok(())
    }

    fn read_more(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let mut buffer = vec![0; 65_536];
        match stream.read(&mut buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                self.bytes.extend_from_slice(&buffer[..count]);
                Ok(())
            }
        }
    }
}
