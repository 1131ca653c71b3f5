//! Reads the local header and the content of a ZIP entry.

use std::ops::Range;

use bytes::Buf as _;

use super::container::{AdvanceChecked as _, LOCAL, Record};

/// Local header and content of a ZIP entry.
pub(super) struct Local<'a> {
    /// Position of header and content, counted from the archive's first byte.
    pub(super) span: Range<usize>,
    /// Content of the entry as stored in the archive (compressed).
    pub(super) packed: &'a [u8],
    name: &'a [u8],
    flags: u16,
    method: u16,
    crc32: u32,
    sizes: (u32, u32),
}

impl<'a> Local<'a> {
    /// Reads the local header at the position that the central directory states.
    pub(super) fn read(body: &'a [u8], record: &Record<'_>) -> Option<Self> {
        let start = usize::try_from(record.offset).ok()?;
        let mut rest = body.get(start..)?;
        if !rest.starts_with(LOCAL) {
            return None;
        }
        rest.advance_checked(6)?; // signature, needed
        let (flags, method) = (rest.try_get_u16_le().ok()?, rest.try_get_u16_le().ok()?);
        rest.advance_checked(4)?; // time
        let crc32 = rest.try_get_u32_le().ok()?;
        let sizes = (rest.try_get_u32_le().ok()?, rest.try_get_u32_le().ok()?);
        let name = usize::from(rest.try_get_u16_le().ok()?);
        let extra = usize::from(rest.try_get_u16_le().ok()?);
        let (name, rest) = rest.split_at_checked(name)?;
        let (packed, rest) = rest.get(extra..)?.split_at_checked(usize::try_from(record.packed).ok()?)?;
        let descriptor = if flags & DESCRIPTOR == 0 { 0 } else { descriptor(rest, record) };
        let span = start..body.len() - rest.len() + descriptor;
        Some(Self { span, packed, name, flags, method, crc32, sizes })
    }

    /// Returns true if the local header contradicts the central directory. Sizes in a data descriptor, or in the zip64 format for
    /// more than 4 GiB, are not compared.
    pub(super) fn differs(&self, record: &Record<'_>) -> bool {
        let (packed, size) = self.sizes;
        let zip64 = packed == u32::MAX || size == u32::MAX;
        let numbers = (self.crc32, packed, size) != (record.crc32, record.packed, record.size);
        self.name != record.name
            || self.method != record.method
            || (self.flags ^ record.flags) & (ENCRYPTED | DESCRIPTOR) != 0
            || (numbers && self.flags & DESCRIPTOR == 0 && !zip64)
    }
}

/// Returns the length of the data descriptor after the content, if there is one, with or without its signature (ZIP APPNOTE,
/// 4.3.9).
fn descriptor(rest: &[u8], record: &Record<'_>) -> usize {
    let numbers = [record.crc32, record.packed, record.size].map(u32::to_le_bytes).concat();
    let signed = [b"PK\x07\x08".as_slice(), &numbers].concat();
    [signed, numbers].iter().find(|it| rest.starts_with(it)).map_or(0, Vec::len)
}

pub(super) const ENCRYPTED: u16 = 1;
pub(super) const DESCRIPTOR: u16 = 1 << 3;
