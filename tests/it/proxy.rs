//! A proxy that passes HTTP exchanges on, and breaks one of them.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// What happens to an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is closed before the request is passed on.
    CutBeforeRequest,
    /// The request is passed on, its answer is not.
    CutBeforeAnswer,
    /// Half of the answer arrives.
    CutAnswer,
    /// The answer arrives when nobody waits for it any more.
    Delay,
    /// The answer is an error page of some machine in between.
    ErrorPage,
    /// The answer's status says yes, and its body is a page of HTML.
    WrongBody,
}

/// Starts a proxy in front of `server` that breaks exchange number `broken`, counted from 0.
pub(crate) fn start(server: SocketAddr, broken: usize, fault: Fault) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let count = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let count = Arc::clone(&count);
            // One that breaks off is part of the test.
            thread::spawn(move || drop(exchange(client, server, &count, broken, fault)));
        }
    });
    address
}

fn exchange(
    mut client: TcpStream,
    server: SocketAddr,
    count: &AtomicUsize,
    broken: usize,
    fault: Fault,
) -> io::Result<()> {
    let request = read_message(&mut client)?;
    let fault = (count.fetch_add(1, Ordering::SeqCst) == broken).then_some(fault);
    if fault == Some(Fault::CutBeforeRequest) {
        return Ok(());
    }
    let mut upstream = TcpStream::connect(server)?;
    upstream.write_all(&request)?;
    let answer = read_message(&mut upstream)?;
    match fault {
        None => client.write_all(&closing(&answer)),
        Some(Fault::CutBeforeRequest | Fault::CutBeforeAnswer) => Ok(()),
        Some(Fault::CutAnswer) => client.write_all(&answer[..answer.len() / 2]),
        Some(Fault::Delay) => {
            thread::sleep(Duration::from_secs(3));
            client.write_all(&answer)
        }
        Some(Fault::ErrorPage) => client.write_all(&page("502 Bad Gateway")),
        Some(Fault::WrongBody) => client.write_all(&page("200 OK")),
    }
}

fn page(status: &str) -> Vec<u8> {
    let body = "<html><body>proxy</body></html>";
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

/// The answer, saying that no other follows on this connection.
fn closing(answer: &[u8]) -> Vec<u8> {
    let end = answer.windows(2).position(|pair| pair == b"\r\n").unwrap_or(answer.len());
    [&answer[..end], b"\r\nConnection: close", &answer[end..]].concat()
}

/// Reads a message whose body has a `Content-Length`, or none.
fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut buffer = vec![0; 65_536];
    let head = loop {
        if let Some(at) = message.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => message.extend_from_slice(&buffer[..count]),
        }
    };
    let text = String::from_utf8_lossy(&message[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap_or(0));
    while message.len() < head + length {
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => message.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(message)
}
