//! Request body for reqwest that is sent in pieces.

use std::{
    io::{self, Read as _},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use smileid_client::{Body, FileReader, Piece, Progress};
use tokio::task::{JoinHandle, spawn_blocking};

use super::transfer::Shared;

/// Sends the pieces of a body in order: bytes in memory without a copy, and files while they are read.
pub(super) struct Upload {
    left: std::vec::IntoIter<Piece>,
    /// Bytes to send next.
    bytes: Bytes,
    /// File to read next.
    file: Option<FileReader>,
    reading: Option<JoinHandle<io::Result<(FileReader, Bytes)>>>,
    sent: u64,
    length: u64,
    progress: Option<Progress>,
    transfer: Arc<Shared>,
}

impl Upload {
    pub(super) fn new(body: Body, progress: Option<Progress>, transfer: Arc<Shared>) -> Self {
        Self {
            length: body.length(),
            left: body.pieces.into_iter(),
            bytes: Bytes::new(),
            file: None,
            reading: None,
            sent: 0,
            progress,
            transfer,
        }
    }

    /// Returns the next bytes of the body; none at its end.
    fn poll_bytes(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        loop {
            if !self.bytes.is_empty() {
                let length = self.bytes.len().min(FRAME);
                return Poll::Ready(Ok(self.bytes.split_to(length)));
            }
            if let Some(reading) = &mut self.reading {
                let read = ready!(Pin::new(reading).poll(context));
                self.reading = None;
                let (file, bytes) = read.map_err(io::Error::other)??;
                self.file = (!bytes.is_empty()).then_some(file);
                self.bytes = bytes;
            } else if let Some(file) = self.file.take() {
                self.reading = Some(spawn_blocking(|| read(file)));
            } else {
                match self.left.next() {
                    None => return Poll::Ready(Ok(Bytes::new())),
                    Some(Piece::Bytes(bytes)) => self.bytes = bytes,
                    Some(Piece::File(part)) => {
                        self.reading = Some(spawn_blocking(move || read(FileReader::open(&part)?)));
                    }
                }
            }
        }
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.transfer.is_over() {
            return Poll::Ready(Some(Err(io::ErrorKind::Other.into())));
        }
        let bytes = match ready!(self.poll_bytes(context)) {
            Ok(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Ok(bytes) => bytes,
            Err(error) => return Poll::Ready(Some(Err(self.transfer.broke(error)))),
        };
        self.transfer.moved();
        self.sent += bytes.len() as u64;
        if let Some(progress) = &self.progress {
            progress.report(self.sent, self.length);
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.sent == self.length
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length - self.sent)
    }
}

/// Reads the next bytes of a file; none at its end.
fn read(mut file: FileReader) -> io::Result<(FileReader, Bytes)> {
    let mut bytes = vec![0; CHUNK];
    let mut length = 0;
    while length < CHUNK {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(length);
    Ok((file, bytes.into()))
}

/// Number of bytes to read from a file at once.
const CHUNK: usize = 64 << 10;

/// Number of bytes to hand to the connection at once. The connection takes sixteen such pieces before it asks for more, which
/// counts as progress. With the default options, less than 2 KiB in a second counts as stalled.
const FRAME: usize = 4 << 10;
