//! A folder that several processes may use at once.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Who may read a file.
#[derive(Clone, Copy)]
pub(super) enum Readers {
    /// Its owner.
    Owner,
    /// Everybody who gets into the folder.
    All,
}

/// A folder, for as long as no other process may write to it.
///
/// Others may read at any time: they find each file as it was or as it is, and never half of it.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder, for its owner alone, unless it is there. Waits while another process is at it.
    pub(super) fn lock(path: &Path) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        make(&path).map_err(about("cannot make the folder", &path))?;
        let lock = path.join(".lock");
        let locked = for_writing(Readers::Owner).create(true).truncate(false).open(&lock).and_then(|file| {
            file.lock()?;
            Ok(file)
        });
        Ok(Self { _lock: locked.map_err(about("cannot lock", &lock))?, path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What a file says, if there is one and it is text.
    #[expect(clippy::disallowed_methods, reason = "the shell keeps its certificates in files")]
    pub(super) fn read(&self, name: &str) -> io::Result<Option<String>> {
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(contents) => Ok(String::from_utf8(contents).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(about("cannot read", &path)(error)),
        }
    }

    /// Writes a file, in place of what was there. `name` may have folders in it.
    pub(super) fn write(&self, name: &str, contents: &[u8], readers: Readers) -> io::Result<()> {
        let path = self.path.join(name);
        let fresh = path.with_extension("new");
        let written = || {
            if let Some(folder) = path.parent() {
                make(folder)?;
            }
            // What a process left that was killed here; nobody else writes now.
            let _ = fs::remove_file(&fresh);
            let mut file = for_writing(readers).create_new(true).open(&fresh)?;
            file.write_all(contents)?;
            drop(file);
            fs::rename(&fresh, &path)
        };
        written().map_err(about("cannot write", &path))
    }

    /// Takes a file from everybody but its owner, in case it was copied here without its mode.
    #[cfg(unix)]
    pub(super) fn close(&self, name: &str) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;

        let path = self.path.join(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode(Readers::Owner)))
            .map_err(about("cannot take from other users", &path))
    }

    /// Elsewhere the folder's own rights say who may read it.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as it is on Unix")]
    pub(super) fn close(&self, _: &str) -> io::Result<()> {
        Ok(())
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

/// Says of an error what it was about.
fn about(what: &str, path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{what} {}: {error}", path.display()))
}
