//! Request bodies: pieces in memory, and files that are read while they are sent.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use smileid_protocol::{
    job::{ImageJob, ReadError, ReadyJob},
    package::layout::{Content, Layout, Segment},
    piece::{FilePart, Piece},
};

/// Body of a request, in pieces that are not joined in memory.
///
/// ```
/// use std::{io::Read as _, path::Path};
///
/// use bytes::Bytes;
/// use smileid_client::{Body, FileReader, Piece, measure_file};
///
/// let mut body = Body::from(Bytes::from("head of an archive"));
/// body.pieces.push(Piece::File(measure_file(Path::new("Cargo.toml"))?));
///
/// let mut sent = Vec::new();
/// for piece in &body.pieces {
///     match piece {
///         Piece::Bytes(bytes) => sent.extend_from_slice(bytes),
///         Piece::File(file) => {
///             let mut reader = FileReader::open(file)?; // fails if it is no longer the file that was measured
///             reader.read_to_end(&mut sent)?;
///         }
///     }
/// }
/// assert_eq!(body.length(), sent.len() as u64);
/// assert_eq!(body.to_bytes()?, sent);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Body {
    /// Pieces of the body, in order.
    pub pieces: Vec<Piece>,
}

impl Body {
    /// Returns the total length of the body, in bytes. It is known before the first byte is sent, because storage hosts require
    /// it.
    pub fn length(&self) -> u64 {
        self.pieces.iter().map(Content::len).sum()
    }

    /// Returns a reader of the body, for blocking transports.
    pub fn into_reader(self) -> impl Read + Send + Sync {
        BodyReader { left: self.pieces.into_iter(), current: None }
    }

    /// Joins the pieces to one byte array, for tests and for transports that need the whole body in memory.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or has changed.
    pub fn to_bytes(&self) -> io::Result<Bytes> {
        if let Some(bytes) = Piece::join(&self.pieces) {
            return Ok(bytes);
        }
        let mut bytes = Vec::new();
        self.clone().into_reader().read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self { pieces: vec![Piece::Bytes(bytes)] }
    }
}

impl From<Vec<Piece>> for Body {
    fn from(pieces: Vec<Piece>) -> Self {
        Self { pieces }
    }
}

impl From<Layout<Piece>> for Body {
    fn from(layout: Layout<Piece>) -> Self {
        let pieces = layout.segments.into_iter().map(|segment| match segment {
            Segment::Content(piece) => piece,
            Segment::Bytes(bytes) => Piece::Bytes(bytes),
            _ => Piece::Bytes(Bytes::new()),
        });
        Self { pieces: pieces.collect() }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.length())
    }
}

/// Reads a file of up to 32 MiB (over three times the API's limit) once, to learn its size and checksums.
///
/// # Errors
///
/// If it cannot be read, is larger, or is not a regular file and so cannot be read again.
pub fn measure_file(path: &Path) -> io::Result<FilePart> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut file = File::open(path)?.take(MAX_IMAGE + 1);
    let mut checksum = Checksum::default();
    let mut sha256 = Sha256::new();
    let mut head = Vec::with_capacity(FilePart::HEAD);
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let read = &buffer[..count];
        head.extend_from_slice(&read[..count.min(FilePart::HEAD - head.len())]);
        checksum.add(read);
        sha256.update(read);
    }
    if checksum.length > MAX_IMAGE {
        return Err(too_large());
    }
    let Checksum { length, crc32 } = checksum;
    Ok(FilePart::new(path, length, crc32.finalize(), sha256.finalize().into(), &head))
}

/// Reader of a file that was [measured](measure_file) before. It fails if the file has changed.
#[derive(Debug)]
pub struct FileReader {
    measured: FilePart,
    file: File,
    checksum: Checksum,
}

impl FileReader {
    /// Opens a measured file. The reader fails before the last bytes if the content has changed, so that no complete request with
    /// changed content arrives.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn open(measured: &FilePart) -> io::Result<Self> {
        let file = File::open(measured.path())?;
        Ok(Self { measured: measured.clone(), file, checksum: Checksum::default() })
    }
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.measured.length() - self.checksum.length;
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let room = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let count = self.file.read(&mut buffer[..room])?;
        self.checksum.add(&buffer[..count]);
        let is_whole = self.checksum.length == self.measured.length();
        let has_changed =
            count == 0 || (is_whole && self.checksum.crc32.clone().finalize() != self.measured.crc32());
        if has_changed {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file has changed since it was read first",
            ));
        }
        Ok(count)
    }
}

/// Reads the files of a job once, each up to 32 MiB. Regular files are not kept in memory: they are read again while they are
/// sent. An input that can be read only once, such as a pipe, is kept in memory.
///
/// # Errors
///
/// If a file cannot be read or is larger, an image is not one, or a pipe gives no data for 10 seconds.
pub fn read_files(job: &ImageJob) -> Result<ReadyJob<Piece>, ReadError> {
    job.read(read_file)
}

