//! Unpacks the content of a ZIP entry within limits, and checks it.

use std::{borrow::Cow, io::Read as _};

use flate2::read::DeflateDecoder;

use super::{
    container::Record,
    finding::FindingCode,
    local::{DESCRIPTOR, ENCRYPTED, Local},
};

/// Returns the content of a ZIP entry, if it matches the central directory. Mistakes are added to `wrong`. Reads at most one byte
/// more than the directory states.
pub(super) fn read<'a>(
    record: &Record<'a>,
    local: Option<&Local<'a>>,
    wrong: &mut Vec<FindingCode>,
) -> Option<Cow<'a, [u8]>> {
    if record.flags & DESCRIPTOR != 0 {
        wrong.push(FindingCode::EntryDataDescriptor);
    }
    if record.flags & (ENCRYPTED | STRONGLY | MASKED) != 0 {
        wrong.push(FindingCode::EntryEncrypted);
        return None;
    }
    let Some(local) = local else {
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
            // The claimed size was checked against the limits, so allocating it at once is safe.
            let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            let read = DeflateDecoder::new(packed).take(size + 1).read_to_end(&mut content);
            read.map_err(|_| FindingCode::EntryDamaged)?;
            Cow::Owned(content)
        }
        _ => return Err(FindingCode::EntryUnsupportedCompression),
    };
    if content.len() as u64 == size { Ok(content) } else { Err(FindingCode::EntryWrongSize) }
}

/// Returns true if an entry states an unpacked size that is far too large for its packed size (a ZIP bomb). Images and JSON with
/// images hardly compress; small entries may compress to any degree.
pub(super) fn is_bomb(record: &Record<'_>) -> bool {
    const HARMLESS: u32 = 1 << 20;
    const RATIO: u32 = 100;
    record.method == DEFLATED && record.size > HARMLESS && record.size / RATIO > record.packed
}

const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

const STRONGLY: u16 = 1 << 6;
const MASKED: u16 = 1 << 13;
