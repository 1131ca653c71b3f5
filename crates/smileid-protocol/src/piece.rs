//! Pieces of a message body: bytes in memory, and files that are read while they are sent.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::{Bytes, BytesMut};
use sha2::{Digest as _, Sha256};
use smileid_types::redact;

use crate::package::layout::Content;

/// A piece of a message body: bytes in memory, or a file.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a transport that left out a piece would send another body")]
pub enum Piece {
    /// The piece is bytes in memory.
    Bytes(Bytes),
    /// The piece is a file whose size is known and which is read while it is sent.
    File(FilePart),
}

impl Piece {
    /// Joins the pieces to one body. Returns none if a piece is a file.
    pub fn join(pieces: &[Self]) -> Option<Bytes> {
        if let [Self::Bytes(one)] = pieces {
            return Some(one.clone());
        }
        let mut joined = BytesMut::new();
        for piece in pieces {
            joined.extend_from_slice(piece.bytes()?);
        }
        Some(joined.freeze())
    }

    /// Returns the bytes of the piece, if they are in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::File(_) => None,
        }
    }
}

impl Content for Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => Content::len(bytes),
            Self::File(file) => file.0.length,
        }
    }

    fn crc32(&self) -> u32 {
        match self {
            Self::Bytes(bytes) => bytes.crc32(),
            Self::File(file) => file.0.crc32,
        }
    }
}

impl FileContent for Piece {
    fn head(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::File(file) => &file.0.head,
        }
    }

    fn sha256(&self) -> [u8; 32] {
        match self {
            Self::Bytes(bytes) => FileContent::sha256(bytes),
            Self::File(file) => file.0.sha256,
        }
    }
}

/// Content of an image file, in memory or on disk.
pub trait FileContent: Content + Clone + From<Bytes> {
    /// Returns the first bytes of the file: at least eight, or all if it is shorter. They identify the image format.
    fn head(&self) -> &[u8];

    /// Returns the SHA-256 of the file.
    fn sha256(&self) -> [u8; 32];
}

impl FileContent for Bytes {
    fn head(&self) -> &[u8] {
        self
    }

    fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self).into()
    }
}

impl Default for Piece {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl From<Bytes> for Piece {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        redact::bytes(usize::try_from(self.len()).unwrap_or(usize::MAX)).fmt(f)
    }
}

/// A file that was read once for its size and checksums, and that will be read again while it is sent. This type holds size and
/// checksums; the client crate reads the file.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart(Arc<Measured>);

#[derive(PartialEq, Eq)]
struct Measured {
    path: PathBuf,
    length: u64,
    crc32: u32,
    sha256: [u8; 32],
    head: Box<[u8]>,
}

impl FilePart {
    /// Number of bytes that `head` of [`FilePart::new`] must have, unless the file is shorter.
    pub const HEAD: usize = 16;

    /// Creates a file part from the length of the file in bytes, its CRC-32, its SHA-256, and its first [`HEAD`](Self::HEAD)
    /// bytes.
    pub fn new(path: impl Into<PathBuf>, length: u64, crc32: u32, sha256: [u8; 32], head: &[u8]) -> Self {
        let head = head.get(..Self::HEAD).unwrap_or(head).into();
        Self(Arc::new(Measured { path: path.into(), length, crc32, sha256, head }))
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Returns the length of the file when it was first read, in bytes.
    pub fn length(&self) -> u64 {
        self.0.length
    }

    /// Returns the CRC-32 of the file when it was first read.
    pub fn crc32(&self) -> u32 {
        self.0.crc32
    }
}

/// Hides the path, because it may contain the name of a person.
impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart").field("length", &self.0.length).finish_non_exhaustive()
    }
}
