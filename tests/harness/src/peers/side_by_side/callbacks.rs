//! Web server that receives the callbacks of all situations, and stores each in a file.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Context, Result};

/// Maximum size of a callback, in bytes.
const MOST: usize = 1 << 20;
/// Time limit of one read.
const PATIENCE: Duration = Duration::from_secs(5);

/// Web server for callbacks on a free port.
pub(super) struct Callbacks {
    address: SocketAddr,
    folder: PathBuf,
}

impl Callbacks {
    /// Starts the server, which stores callbacks below `folder` until the process ends.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("listening for callbacks")?;
        let address = listener.local_addr()?;
        let callbacks = Self { address, folder: folder.to_owned() };
        let root = folder.to_owned();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().flatten().enumerate() {
                let root = root.clone();
                // A sender that breaks off sends the callback again.
                thread::spawn(move || store(stream, &root, number));
            }
        });
        Ok(callbacks)
    }

    /// Returns the callback URL for a situation.
    pub(super) fn url(&self, situation: usize) -> String {
        format!("http://{}/{situation}", self.address)
    }

    /// Returns the folder with the callbacks of a situation. It exists after the first callback.
    pub(super) fn folder(&self, situation: usize) -> PathBuf {
        self.folder.join(format!("callbacks-{situation}"))
    }
}

fn store(mut stream: TcpStream, root: &Path, number: usize) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut message = Vec::new();
    let mut buffer = [0; 8 << 10];
    while !is_whole(&message) {
        let count = stream.read(&mut buffer)?;
        if count == 0 || message.len() + count > MOST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        message.extend_from_slice(&buffer[..count]);
    }
    let situation = String::from_utf8_lossy(&message).split([' ', '/']).nth(2).unwrap_or_default().to_owned();
    let folder = root.join(format!("callbacks-{situation}"));
    fs::create_dir_all(&folder)?;
    // Renamed, so that nobody reads a part of it.
    let fresh = root.join(format!("callback-{number}.new"));
    fs::write(&fresh, &message)?;
    fs::rename(fresh, folder.join(number.to_string()))?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

/// Returns true if a request has its whole body.
fn is_whole(message: &[u8]) -> bool {
    let Some(end) = message.windows(4).position(|it| it == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&message[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    message.len() >= end + 4 + length.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn a_request_ends_with_its_body() {
        let request = b"POST /7 HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        assert!(is_whole(request));
        assert!(!is_whole(&request[..request.len() - 1]));
        assert!(!is_whole(b"POST /7 HTTP/1.1\r\n"));
        assert!(is_whole(b"POST /7 HTTP/1.1\r\n\r\n"));
    }
}
