//! Servers that misbehave in ways an HTTP library would not let them.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// What a server does with each connection.
#[derive(Clone, Copy)]
pub(crate) enum Behaviour {
    /// Reads a request and closes.
    CloseAfterRequest,
    /// Closes without reading.
    CloseAtOnce,
    /// Promises 100 bytes, sends ten, and closes.
    CutBody,
    /// Reads a request and says nothing.
    Silent,
    /// Sends a byte of the body every 50 milliseconds, for ever.
    Dribble,
    /// Answers with something that is not HTTP.
    Garbage,
}

/// A server on a loopback port, until the process ends.
pub(crate) fn serve(behaviour: Behaviour) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || behave(stream, behaviour));
        }
    });
    address
}

fn behave(mut stream: TcpStream, behaviour: Behaviour) {
    if matches!(behaviour, Behaviour::CloseAtOnce) {
        return;
    }
    read_head(&mut stream);
    match behaviour {
        Behaviour::CutBody => {
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\": 1"));
        }
        Behaviour::Silent => thread::sleep(Duration::from_secs(30)),
        Behaviour::Dribble => {
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"));
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        }
        Behaviour::Garbage => drop(stream.write_all(b"220 mail.example ESMTP\r\n\r\n")),
        Behaviour::CloseAfterRequest | Behaviour::CloseAtOnce => {}
    }
}

fn read_head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        head.push(byte[0]);
    }
}

/// A port that nobody listens on: the lowest, which is for a service that is no longer run anywhere, and which the system
/// gives to no test.
pub(crate) fn nobody() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 1))
}
