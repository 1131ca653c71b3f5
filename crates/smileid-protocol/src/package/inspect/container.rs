//! Reads the central directory of a ZIP archive, entry by entry.
//!
//! It is read here and not by a library, because libraries keep one entry of each name and rely on headers that a
//! sender can make contradictory. Layout: PKWARE's APPNOTE, sections 4.3.12 and 4.3.16.

use bytes::Buf as _;

use super::{
    Limits,
    finding::{Finding, FindingCode, Place},
};

/// An entry in the ZIP file's central directory.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) name: &'a [u8],
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc32: u32,
    /// Size of the entry in the archive (compressed), in bytes.
    pub(super) packed: u32,
    /// Size of the entry when unpacked, in bytes.
    pub(super) size: u32,
    /// Position of the entry's local header, counted from the archive's first byte.
    pub(super) offset: u32,
}

/// A ZIP archive whose central directory was found.
pub(super) struct Container<'a> {
    /// Bytes that stand before the archive's first byte.
    pub(super) before: &'a [u8],
    /// Entries with their local headers: all bytes from the archive's first byte to the central directory.
    pub(super) body: &'a [u8],
    pub(super) records: Vec<Record<'a>>,
    /// True if bytes follow the end of the archive.
    pub(super) followed: bool,
}

impl<'a> Container<'a> {
    /// Reads the central directory of the archive.
    pub(super) fn read(archive: &'a [u8], limits: Limits) -> Result<Self, Finding> {
        let failed = |code| Err(Finding::new(code, Place::Archive));
        let Some(at) = end(archive) else {
            let begins_well = archive.starts_with(LOCAL);
            return failed(if begins_well {
                FindingCode::ZipTruncated
            } else {
                FindingCode::ZipNotAnArchive
            });
        };
        let (before, end) = archive.split_at(at);
        let Some(end) = End::read(end) else { return failed(FindingCode::ZipTruncated) };
        if end.is_zip64(before) {
            return failed(FindingCode::ZipZip64);
        }
        let Some((around, directory)) = end.split(before) else {
            return failed(FindingCode::ZipDamagedDirectory);
        };
        // Offsets count from the first byte of the archive, which may come after other bytes in the file.
        let Some((before, body)) = end.body(around) else {
            return failed(FindingCode::ZipDamagedDirectory);
        };

        let mut records = Vec::new();
        let mut rest = directory;
        while !rest.is_empty() {
            let Some(record) = Record::read(&mut rest) else {
                return failed(FindingCode::ZipDamagedDirectory);
            };
            records.push(record);
            if records.len() > limits.entries {
                return failed(FindingCode::ZipTooManyEntries);
            }
        }
        if records.len() != usize::from(end.count) {
            return failed(FindingCode::ZipDamagedDirectory);
        }
        Ok(Self { before, body, records, followed: end.followed })
    }
}

/// First bytes of an entry's local header.
pub(super) const LOCAL: &[u8] = b"PK\x03\x04";

/// Returns the position of the end record: the last one whose comment ends with the file, or otherwise the last one.
fn end(archive: &[u8]) -> Option<usize> {
    let latest = archive.len().checked_sub(End::LENGTH)?;
    let earliest = latest.saturating_sub(usize::from(u16::MAX));
    let mut places = (earliest..=latest)
        .rev()
        .filter(|at| archive.get(*at..).is_some_and(|end| end.starts_with(b"PK\x05\x06")));
    let last = places.clone().next()?;
    let fits = |at: &usize| archive.get(*at..).and_then(End::read).is_some_and(|end| !end.followed);
    Some(places.find(fits).unwrap_or(last))
}

/// End of central directory record of a ZIP file.
struct End {
    /// True if the archive is split over several files.
    split: bool,
    count: u16,
    size: u32,
    offset: u32,
    /// True if bytes follow the end record.
    followed: bool,
}

impl End {
    const LENGTH: usize = 22;

    fn read(mut bytes: &[u8]) -> Option<Self> {
        bytes.advance_checked(4)?;
        let (disk, directory_disk) = (bytes.try_get_u16_le().ok()?, bytes.try_get_u16_le().ok()?);
        let (here, count) = (bytes.try_get_u16_le().ok()?, bytes.try_get_u16_le().ok()?);
        let (size, offset) = (bytes.try_get_u32_le().ok()?, bytes.try_get_u32_le().ok()?);
        let comment = usize::from(bytes.try_get_u16_le().ok()?);
        let split = disk != 0 || directory_disk != 0 || here != count;
        Some(Self { split, count, size, offset, followed: bytes.len().checked_sub(comment)? > 0 })
    }

    fn is_zip64(&self, before: &[u8]) -> bool {
        let locator = before.len().checked_sub(20).and_then(|at| before.get(at..));
        self.count == u16::MAX
            || self.size == u32::MAX
            || self.offset == u32::MAX
            || locator.is_some_and(|locator| locator.starts_with(b"PK\x06\x07"))
    }

    /// Returns the bytes before the central directory, and the directory.
    fn split<'a>(&self, before: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        if self.split {
            return None;
        }
        before.split_at_checked(before.len().checked_sub(usize::try_from(self.size).ok()?)?)
    }

    /// Returns the bytes before the archive, and the bytes before its central directory.
    fn body<'a>(&self, around: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        around.split_at_checked(around.len().checked_sub(usize::try_from(self.offset).ok()?)?)
    }
}

impl<'a> Record<'a> {
    /// Reads the next entry of the central directory and removes it from `rest`.
    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let (mut head, following) = rest.split_at_checked(46)?;
        if !head.starts_with(b"PK\x01\x02") {
            return None;
        }
        head.advance_checked(8)?; // signature, made by, needed
        let (flags, method) = (head.try_get_u16_le().ok()?, head.try_get_u16_le().ok()?);
        head.advance_checked(4)?; // time
        let crc32 = head.try_get_u32_le().ok()?;
        let (packed, size) = (head.try_get_u32_le().ok()?, head.try_get_u32_le().ok()?);
        let name = usize::from(head.try_get_u16_le().ok()?);
        let extra = usize::from(head.try_get_u16_le().ok()?);
        let comment = usize::from(head.try_get_u16_le().ok()?);
        head.advance_checked(8)?; // disk, attributes
        let offset = head.try_get_u32_le().ok()?;
        let (name, following) = following.split_at_checked(name)?;
        *rest = following.get(extra + comment..)?;
        Some(Self { name, flags, method, crc32, packed, size, offset })
    }

    /// Returns true if sizes and positions are in a zip64 record, the format for archives over 4 GiB.
    pub(super) fn is_zip64(&self) -> bool {
        [self.packed, self.size, self.offset].contains(&u32::MAX)
    }
}

/// Advances like [`bytes::Buf::advance`], but without a panic.
pub(super) trait AdvanceChecked {
    fn advance_checked(&mut self, by: usize) -> Option<()>;
}

impl AdvanceChecked for &[u8] {
    fn advance_checked(&mut self, by: usize) -> Option<()> {
        *self = self.get(by..)?;
        Some(())
    }
}