/// Measures a regular file, and reads any other input into memory.
pub(crate) fn read_file(path: &Path) -> io::Result<Piece> {
    if fs::metadata(path)?.is_file() {
        measure_file(path).map(Piece::File)
    } else {
        read_once(path, PATIENCE).map(Piece::Bytes)
    }
}

/// Reads an input that is not a regular file, as long as data arrives within `patience`. A separate thread opens it, because
/// opening a pipe without a writer blocks; after a timeout, that thread is left behind.
fn read_once(path: &Path, patience: Duration) -> io::Result<Bytes> {
    let path = path.to_owned();
    let (told, chunks) = mpsc::sync_channel::<io::Result<Vec<u8>>>(1);
    thread::Builder::new().spawn(move || {
        let mut file = match File::open(path) {
            Ok(file) => file.take(MAX_IMAGE + 1),
            Err(error) => return drop(told.send(Err(error))),
        };
        loop {
            let mut chunk = vec![0; BUFFER];
            let read = match file.read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read,
            };
            let is_over = !matches!(read, Ok(1..));
            let chunk = read.map(|count| {
                chunk.truncate(count);
                chunk
            });
            if told.send(chunk).is_err() || is_over {
                return;
            }
        }
    })?;
    let mut bytes = Vec::new();
    loop {
        let chunk = chunks.recv_timeout(patience).map_err(|_| {
            io::Error::new(io::ErrorKind::TimedOut, format!("nothing could be read for {patience:?}"))
        })??;
        if chunk.is_empty() {
            return Ok(bytes.into());
        }
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > MAX_IMAGE {
            return Err(too_large());
        }
    }
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "larger than 32 MiB")
}

/// Function for the progress of a transfer. It gets the number of bytes handed to the network so far, and the total.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, u64) + Send + Sync>);

impl Progress {
    /// Creates a progress function that calls `report` for each piece that is sent. `report` should be quick, because the
    /// transfer waits for it.
    pub fn new(report: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }

    /// Reports that `sent` of `total` bytes were handed to the network.
    pub fn report(&self, sent: u64, total: u64) {
        (self.0)(sent, total);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

struct BodyReader {
    left: std::vec::IntoIter<Piece>,
    current: Option<PieceReader>,
}

enum PieceReader {
    Bytes(io::Cursor<Bytes>),
    File(FileReader),
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let count = match &mut self.current {
                None => 0,
                Some(PieceReader::Bytes(bytes)) => bytes.read(buffer)?,
                Some(PieceReader::File(file)) => file.read(buffer)?,
            };
            if count > 0 {
                return Ok(count);
            }
            self.current = match self.left.next() {
                None => return Ok(0),
                Some(Piece::Bytes(bytes)) => Some(PieceReader::Bytes(io::Cursor::new(bytes))),
                Some(Piece::File(file)) => Some(PieceReader::File(FileReader::open(&file)?)),
            };
        }
    }
}

#[derive(Debug, Default)]
struct Checksum {
    length: u64,
    crc32: crc32fast::Hasher,
}

impl Checksum {
    fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.crc32.update(bytes);
    }
}

const MAX_IMAGE: u64 = 32 << 20;
/// Time limit for data from a pipe: the same as for making a connection.
const PATIENCE: Duration = Duration::from_secs(10);
const BUFFER: usize = 64 << 10;

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use smileid_protocol::job::{FileContent, Image, JobRef};

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest";

    fn fifo() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        (folder, path)
    }

    #[test]
    fn a_pipe_is_read_once_and_kept() {
        let (_folder, path) = fifo();
        let writer = thread::spawn({
            let path = path.clone();
            move || fs::write(path, PNG)
        });
        let ids = JobRef::new("user-1", "job-1").unwrap();
        let ready = read_files(&ImageJob::smart_selfie_registration(ids, Image::file(&path))).unwrap();
        writer.join().unwrap().unwrap();
        fs::remove_file(path).unwrap(); // it is not needed any more
        assert!(format!("{ready:?}").contains("pipe.png"));
        assert!(measure_file(Path::new("/dev/null")).is_err(), "cannot be read again");
    }

    #[test]
    fn a_pipe_without_a_writer_is_given_up() {
        let (_folder, path) = fifo();
        let error = read_once(&path, Duration::ZERO).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let error = read_once(Path::new("/dev/zero"), PATIENCE).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read_once(Path::new("/dev/null"), PATIENCE).unwrap(), Bytes::new());
        assert!(read_once(Path::new("/"), PATIENCE).is_err());
    }

    #[test]
    fn the_digest_of_a_file_is_that_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("selfie.png");
        fs::write(&path, PNG).unwrap();
        let part = Piece::File(measure_file(&path).unwrap());
        assert_eq!(part.sha256(), FileContent::sha256(&Bytes::from_static(PNG)));
    }
}
