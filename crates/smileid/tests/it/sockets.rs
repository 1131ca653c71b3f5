//! Servers with invalid HTTP behaviour, written with raw sockets.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

/// Starts a server on a loopback port that passes each connection to `handle`, on a separate thread, after the head of a request
/// has come. It runs until the process ends.
pub(crate) fn serve(handle: impl Fn(Incoming) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let handle = handle.clone();
            thread::spawn(move || {
                let head = read_head(&mut stream);
                handle(Incoming { stream, head });
            });
        }
    });
    address
}

/// Starts such a server for archives, which also accepts the upload requests before them.
pub(crate) fn serve_archives(handle: impl Fn(Incoming) + Clone + Send + 'static) -> SocketAddr {
    serve(move |mut incoming| {
        if !incoming.head.starts_with("POST /v1/upload ") {
            return handle(incoming);
        }
        incoming.body();
        let host = incoming.header("host").expect("every request has one").to_owned();
        incoming.answer(
            "200 OK",
            &format!(
                r#"{{"upload_url": "http://{host}/videos/selfie.zip?Signature=secret", "smile_job_id": "1"}}"#
            ),
        );
    })
}

/// A request whose head has come.
pub(crate) struct Incoming {
    pub(crate) stream: TcpStream,
    pub(crate) head: String,
}

impl Incoming {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.into_iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns the length of the body that the request states.
    pub(crate) fn length(&self) -> u64 {
        self.header("content-length").map_or(0, |it| it.parse().expect("a number"))
    }

    /// Reads the body, as much of it as comes.
    pub(crate) fn body(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        self.copy_body(&mut body);
        body
    }

    pub(crate) fn copy_body(&mut self, to: &mut impl io::Write) -> u64 {
        let mut body = (&self.stream).take(self.length());
        let mut copied = 0;
        let mut buffer = [0; 16 << 10];
        while let Ok(count @ 1..) = body.read(&mut buffer) {
            to.write_all(&buffer[..count]).expect("there is room");
            copied += count as u64;
        }
        copied
    }

    /// Sends bytes unchanged, if the client still reads.
    pub(crate) fn send(&mut self, bytes: &str) -> bool {
        self.stream.write_all(bytes.as_bytes()).is_ok()
    }

    pub(crate) fn answer(&mut self, status: &str, body: &str) {
        let length = body.len();
        self.send(&format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ));
    }
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("ASCII")
}

/// Returns an address at which no server listens: port 1, which systems give to no test.
pub(crate) fn nobody() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 1))
}
