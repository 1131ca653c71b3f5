//! Builds a ZIP archive around image files without copying them.
//!
//! Entries are stored, not deflated: JPEGs do not compress. Sizes and checksums are known before the first byte, so
//! they are in the local headers and no data descriptors follow. Names are UTF-8 with its flag; times and attributes
//! are fixed, so that equal inputs give equal bytes. In the tests the `zip` crate reads every archive back.

use std::{collections::HashSet, fmt};

use bytes::{BufMut, Bytes, BytesMut};
use smileid_types::redact;

/// Content of a file in an archive.
pub trait Content {
    /// Returns the length of the content, in bytes.
    fn len(&self) -> u64;

    /// Returns true if the content is empty.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the CRC-32 of the content, which the ZIP format requires.
    fn crc32(&self) -> u32;
}

impl Content for Bytes {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn crc32(&self) -> u32 {
        crc32fast::hash(self)
    }
}

/// A file to put into an archive.
#[derive(Clone)]
#[non_exhaustive]
pub struct Entry<C> {
    /// File name, without folders.
    pub name: String,
    /// Content of the file, as bytes or as a file on disk.
    pub content: C,
}

impl<C> Entry<C> {
    /// Creates a file to put into an archive.
    pub fn new(name: impl Into<String>, content: C) -> Self {
        Self { name: name.into(), content }
    }
}

/// Shows the size of the file, never the content: images and personal data.
impl<C: Content> fmt::Debug for Entry<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("content", &bytes(self.content.len())).finish_non_exhaustive()
    }
}

/// A piece of an archive. The pieces in order are the bytes of the archive.
#[derive(Clone)]
#[non_exhaustive]
pub enum Segment<C> {
    /// Bytes of headers or of the central directory.
    Bytes(Bytes),
    /// Content of a file.
    Content(C),
}

/// Shows the size of the piece, never its content.
impl<C: Content> fmt::Debug for Segment<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(headers) => f.debug_tuple("Bytes").field(&bytes(headers.len() as u64)).finish(),
            Self::Content(content) => f.debug_tuple("Content").field(&bytes(content.len())).finish(),
        }
    }
}

impl Segment<Bytes> {
    /// Returns the bytes of the piece.
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Bytes(bytes) | Self::Content(bytes) => bytes,
        }
    }
}

/// An archive, ready to be sent piece by piece.
#[derive(Clone)]
#[non_exhaustive]
pub struct Layout<C> {
    /// Pieces of the archive, in the order in which they are sent.
    pub segments: Vec<Segment<C>>,
    /// Total length of the archive, in bytes.
    pub length: u64,
}

/// Shows the sizes of the pieces, never their content.
impl<C: Content> fmt::Debug for Layout<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").field("segments", &self.segments).field("length", &self.length).finish()
    }
}

fn bytes(length: u64) -> impl fmt::Debug {
    redact::bytes(usize::try_from(length).unwrap_or(usize::MAX))
}

/// Computes the layout of an archive with the given files.
///
/// # Errors
///
/// If it is larger than the format allows, or two entries have one name.
pub fn layout<C: Content>(entries: Vec<Entry<C>>) -> Result<Layout<C>, LayoutError> {
    let count = u16::try_from(entries.len()).map_err(|_| LayoutError::TooLarge)?;
    let mut segments = Vec::with_capacity(entries.len() * 2 + 1);
    let mut directory = BytesMut::new();
    let mut offset = 0_u32;
    let mut names = HashSet::with_capacity(entries.len());

    for Entry { name, content } in entries {
        if names.contains(&name) {
            return Err(LayoutError::TwoOfOneName { name });
        }
        let header = Header {
            crc32: content.crc32(),
            size: u32::try_from(content.len()).map_err(|_| LayoutError::TooLarge)?,
            name_length: u16::try_from(name.len()).map_err(|_| LayoutError::TooLarge)?,
        };

        let mut local = BytesMut::with_capacity(30 + name.len());
        local.put_u32_le(0x0403_4b50);
        header.put(&mut local);
        local.put_slice(name.as_bytes());

        directory.put_u32_le(0x0201_4b50);
        directory.put_u16_le(MADE_BY);
        header.put(&mut directory);
        directory.put_bytes(0, 8); // comment length, disk, internal attributes; with the next, external attributes
        directory.put_u16_le(REGULAR_FILE);
        directory.put_u32_le(offset);
        directory.put_slice(name.as_bytes());

        let used = u64::try_from(local.len()).unwrap_or(u64::MAX).saturating_add(content.len());
        offset = u32::try_from(used)
            .ok()
            .and_then(|used| offset.checked_add(used))
            .ok_or(LayoutError::TooLarge)?;
        names.insert(name);
        segments.push(Segment::Bytes(local.freeze()));
        segments.push(Segment::Content(content));
    }

    let size = u32::try_from(directory.len()).map_err(|_| LayoutError::TooLarge)?;
    directory.put_u32_le(0x0605_4b50);
    directory.put_u32_le(0); // this disk, the directory's disk
    directory.put_u16_le(count);
    directory.put_u16_le(count);
    directory.put_u32_le(size);
    directory.put_u32_le(offset);
    directory.put_u16_le(0); // comment length
    let length = u64::from(offset) + directory.len() as u64;
    segments.push(Segment::Bytes(directory.freeze()));
    Ok(Layout { segments, length })
}

