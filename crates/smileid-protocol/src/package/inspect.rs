//! Opens a received archive from any program and reports all mistakes in it.
//!
//! It reads archives of the official SDKs: stored and deflated entries, data descriptors, unflagged UTF-8 names,
//! duplicate names. Nothing in an archive is trusted: claimed sizes are checked against [`Limits`] before anything is
//! read, and never more is read than was claimed.
//!
//! ```
//! use smileid_protocol::package::inspect::{self, FindingCode, Limits};
//!
//! let inspection = inspect::inspect(b"no archive", Limits::default());
//! assert_eq!(inspection.findings[0].code, FindingCode::ZipNotAnArchive);
//! assert_eq!(inspection.findings[0].code.as_str(), "zip.not-an-archive");
//! assert!(inspection.into_archive().is_err());
//! ```

mod container;
mod content;
mod describe;
mod field;
mod finding;
mod image;
mod limits;
mod local;
mod name;
mod span;

pub use finding::{Finding, FindingCode, Place, Severity};
pub use limits::Limits;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, iter,
};

use bytes::Bytes;
use smileid_types::redact;

use self::{container::Container, describe::Description, local::Local};
use super::{INFO_JSON, info::InfoJson, picture::Picture};
use crate::image_format::ImageFormat;

/// Opens an archive and reports all mistakes in it.
pub fn inspect(archive: &[u8], limits: Limits) -> Inspection {
    let mut inspection =
        Inspection { info: None, info_json: None, files: BTreeMap::new(), findings: Vec::new() };
    match Container::read(archive, limits) {
        Ok(container) => inspection.look_into(&container, limits),
        Err(finding) => inspection.findings.push(finding),
    }
    inspection
}

/// Opens an archive and returns its content. Fails if a mistake makes the archive unusable.
///
/// # Errors
///
/// If it cannot be used: one of its findings is [`Severity::Fatal`].
pub fn open(archive: &[u8], limits: Limits) -> Result<Archive, ArchiveError> {
    inspect(archive, limits).into_archive()
}

/// Outcome of opening an archive.
#[derive(Clone)]
#[non_exhaustive]
pub struct Inspection {
    /// Content of `info.json`, if its images can be read. Other unreadable members are left out.
    pub info: Option<InfoJson>,
    /// Bytes of `info.json` as received, if there is exactly one and it can be unpacked. They show the values before lenient
    /// reading.
    pub info_json: Option<Bytes>,
    /// Files of the archive that can be read, by name, without `info.json`. If several files have one name, the last one.
    pub files: BTreeMap<String, Bytes>,
    /// All mistakes in the archive: first in the ZIP structure, then in each entry, then in `info.json`.
    pub findings: Vec<Finding>,
}

impl Inspection {
    /// Returns the archive, if no mistake makes it unusable.
    ///
    /// # Errors
    ///
    /// If it cannot be used: one of the findings is [`Severity::Fatal`].
    pub fn into_archive(self) -> Result<Archive, ArchiveError> {
        let Self { info, info_json: _, files, findings } = self;
        match info {
            Some(info) if findings.iter().all(|it| it.severity() < Severity::Fatal) => {
                Ok(Archive { info, files, findings })
            }
            _ => Err(ArchiveError { findings }),
        }
    }

    fn look_into(&mut self, container: &Container<'_>, limits: Limits) {
        let records = &container.records;
        let locals: Vec<_> = records.iter().map(|record| Local::read(container.body, record)).collect();
        span::check(container, &locals, &mut self.findings);

        let mut left = limits.bytes;
        let mut names = Vec::with_capacity(records.len());
        let mut info = None;
        for ((record, local), overlaps) in iter::zip(records, &locals).zip(span::overlapping(&locals)) {
            let (name, mut wrong) = name::read(record);
            let mut content = None;
            let held = wrong.len();
            if record.is_zip64() {
                wrong.push(FindingCode::ZipZip64);
            } else {
                if content::is_bomb(record) {
                    wrong.push(FindingCode::EntryCompressionBomb);
                }
                match left.checked_sub(record.size.into()) {
                    Some(fewer) => left = fewer,
                    None => wrong.push(FindingCode::ZipTooLarge),
                }
                if name == INFO_JSON && record.size > limits.info_bytes {
                    wrong.push(FindingCode::InfoJsonTooLarge);
                }
                if overlaps {
                    wrong.push(FindingCode::EntryOverlaps);
                }
                if wrong.len() == held {
                    content = content::read(record, local.as_ref(), &mut wrong);
                }
            }
            if record.method == content::DEFLATED
                && content.as_deref().is_some_and(|content| ImageFormat::detect(content).is_some())
            {
                wrong.push(FindingCode::EntryDeflatedImage);
            }
            self.add_of_entry(&name, wrong);
            match content {
                Some(content) if name == INFO_JSON => info = Some(content),
                // A file without a name cannot be listed, and a folder has no content.
                Some(content) if !name.is_empty() && !name.ends_with('/') => {
                    self.files.insert(name.clone(), Bytes::from(content.into_owned()));
                }
                _ => {}
            }
            names.push(name);
        }
        name::check(&names, &mut self.findings);
        let several = names.iter().filter(|name| *name == INFO_JSON).count() > 1;
        let Some(info) = info.filter(|_| !several) else { return };
        let info = Bytes::from(info.into_owned());
        self.info_json = Some(info.clone());

        let Some(description) = Description::read(&info, limits, &mut self.findings) else { return };
        let names: BTreeSet<_> = names.iter().map(String::as_str).filter(|name| *name != INFO_JSON).collect();
        let pictures = self.files.iter().map(|(name, content)| (name.as_str(), Picture::from_bytes(content)));
        let files = image::Files { names, pictures: pictures.collect() };
        image::check(&description, &files, &mut self.findings);
        self.info = description.into_info();
    }

