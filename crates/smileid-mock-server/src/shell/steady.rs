//! Connections that fail if their clients receive data too slowly.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// Maximum time in which a client may receive no data.
const PATIENCE: Duration = Duration::from_secs(30);
/// Minimum rate at which a client must receive data after that time, in bytes per second.
const SLOWEST: u32 = 32 << 10;

/// Connection that fails if its client receives data too slowly: less than [`SLOWEST`] for [`PATIENCE`].
pub(super) struct Steady<S> {
    line: S,
    /// Deadline for the bytes that wait to be received.
    due: Option<Pin<Box<Sleep>>>,
}

impl<S> Steady<S> {
    pub(super) fn new(line: S) -> Self {
        Self { line, due: None }
    }

    fn within<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            return polled;
        }
        let due = self.due.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
        due.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Extends the deadline after a write, which may be partial.
    fn took(&mut self, written: &Poll<io::Result<usize>>) {
        if let (Poll::Ready(Ok(bytes)), Some(due)) = (written, &mut self.due) {
            let earned = Duration::from_secs(*bytes as u64) / SLOWEST;
            let until = due.deadline() + earned;
            due.as_mut().reset(until);
        }
    }

    /// Removes the deadline when everything was received.
    fn took_all(&mut self, flushed: &Poll<io::Result<()>>) {
        if flushed.is_ready() {
            self.due = None;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Steady<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Steady<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.line).poll_write(context, bytes);
        self.took(&polled);
        self.within(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.line).poll_write_vectored(context, parts);
        self.took(&polled);
        self.within(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.line.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.line).poll_flush(context);
        self.took_all(&polled);
        self.within(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.line).poll_shutdown(context);
        self.within(context, polled)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
        time::Instant,
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (line, _client) = duplex(16);
        let mut line = Steady::new(line);
        line.write_all(&[0; 16]).await.unwrap();
        assert_eq!(line.write_all(&[0; 1]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_little_at_a_time_is_given_up_in_the_end() {
        let (line, mut client) = duplex(16);
        let mut line = Steady::new(line);
        let reading = tokio::spawn(async move {
            while client.read_u8().await.is_ok() {
                sleep(PATIENCE / 2).await;
            }
        });
        let begun = Instant::now();
        let written = line.write_all(&[0; 1 << 10]).await;
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), PATIENCE.as_secs());
        reading.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_keeps_to_the_rate_gets_everything() {
        const ROOM: usize = SLOWEST as usize;
        let (line, mut client) = duplex(ROOM);
        let mut line = Steady::new(line);
        let reading = tokio::spawn(async move {
            let mut some = vec![0; ROOM];
            for _ in 0..100 {
                client.read_exact(&mut some).await.unwrap();
                sleep(Duration::from_secs(1)).await;
            }
        });
        line.write_all(&vec![0; 100 * ROOM]).await.unwrap();
        line.flush().await.unwrap();
        reading.await.unwrap();
    }
}
