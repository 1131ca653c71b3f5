//! What an entry holds: found by its own header, unpacked within bounds, and checked.

use std::{borrow::Cow, io::Read as _};

use bytes::Buf as _;
use flate2::read::DeflateDecoder;

use super::{
    container::{AdvanceChecked as _, Container, LOCAL, Record},
    finding::FindingCode,
};

/// The contents of an entry, when it has any that are as the directory says. What is wrong with it is added to
/// `wrong`. Never more bytes than the directory claims are read, but one.
pub(super) fn read<'a>(
    container: &Container<'a>,
    record: &Record<'a>,
    wrong: &mut Vec<FindingCode>,
) -> Option<Cow<'a, [u8]>> {
    if record.flags & DESCRIPTOR != 0 {
        wrong.push(FindingCode::EntryDataDescriptor);
    }
    if record.flags & (ENCRYPTED | STRONGLY | MASKED) != 0 {
        wrong.push(FindingCode::EntryEncrypted);
        return None;
    }
    let Some(local) = Local::read(container, record) else {
        wrong.push(FindingCode::EntryDamaged);
        return None;
    };
    if local.differs(record) {
        wrong.push(FindingCode::EntryHeadersDiffer);
    }
    match unpack(local.packed, record) {
        Ok(content) if crc32fast::hash(&content) == record.crc32 => Some(content),
        Ok(_) => {
            wrong.push(FindingCode::EntryWrongCrc);
            None
        }
        Err(code) => {
            wrong.push(code);
            None
        }
    }
}

fn unpack<'a>(packed: &'a [u8], record: &Record<'_>) -> Result<Cow<'a, [u8]>, FindingCode> {
    let size = u64::from(record.size);
    let content = match record.method {
        STORED => Cow::Borrowed(packed),
        DEFLATED => {
            let mut content = Vec::new();
            let read = DeflateDecoder::new(packed).take(size + 1).read_to_end(&mut content);
            read.map_err(|_| FindingCode::EntryDamaged)?;
            Cow::Owned(content)
        }
        _ => return Err(FindingCode::EntryUnsupportedCompression),
    };
    if content.len() as u64 == size { Ok(content) } else { Err(FindingCode::EntryWrongSize) }
}

/// Whether an entry claims to unpack to far more than it takes. Images do not shrink, and JSON with images in it hardly
/// does; small things may be as empty as they like.
pub(super) fn is_bomb(record: &Record<'_>) -> bool {
    const HARMLESS: u32 = 1 << 20;
    const RATIO: u32 = 100;
    record.method == DEFLATED && record.size > HARMLESS && record.size / RATIO > record.packed
}

/// An entry's own header, and what follows it.
struct Local<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    crc32: u32,
    sizes: (u32, u32),
    packed: &'a [u8],
}

impl<'a> Local<'a> {
    fn read(container: &Container<'a>, record: &Record<'_>) -> Option<Self> {
        let mut rest = container.body.get(usize::try_from(record.offset).ok()?..)?;
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
        let packed = rest.get(extra..)?.get(..usize::try_from(record.packed).ok()?)?;
        Some(Self { name, flags, method, crc32, sizes, packed })
    }

    /// Numbers that follow the content, or stand in the form for more than 4 GiB, cannot differ.
    fn differs(&self, record: &Record<'_>) -> bool {
        let (packed, size) = self.sizes;
        let zip64 = packed == u32::MAX || size == u32::MAX;
        let numbers = (self.crc32, packed, size) != (record.crc32, record.packed, record.size);
        self.name != record.name
            || self.method != record.method
            || (self.flags ^ record.flags) & (ENCRYPTED | DESCRIPTOR) != 0
            || (numbers && self.flags & DESCRIPTOR == 0 && !zip64)
    }
}

const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

const ENCRYPTED: u16 = 1;
const DESCRIPTOR: u16 = 1 << 3;
const STRONGLY: u16 = 1 << 6;
const MASKED: u16 = 1 << 13;
