//! Reads regular files up to a size limit.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _},
    path::Path,
};

/// Reads a regular file of at most `most` bytes. Pipes and devices are refused without waiting for data.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = regular(OpenOptions::new().read(true), path)?;
    let mut contents = Vec::new();
    // The file may grow after its size was read, so the limit is checked while reading.
    file.take(most.saturating_add(1)).read_to_end(&mut contents)?;
    if contents.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {most} bytes")));
    }
    Ok(contents)
}

/// Opens a regular file.
pub(crate) fn regular(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    // Opening a named pipe would block until its other end is opened.
    #[cfg(unix)]
    {
        let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok(file)
}