    /// Adds a mistake in an entry. It is added once if several entries have the same name.
    fn add_of_entry(&mut self, name: &str, wrong: Vec<FindingCode>) {
        for code in wrong {
            let finding = Finding::new(code, Place::entry(name));
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
    }
}

/// Shows the sizes of the files, and only the images of `info.json`.
impl fmt::Debug for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspection")
            .field("images", &self.info.as_ref().map(|info| &info.images))
            .field("files", &Sizes(&self.files))
            .field("findings", &self.findings)
            .finish_non_exhaustive()
    }
}

/// Content of an archive that has no mistake which makes it unusable.
#[derive(Clone)]
#[non_exhaustive]
pub struct Archive {
    /// Content of `info.json`.
    pub info: InfoJson,
    /// Files of the archive by name, without `info.json`. If several files have one name, the last one.
    pub files: BTreeMap<String, Bytes>,
    /// All mistakes in the archive. None makes it unusable.
    pub findings: Vec<Finding>,
}

/// Shows the sizes of the files, and only the images of `info.json`.
impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive")
            .field("images", &self.info.images)
            .field("files", &Sizes(&self.files))
            .field("findings", &self.findings)
            .finish_non_exhaustive()
    }
}

struct Sizes<'a>(&'a BTreeMap<String, Bytes>);

impl fmt::Debug for Sizes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, file)| (name, redact::bytes(file.len())))).finish()
    }
}

/// Error: the archive cannot be used. `Display` shows the first reason; `findings` has all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the archive cannot be used: {}", self.reasons())]
#[non_exhaustive]
pub struct ArchiveError {
    /// All mistakes in the archive.
    pub findings: Vec<Finding>,
}

impl ArchiveError {
    /// Iterates over the mistakes that make the archive unusable.
    pub fn fatal(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|it| it.severity() == Severity::Fatal)
    }

    fn reasons(&self) -> String {
        let first = self.fatal().next().map(ToString::to_string).unwrap_or_default();
        match self.fatal().count().saturating_sub(1) {
            0 => first,
            more => format!("{first} (and {more} more)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::package::layout::{Entry, layout};

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9";

    fn archive(info: &serde_json::Value) -> Vec<u8> {
        let entries = vec![
            Entry::new(INFO_JSON, Bytes::from(info.to_string())),
            Entry::new("selfie.jpg", Bytes::from_static(JPEG)),
        ];
        let layout = layout(entries).unwrap();
        layout.segments.into_iter().flat_map(crate::package::layout::Segment::into_bytes).collect()
    }

    #[test]
    fn no_part_of_an_archive_is_one() {
        let whole = archive(&json!({"images": [{"image_type_id": 0, "file_name": "selfie.jpg"}]}));
        assert_eq!(inspect(&whole, Limits::default()).findings, []);
        for length in 0..whole.len() {
            let found = inspect(&whole[..length], Limits::default());
            assert!(found.clone().into_archive().is_err(), "{length} bytes: {found:?}");
        }
    }

    #[test]
    fn no_changed_byte_is_a_reason_to_panic() {
        let whole = archive(&json!({"images": [{"image_type_id": 0, "file_name": "selfie.jpg"}]}));
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff, whole[at] ^ 1, whole[at] ^ 8] {
                let mut changed = whole.clone();
                changed[at] = byte;
                drop(inspect(&changed, Limits::default()));
            }
        }
    }

    #[test]
    fn what_is_said_of_a_name_does_not_grow_with_it() {
        let names = (0..9).map(|number| format!("{}/{number}", "../é".repeat(10_000)));
        let entries = names.map(|name| Entry::new(name, Bytes::from_static(JPEG)));
        let layout = layout(entries.collect()).unwrap();
        let archive: Vec<u8> =
            layout.segments.into_iter().flat_map(crate::package::layout::Segment::into_bytes).collect();
        let found = inspect(&archive, Limits::default());
        assert_eq!(found.files.len(), 9);
        let shown: usize = found.findings.iter().map(|it| it.to_string().len()).sum();
        assert!(shown < 9 * 1000, "{shown} bytes in {} findings", found.findings.len());
    }

    #[test]
    fn nothing_personal_is_shown() {
        let info = json!({
            "images": [
                {"image_type_id": 3, "image": "/srv/Leo/secret", "file_name": ""},
                {"image_type_id": "Leo"},
            ],
            "id_info": {"first_name": {"Leo": 1}, "id_number": ["12345678901"], "entered": "12345678901"},
            "misc_information": {"smile_client_id": 12_345_678_901_u64, "userData": {"firstName": "Leo"}},
        });
        let mut readable = info.clone();
        readable["images"][1] = json!({"image_type_id": 0, "file_name": "selfie.jpg"});
        readable["id_info"] = json!({"first_name": "Leo", "id_number": "12345678901"});
        readable["misc_information"]["smile_client_id"] = json!("085");
        for info in [info, readable] {
            let found = inspect(&archive(&info), Limits::default());
            let texts: Vec<_> = found.findings.iter().map(ToString::to_string).collect();
            assert!(texts.len() > 1, "{texts:?}");
            let inspection = format!("{found:?}");
            let opened = match found.into_archive() {
                Ok(archive) => format!("{archive:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            let shown = format!("{texts:?} {inspection} {opened}");
            for secret in ["Leo", "secret", "12345678901"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}