/// Properties of an entry that are written both in its local header and in the central directory.
struct Header {
    crc32: u32,
    size: u32,
    name_length: u16,
}

impl Header {
    fn put(&self, into: &mut BytesMut) {
        into.put_u16_le(NEEDED);
        into.put_u16_le(1 << 11); // names are UTF-8
        into.put_u16_le(0); // stored
        into.put_u16_le(0); // midnight
        into.put_u16_le(1 << 5 | 1); // 1980-01-01, the first day of the format
        into.put_u32_le(self.crc32);
        into.put_u32_le(self.size);
        into.put_u32_le(self.size);
        into.put_u16_le(self.name_length);
        into.put_u16_le(0); // extra fields
    }
}

/// Version of the ZIP format that is needed to read the archive: 2.0, which every program supports.
const NEEDED: u16 = 20;
/// Version of the ZIP format with the mark for Unix, so that the attributes are read as permissions.
const MADE_BY: u16 = 3 << 8 | NEEDED;
/// File permissions `rw-r--r--`, in the upper half of the external attributes.
const REGULAR_FILE: u16 = 0o100_644;

/// Error from building an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// A file or all files in total are 4 GiB or larger, or there are more than 65,535 files.
    #[error(
        "the archive would be larger than 4 GiB or have more than 65,535 files: send fewer or smaller images"
    )]
    TooLarge,
    /// Two files have the same name, so programs would read only one of them.
    #[error("two files of the archive have the name `{name}`: rename one of them")]
    TwoOfOneName {
        /// File name that occurs twice.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(entries: &[(&str, &'static [u8])]) -> Vec<u8> {
        let entries = entries.iter().map(|(name, content)| Entry::new(*name, Bytes::from_static(content)));
        let layout = layout(entries.collect()).unwrap();
        let mut all = Vec::new();
        for segment in &layout.segments {
            match segment {
                Segment::Bytes(bytes) | Segment::Content(bytes) => all.extend_from_slice(bytes),
            }
        }
        assert_eq!(all.len() as u64, layout.length);
        all
    }

    #[test]
    fn equal_inputs_give_equal_bytes() {
        let entries: &[(&str, &[u8])] = &[("info.json", b"{}"), ("sélfie.jpg", b"\xff\xd8\xff")];
        assert_eq!(bytes(entries), bytes(entries));
    }

    #[cfg(feature = "diagnostics")]
    #[test]
    fn the_zip_crate_reads_it_back() {
        use std::io::Read as _;

        let entries: &[(&str, &[u8])] =
            &[("info.json", b"{}"), ("sélfie.jpg", b"\xff\xd8\xff and more"), ("empty", b"")];
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes(entries))).unwrap();
        assert_eq!(archive.len(), entries.len());
        for (index, (name, content)) in entries.iter().enumerate() {
            let mut file = archive.by_index(index).unwrap();
            assert_eq!(file.name_raw(), name.as_bytes());
            assert_eq!(file.compression(), zip::CompressionMethod::Stored);
            assert_eq!(file.unix_mode(), Some(0o100_644));
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap(); // also checks the CRC
            assert_eq!(read, *content);
        }
    }

    #[test]
    fn names_are_unique() {
        let entries = vec![Entry::new("a", Bytes::new()), Entry::new("a", Bytes::new())];
        assert_eq!(layout(entries).unwrap_err(), LayoutError::TwoOfOneName { name: "a".into() });
    }

    #[test]
    fn what_the_format_cannot_hold_is_refused() {
        struct Huge(u64);
        impl Content for Huge {
            fn len(&self) -> u64 {
                self.0
            }
            fn crc32(&self) -> u32 {
                0
            }
        }
        for sizes in [vec![1 << 32], vec![1 << 31, 1 << 31]] {
            let entries = sizes.iter().enumerate().map(|(n, size)| Entry::new(n.to_string(), Huge(*size)));
            assert!(matches!(layout(entries.collect()), Err(LayoutError::TooLarge)), "{sizes:?}");
        }
    }
}
