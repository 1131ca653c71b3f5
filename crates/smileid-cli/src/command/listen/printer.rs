//! Bounded queue of output lines, and the thread that writes them.
//!
//! A write to a pipe without a reader blocks forever. On its own thread it blocks nothing else: the server still
//! responds, and signals still end the process.

use std::{
    io::{ErrorKind, Write},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

use crate::terminal::{printable, stderr_width, wrapped};

/// Size with which a short line counts in the queue, in bytes. It limits the number of lines.
const LINE: usize = 4 << 10;

/// Queue of the lines to write.
pub(super) struct Printer {
    queue: mpsc::Sender<(String, Space)>,
    room: Arc<Semaphore>,
    /// Notified when the output stream is closed.
    pub(super) closed: Arc<Notify>,
    finished: oneshot::Receiver<()>,
}

/// Reserved space for a line in the queue.
pub(super) struct Space(OwnedSemaphorePermit);

impl Printer {
    /// Starts the thread that writes to `stream`. The queue holds at most `room` bytes.
    pub(super) fn start(stream: impl Write + Send + 'static, room: usize) -> std::io::Result<Self> {
        let (queue, lines) = mpsc::channel();
        let (finish, finished) = oneshot::channel();
        let closed = Arc::new(Notify::new());
        let told = Arc::clone(&closed);
        thread::Builder::new().name("printer".to_owned()).spawn(move || {
            if write_all(stream, &lines).is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
                told.notify_one();
            }
            drop(finish);
        })?;
        Ok(Self { queue, room: Arc::new(Semaphore::new(room)), closed, finished })
    }

    /// Reserves space for a line of `bytes`, if available.
    pub(super) fn reserve(&self, bytes: usize) -> Option<Space> {
        let bytes = u32::try_from(bytes.max(LINE)).ok()?;
        Arc::clone(&self.room).try_acquire_many_owned(bytes).ok().map(Space)
    }

    /// Adds a line, with its line break, to the queue.
    pub(super) fn print(&self, line: String, mut space: Space) {
        // A line that is longer than reserved takes more of the free space, so that fewer lines follow.
        let missing = line.len().saturating_sub(space.0.num_permits()).min(self.room.available_permits());
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        if let Ok(more) = Arc::clone(&self.room).try_acquire_many_owned(missing) {
            space.0.merge(more);
        }
        // After a failed write the thread has ended, so the line is dropped.
        drop(self.queue.send((line, space)));
    }

    /// Waits until all lines are written, at most for `patience`.
    pub(super) async fn finish(self, patience: Duration) {
        drop(self.queue);
        let _ = timeout(patience, self.finished).await;
    }
}

fn write_all(mut stream: impl Write, lines: &mpsc::Receiver<(String, Space)>) -> std::io::Result<()> {
    lines.iter().try_for_each(|(line, _space)| {
        stream.write_all(line.as_bytes())?;
        stream.flush()
    })
}

/// Notices on standard error, limited to [`Notices::AT_ONCE`] at once and then one a second. Omitted notices are counted.
pub(super) struct Notices {
    printer: Printer,
    pace: Mutex<Pace>,
}

struct Pace {
    left: u32,
    since: Instant,
    omitted: u64,
}

impl Notices {
    const AT_ONCE: u32 = 20;

    pub(super) fn start(stream: impl Write + Send + 'static) -> std::io::Result<Self> {
        let pace = Mutex::new(Pace { left: Self::AT_ONCE, since: Instant::now(), omitted: 0 });
        Ok(Self { printer: Printer::start(stream, 64 << 10)?, pace })
    }

    pub(super) fn tell(&self, notice: &str) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let space = if pace.allows(Instant::now()) { self.printer.reserve(notice.len()) } else { None };
        let Some(space) = space else {
            pace.omitted += 1;
            return;
        };
        let omitted = match std::mem::take(&mut pace.omitted) {
            0 => String::new(),
            count => format!(" ({count} more notices were omitted)"),
        };
        let line = wrapped(&format!("{}{omitted}", printable(notice)), "", 2, stderr_width());
        self.printer.print(format!("{line}\n"), space);
    }

    pub(super) async fn finish(self, patience: Duration) {
        self.printer.finish(patience).await;
    }
}

impl Pace {
    fn allows(&mut self, now: Instant) -> bool {
        let seconds = now.saturating_duration_since(self.since).as_secs();
        if seconds > 0 {
            self.left =
                u32::try_from(seconds).unwrap_or(u32::MAX).saturating_add(self.left).min(Notices::AT_ONCE);
            self.since = now;
        }
        let is_allowed = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_come_in_bursts_and_then_one_a_second() {
        let start = Instant::now();
        let mut pace = Pace { left: 2, since: start, omitted: 0 };
        let allowed: Vec<_> = [0, 0, 0, 900, 1100, 1200, 4200, 4300, 4400, 4500]
            .into_iter()
            .map(|millis| pace.allows(start + Duration::from_millis(millis)))
            .collect();
        assert_eq!(allowed, [true, true, false, false, true, false, true, true, true, false]);
    }

    /// Stream that blocks in its first write until it is released, like a pipe without a reader.
    struct Stalled(mpsc::Receiver<()>, mpsc::Sender<String>);

    impl Write for Stalled {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.recv();
            let _ = self.1.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_stream_fills_the_queue_and_blocks_nothing() {
        let (let_go, wait) = mpsc::channel();
        let (written, lines) = mpsc::channel();
        let printer = Printer::start(Stalled(wait, written), 3 * LINE).unwrap();
        for count in 0..3 {
            printer.print(format!("{count}\n"), printer.reserve(2).unwrap());
        }
        assert!(printer.reserve(2).is_none(), "a line counts {LINE} bytes at least");
        drop(let_go);
        let all: Vec<_> = lines.iter().take(3).collect();
        assert_eq!(all, ["0\n", "1\n", "2\n"]);
        printer.finish(Duration::from_secs(1)).await;
        assert!(lines.recv().is_err(), "the thread has ended");
    }

    #[tokio::test(start_paused = true)]
    async fn finish_does_not_wait_forever_for_a_stalled_stream() {
        let (_never, wait) = mpsc::channel();
        let (written, _lines) = mpsc::channel();
        let printer = Printer::start(Stalled(wait, written), 8 * LINE).unwrap();
        printer.print("never\n".to_owned(), printer.reserve(6).unwrap());
        printer.finish(Duration::from_secs(2)).await;
    }
}
