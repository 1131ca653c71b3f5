//! The file with the state of the mock: read at the start, and written while it runs and at its end.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{files, tell};
use crate::service::Service;

/// Interval of writing the file, if the state may have changed.
const PERIOD: Duration = Duration::from_secs(5);
/// Maximum size of the file, in bytes.
const MOST_BYTES: u64 = 128 << 20;

/// File with the state of a mock.
pub(crate) struct StateFile {
    path: PathBuf,
    service: Arc<Service>,
    /// Held while the file is written.
    writing: Mutex<()>,
}

impl StateFile {
    /// Loads the state from the file, if it exists.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is no snapshot, or its folder cannot be written.
    pub(crate) fn load(service: &Arc<Service>, path: &Path) -> io::Result<Self> {
        let failed =
            |why: String| io::Error::other(format!("cannot use the state in {}: {why}", path.display()));
        match files::read(path, MOST_BYTES) {
            Ok(snapshot) => {
                service.restore(&snapshot).map_err(|error| failed(error.to_string()))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error.to_string())),
        }
        let file = Self { path: path.to_owned(), service: Arc::clone(service), writing: Mutex::default() };
        // A file that cannot be written is better known now than at the end.
        file.save().map_err(|error| failed(error.to_string()))?;
        Ok(file)
    }

    /// Writes the file each [`PERIOD`] after a change, without end.
    pub(crate) async fn run(self: Arc<Self>) {
        let (mut saved, mut is_failing) = (self.service.last_turn(), false);
        loop {
            tokio::time::sleep(PERIOD).await;
            let turn = self.service.last_turn();
            if turn == saved {
                continue;
            }
            let file = Arc::clone(&self);
            let written = tokio::task::spawn_blocking(move || file.save()).await;
            match written.map_err(io::Error::other).and_then(|written| written) {
                Ok(()) => (saved, is_failing) = (turn, false),
                Err(error) => {
                    if !is_failing {
                        tell(format_args!("cannot write the state to {}: {error}", self.path.display()));
                    }
                    is_failing = true;
                }
            }
        }
    }

    /// Writes the file, readable only by its owner. If that fails, the previous file remains.
    pub(crate) fn save(&self) -> io::Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = self.service.snapshot(None);
        if snapshot.len() as u64 > MOST_BYTES {
            return Err(io::Error::other(format!("it is larger than {MOST_BYTES} bytes")));
        }
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let aside = self.path.with_file_name(name);
        let written = write_new(&aside, &snapshot).and_then(|()| fs::rename(&aside, &self.path));
        written.inspect_err(|_| drop(fs::remove_file(&aside)))
    }
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
