//! Writes files with personal data: atomically, and readable only by their owner.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Returns the file to write: the path itself, or the target of a symbolic link.
///
/// # Errors
///
/// Fails if the path exists and is not a regular file.
pub(crate) fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::metadata(path) {
        Ok(it) if it.is_file() => fs::canonicalize(path),
        Ok(it) if it.is_dir() => {
            Err(io::Error::new(io::ErrorKind::IsADirectory, "the path is that of a directory"))
        }
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
        // The file does not exist, or is a broken symbolic link, which is then replaced.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error),
    }
}

/// Writes a file with mode 0600. If that fails, the earlier file remains.
pub(crate) fn write(target: &Path, content: &[u8]) -> io::Result<()> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut aside = tempfile::Builder::new().prefix(".smileid-").tempfile_in(folder)?;
    aside.write_all(content)?;
    aside.as_file().sync_all()?;
    aside.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// Returns true if two paths lead to the same file, through any links.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        let id = |path| fs::metadata(path).ok().map(|it| (it.dev(), it.ino()));
        id(one).is_some_and(|it| Some(it) == id(other))
    }
    #[cfg(not(unix))]
    {
        let place = |path| fs::canonicalize(path).ok();
        place(one).is_some_and(|it| Some(it) == place(other))
    }
}
