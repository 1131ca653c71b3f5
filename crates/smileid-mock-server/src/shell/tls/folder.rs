//! Locked folder, which several processes may use at the same time.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::shell::files;

/// Maximum wait for another process that has locked the folder.
const PATIENCE: Duration = Duration::from_secs(10);
/// Interval for checking if the lock is free.
const LOOK: Duration = Duration::from_millis(20);
/// Maximum size of a file in the folder, in bytes.
const MOST_BYTES: u64 = 8 << 20;

/// Users who may read a file.
#[derive(Clone, Copy)]
pub(super) enum Readers {
    /// The owner of the file.
    Owner,
    /// All users with access to the folder.
    All,
}

/// Folder that is locked against writes by other processes.
///
/// Other processes may read at any time: they find each file in its old or its new state, never half written.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Creates the folder for its owner only, unless it exists, and locks it. Waits for the lock of another process for at most
    /// [`PATIENCE`].
    pub(super) fn lock(path: &Path) -> io::Result<Self> {
        Self::lock_within(path, PATIENCE)
    }

    fn lock_within(path: &Path, patience: Duration) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        make(&path).map_err(about("cannot create the folder", &path))?;
        let lock = path.join(".lock");
        let mut options = for_writing(Readers::Owner);
        let locked = files::regular(options.create(true).truncate(false), &lock).and_then(|file| {
            try_lock(&file, patience)?;
            Ok(file)
        });
        Ok(Self { _lock: locked.map_err(about("cannot lock", &lock))?, path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the content of a file, if it exists and is text.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<String>> {
        let path = self.path.join(name);
        match files::read(&path, MOST_BYTES) {
            Ok(contents) => Ok(String::from_utf8(contents).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(about("cannot read", &path)(error)),
        }
    }

    /// Writes a file, and replaces an existing one. `name` may contain folders.
    pub(super) fn write(&self, name: &str, contents: &[u8], readers: Readers) -> io::Result<()> {
        let path = self.path.join(name);
        let fresh = path.with_extension("new");
        let written = || {
            if let Some(folder) = path.parent() {
                make(folder)?;
            }
            // A process that was killed may have left this file. The lock excludes other writers.
            let _ = fs::remove_file(&fresh);
            let mut file = for_writing(readers).create_new(true).open(&fresh)?;
            file.write_all(contents)?;
            drop(file);
            fs::rename(&fresh, &path)
        };
        written().map_err(about("cannot write", &path))
    }

    /// Sets the mode of a file so that only its owner can read it, because a copied file may have another mode.
    #[cfg(unix)]
    pub(super) fn close(&self, name: &str) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;

        let path = self.path.join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode(Readers::Owner)))
            .map_err(about("cannot remove the permissions of other users from", &path))
    }

    /// Does nothing, because this system has no file modes: the permissions of the folder apply.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as it is on Unix")]
    pub(super) fn close(&self, _: &str) -> io::Result<()> {
        Ok(())
    }
}

/// Locks a file. Fails if another process holds the lock for longer than `patience`.
#[expect(
    clippy::disallowed_methods,
    reason = "the start waits for another process, which no runtime can tell of"
)]
fn try_lock(file: &File, patience: Duration) -> io::Result<()> {
    let mut left = patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(fs::TryLockError::Error(error)) => return Err(error),
            Err(fs::TryLockError::WouldBlock) if left.is_zero() => {
                let message = format!(
                    "another process has locked the folder for {} s: end that process, or use another folder",
                    patience.as_secs()
                );
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
            Err(fs::TryLockError::WouldBlock) => {
                let pause = LOOK.min(left);
                std::thread::sleep(pause);
                left -= pause;
            }
        }
    }
}

fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn for_writing(readers: Readers) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode(readers));
    #[cfg(not(unix))]
    let _ = readers;
    options
}

#[cfg(unix)]
fn mode(readers: Readers) -> u32 {
    match readers {
        Readers::Owner => 0o600,
        Readers::All => 0o644,
    }
}

/// Adds the failed operation and the path to an error.
fn about(what: &str, path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{what} {}: {error}", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_another_holds_ends_the_wait_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let held = Folder::lock(folder.path()).unwrap();
        let error = Folder::lock_within(folder.path(), Duration::from_millis(30)).err().unwrap();
        let text = error.to_string();
        assert!(text.contains(&folder.path().join(".lock").display().to_string()), "{text}");
        assert!(text.contains("another process has locked the folder"), "{text}");
        drop(held);
        Folder::lock_within(folder.path(), Duration::ZERO).unwrap();
    }

    #[test]
    fn pipes_are_refused_and_not_waited_for() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};

        for name in [".lock", "ca.pem"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
            let opened = Folder::lock(folder.path()).and_then(|folder| folder.read("ca.pem").map(drop));
            let text = opened.unwrap_err().to_string();
            assert!(text.contains(&path.display().to_string()), "{text}");
        }
    }
}
