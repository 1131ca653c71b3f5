//! Opens an archive that arrived.
//!
//! Reads what the official SDKs write: stored and deflated entries, data descriptors, unflagged UTF-8 names, duplicate
//! names. Nothing in an archive is trusted: sizes and counts are bounded before anything is read.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use bytes::Bytes;
use smileid_types::ImageContent;
use zip::{ZipArchive, result::ZipError};

use super::{INFO_JSON, info::InfoJson};
use crate::{codec::JsonError, job::ImageFormat};

/// How much an archive may hold when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Entries.
    pub entries: usize,
    /// Bytes of all entries together, uncompressed.
    pub bytes: u64,
}

impl Default for Limits {
    /// 64 entries and 64 MiB: some ten times what eight liveness frames and both sides of a card need.
    fn default() -> Self {
        Self { entries: 64, bytes: 64 << 20 }
    }
}

/// An archive that was opened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Archive {
    /// What it says it holds.
    pub info: InfoJson,
    /// The files by name, `info.json` left out.
    pub files: BTreeMap<String, Bytes>,
    /// Everything that is odd about it, though it can be used.
    pub findings: Vec<Finding>,
}

/// Opens an archive and holds its contents against its `info.json`.
///
/// # Errors
///
/// When it cannot be used: not a zip archive, larger than `limits`, damaged, without a readable `info.json`, or without
/// a file that `info.json` lists.
pub fn open(archive: &[u8], limits: Limits) -> Result<Archive, ArchiveError> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(ArchiveError::NotAnArchive)?;
    if zip.len() > limits.entries {
        return Err(ArchiveError::TooLarge);
    }
    let mut findings = Vec::new();
    let mut left = limits.bytes;
    let mut info = None;
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(ArchiveError::NotAnArchive)?;
        // Ruby writes UTF-8 names without the flag for it, so the bytes are read as UTF-8 whatever the flag says.
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mut content = Vec::new();
        entry
            .take(left.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|source| ArchiveError::Damaged { name: name.clone(), source })?;
        left = left.checked_sub(content.len() as u64).ok_or(ArchiveError::TooLarge)?;
        if name == INFO_JSON {
            if index != 0 {
                findings.push(Finding::InfoJsonNotFirst);
            }
            info = Some(content);
        } else {
            files.insert(name, Bytes::from(content));
        }
    }

    let info = info.ok_or(ArchiveError::NoInfoJson)?;
    let info: InfoJson =
        serde_json::from_slice(&info).map_err(|error| ArchiveError::InfoJson(JsonError::new(&error)))?;
    compare(&info, &files, &mut findings)?;
    Ok(Archive { info, files, findings })
}

fn compare(
    info: &InfoJson,
    files: &BTreeMap<String, Bytes>,
    findings: &mut Vec<Finding>,
) -> Result<(), ArchiveError> {
    if info.images.is_empty() {
        findings.push(Finding::NoImages);
    }
    for (index, image) in info.images.iter().enumerate() {
        let in_base64 = !image.image.is_empty();
        if in_base64 != image.file_name.is_empty() {
            findings.push(Finding::NeitherFileNorBase64 { index });
        }
        match image.image_type.content() {
            Some(ImageContent::Base64) if !in_base64 => findings.push(Finding::TypeDoesNotMatch { index }),
            Some(ImageContent::File) if in_base64 => findings.push(Finding::TypeDoesNotMatch { index }),
            _ => {}
        }
        if !image.file_name.is_empty() {
            let file = files.get(&image.file_name).ok_or(ArchiveError::FileMissing { index })?;
            if ImageFormat::of(file).is_none() {
                findings.push(Finding::NotAnImage { index });
            }
        }
    }
    for name in files.keys() {
        if !info.images.iter().any(|image| image.file_name == *name) {
            findings.push(Finding::NotListed { name: name.clone() });
        }
    }
    Ok(())
}

/// Something odd about an archive that can be used. `index` counts the rows of `images` from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Finding {
    /// `info.json` is not the first entry.
    #[error("info.json is not the first entry")]
    InfoJsonNotFirst,
    /// `images` is empty.
    #[error("info.json lists no images")]
    NoImages,
    /// An image has both a file and base64 text, or neither.
    #[error("images[{index}] has both file_name and image, or neither")]
    NeitherFileNorBase64 {
        /// Which image.
        index: usize,
    },
    /// The type says base64 and there is a file, or the other way round.
    #[error("images[{index}] has an image_type_id of the other kind: file against base64")]
    TypeDoesNotMatch {
        /// Which image.
        index: usize,
    },
    /// A file is neither JPEG nor PNG.
    #[error("images[{index}] is neither JPEG nor PNG")]
    NotAnImage {
        /// Which image.
        index: usize,
    },
    /// A file that `info.json` does not list. The Python SDK adds such a one for images in base64.
    #[error("the entry `{name}` is not listed in info.json")]
    NotListed {
        /// The entry.
        name: String,
    },
}

/// An archive cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// Not a zip archive, or one that cannot be read.
    #[error("not a readable zip archive")]
    NotAnArchive(#[source] ZipError),
    /// More entries or bytes than allowed.
    #[error("the archive holds more than allowed")]
    TooLarge,
    /// An entry cannot be read, or its checksum is wrong.
    #[error("the entry `{name}` is damaged")]
    Damaged {
        /// The entry.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// There is no `info.json`.
    #[error("there is no info.json")]
    NoInfoJson,
    /// `info.json` is not what it should be.
    #[error("info.json cannot be read")]
    InfoJson(#[source] JsonError),
    /// A file that `info.json` lists is not there.
    #[error("images[{index}] is listed in info.json and not in the archive")]
    FileMissing {
        /// Which image.
        index: usize,
    },
}
