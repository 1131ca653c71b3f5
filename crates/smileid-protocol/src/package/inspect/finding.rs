//! Findings about an archive, with stable codes and positions.

use std::{borrow::Cow, fmt};

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// The archive works, but is not as it should be.
    Quirk,
    /// A job that is made from the archive fails or has a wrong result.
    Problem,
    /// The archive cannot be used.
    Fatal,
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal, $severity:ident, $meaning:literal;)+) => {
        /// Kind of a mistake in an archive. The codes that [`FindingCode::as_str`] returns are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum FindingCode {
            $($(#[$doc])+ $variant,)+
        }

        impl FindingCode {
            /// All kinds of mistakes in an archive.
            pub const LISTED: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the stable code of the mistake, such as `zip.truncated`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Returns the severity of the mistake.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)+
                }
            }

            /// Returns the meaning of the mistake, without values of an archive.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)+
                }
            }
        }
    };
}

codes! {
    // Findings about the zip archive as a whole.
    /// The bytes are not a zip archive.
    ZipNotAnArchive = "zip.not-an-archive", Fatal, "the file is not a ZIP archive";
    /// The file is only the beginning of a ZIP archive; its end is missing.
    ZipTruncated = "zip.truncated", Fatal, "the archive is truncated: the central directory at its end is missing";
    /// The central directory at the end of the ZIP file is invalid.
    ZipDamagedDirectory = "zip.damaged-directory", Fatal, "the central directory of the archive is invalid";
    /// The archive uses zip64, the format for more than 4 GiB or 65,535 entries. No official SDK writes it.
    ZipZip64 = "zip.zip64", Fatal, "the archive has the zip64 format (for more than 4 GiB), which is not supported";
    /// The archive has more entries than [`super::Limits::entries`]. Nothing else is checked.
    ZipTooManyEntries = "zip.too-many-entries", Fatal, "the archive has more entries than allowed";
    /// The files would have more bytes than [`super::Limits::bytes`], according to their headers.
    ZipTooLarge = "zip.too-large", Fatal, "the unpacked size of the archive exceeds the limit at this entry";
    /// Bytes that belong to no entry are before the first entry, between two entries, or after the end.
    ZipExtraBytes = "zip.extra-bytes", Quirk, "the archive has bytes that belong to no entry";
    /// The bytes that belong to no entry contain the header of an entry which the central directory does not list.
    ZipHiddenEntry = "zip.hidden-entry", Problem, "the archive has an entry that its central directory does not list; some programs read it";

    // Findings about the content of entries.
    /// The packed size of the entry is far too small for images or JSON (a ZIP bomb). The entry is not unpacked.
    EntryCompressionBomb = "entry.compression-bomb", Fatal, "the entry has a compression ratio that no image or JSON can have; it is not unpacked";
    /// The entry is encrypted.
    EntryEncrypted = "entry.encrypted", Fatal, "the entry is encrypted";
    /// The entry uses a compression method other than "stored" and "deflated".
    EntryUnsupportedCompression = "entry.unsupported-compression", Fatal, "the entry uses a compression method other than stored and deflated";
    /// The entry is not at the position that the central directory states, or cannot be unpacked.
    EntryDamaged = "entry.damaged", Fatal, "the entry is not at the position in the central directory, or cannot be unpacked";
    /// The content of the entry has more or fewer bytes than the central directory states.
    EntryWrongSize = "entry.wrong-size", Fatal, "the entry has more or fewer bytes than its header states";
    /// The entry begins inside another entry, so one of the two is not what it seems. The entry is not unpacked.
    EntryOverlaps = "entry.overlaps", Fatal, "the entry begins inside another entry; it is not unpacked";
    /// The content of the entry does not match its checksum (CRC-32) in the central directory.
    EntryWrongCrc = "entry.wrong-crc", Fatal, "the checksum of the entry is wrong";
    /// The local header of the entry contradicts the central directory. Programs read one or the other.
    EntryHeadersDiffer = "entry.headers-differ", Problem, "the local header of the entry contradicts the central directory";
    /// Sizes and checksum of the entry follow its content, as in archives of the Java SDK.
    EntryDataDescriptor = "entry.data-descriptor", Quirk, "sizes and checksum of the entry are written after its content";
    /// The entry compresses a JPEG or PNG image again, as all official SDKs except the JavaScript one do.
    EntryDeflatedImage = "entry.deflated-image", Quirk, "the entry compresses an image again, which saves no space";
    /// `info.json` does not list the entry.
    EntryNotListed = "entry.not-listed", Quirk, "info.json does not list this file";
    /// The entry is one that the Python SDK adds for each base64 image.
    EntryBase64ImgString = "entry.base64-img-string", Quirk, "the entry is one that the Python SDK adds for each base64 image; it has no effect";

    // Findings about the names of entries.
    /// The entry name leads out of the folder, because it has a part `..`.
    NameTraversal = "name.traversal", Fatal, "the entry name leads out of the folder";
    /// The entry name is an absolute path: it begins at the root or with a drive letter.
    NameAbsolute = "name.absolute", Fatal, "the entry name is an absolute path";
    /// The entry name has a backslash, which some systems use as a path separator.
    NameBackslash = "name.backslash", Fatal, "the entry name has a backslash, which is a path separator on some systems";
    /// The entry name has a control character, at which some programs end the name.
    NameControlCharacter = "name.control-character", Fatal, "the entry name has a control character";
    /// The entry is a folder. Archives for the API have no folders.
    NameFolder = "name.folder", Quirk, "the entry is a folder or is in one; archives for the API have no folders";
    /// Two entries have the same name, and a program reads only one of them. For `info.json`, see [`Self::InfoJsonDuplicate`].
    NameDuplicate = "name.duplicate", Problem, "several entries have this name; programs read only one of them";
    /// Two entry names differ only in the case of letters. Some systems treat them as the same name.
    NameDiffersInCase = "name.differs-in-case", Problem, "another entry name differs only in the case of letters; some systems treat both as one";
    /// The entry name is empty.
    NameEmpty = "name.empty", Problem, "the entry has no name, so info.json cannot name it";
    /// The entry name is UTF-8 but not marked as such, so other programs decode it with another character set. The Ruby SDK
    /// writes such names.
    NameUnflagged = "name.unflagged", Quirk, "the entry name is UTF-8, but not marked as UTF-8";
    /// The entry name is not UTF-8.
    NameNotUtf8 = "name.not-utf8", Problem, "the entry name is not UTF-8, so info.json cannot name it";

    // Findings about `info.json`.
    /// The archive has no `info.json`.
    InfoJsonMissing = "info.missing", Fatal, "the archive has no info.json";
    /// The archive has several `info.json`.
    InfoJsonDuplicate = "info.duplicate", Fatal, "the archive has several info.json; programs may read any of them";
    /// `info.json` is not the first entry.
    InfoJsonNotFirst = "info.not-first", Quirk, "info.json is not the first entry";
    /// `info.json` is larger than [`super::Limits::info_bytes`]. It is not unpacked.
    InfoJsonTooLarge = "info.too-large", Fatal, "info.json is larger than allowed; it is not unpacked";
    /// `info.json` is not JSON.
    InfoJsonNotJson = "info.not-json", Fatal, "info.json is not JSON";
    /// `info.json` has more values than [`super::Limits::values`]. It is not parsed.
    InfoJsonTooManyValues = "info.too-many-values", Fatal, "info.json has more values than allowed; it is not parsed";
    /// `info.json` lists more images than [`super::Limits::images`]. The images are not checked.
    InfoJsonTooManyImages = "info.too-many-images", Fatal, "info.json lists more images than allowed; the images are not checked";
    /// `images` in `info.json` is missing, or an item in it lacks a required member.
    InfoJsonMissingField = "info.missing-field", Fatal, "a required member of info.json is missing";
    /// `images` in `info.json`, or a member of an item in it, cannot be read or occurs several times.
    InfoJsonWrongField = "info.wrong-field", Fatal, "a member of info.json cannot be read";
    /// A member of `info.json` outside `images` is missing or cannot be read. The member is ignored: the job is created without
    /// it.
    InfoJsonIgnoredField = "info.ignored-field", Problem, "a member of info.json is missing or cannot be read; it is ignored";
    /// A member of `info.json` outside `images` occurs several times, and a program reads only one of them. This program reads
    /// the last one.
    InfoJsonDuplicateField = "info.duplicate-field", Problem, "a member of info.json occurs several times; programs read only one of them";
    /// `images` in `info.json` is empty.
    InfoJsonNoImages = "info.no-images", Problem, "info.json lists no images";
    /// `info.json` lists no selfie, but the type of the job requires one.
    InfoJsonNoSelfie = "info.no-selfie", Problem, "a job of this type requires a selfie, but info.json lists none";
    /// `info.json` lists no front of an ID card, but the type of the job requires one.
    InfoJsonNoIdCard = "info.no-id-card", Problem, "this job requires the front of an ID card, but info.json lists none";
    /// `info.json` lists more than the eight liveness images that the documentation allows.
    InfoJsonTooMuchLiveness = "info.too-much-liveness", Problem, "info.json lists more than eight liveness images";
    /// `info.json` has no signature. The JavaScript SDK leaves it out.
    InfoJsonNoSignature = "info.no-signature", Quirk, "info.json has no signature; the JavaScript SDK leaves it out";
    /// `info.json` has a placeholder that the JavaScript and Ruby SDKs write instead of the person's name.
    InfoJsonPlaceholderName = "info.placeholder-name", Quirk, "the name is a placeholder that the JavaScript and Ruby SDKs write for every person";

    // Findings about the images.
    /// The image is listed both as a file and as base64.
    ImageFileAndBase64 = "image.file-and-base64", Problem, "the image is given both as a file and as base64";
    /// The image is listed with neither a file nor base64.
    ImageNoContent = "image.no-content", Problem, "the image is given neither as a file nor as base64";
    /// The image type is in no table.
    ImageUnknownType = "image.unknown-type", Quirk, "no table lists this image type";
    /// The image type is for files but the image is base64, or the reverse.
    ImageTypeMismatch = "image.type-mismatch", Problem, "the image type is for files but the image is base64, or the reverse";
    /// The image file is not in the archive.
    ImageFileMissing = "image.file-missing", Fatal, "the image file is not in the archive";
    /// Two images in `info.json` name the same file. The Python and JavaScript SDKs write this for two files with the same base
    /// name.
    ImageFileListedTwice = "image.file-listed-twice", Problem, "another image has the same file; one of the two images is lost or wrong";
    /// The image is not valid base64.
    ImageNotBase64 = "image.not-base64", Problem, "the image is not valid base64";
    /// The base64 image has a `data:` prefix.
    ImageDataUrl = "image.data-url", Problem, "the image is a data: URL; send only the base64 text";
    /// The base64 image has line breaks or blanks.
    ImageWrappedBase64 = "image.wrapped-base64", Quirk, "the base64 of the image has line breaks or blanks";
    /// The image is a path on the sender's machine. The JavaScript and Ruby SDKs write the path into `image` for files of the
    /// types 4 and 5.
    ImageLocalPath = "image.local-path", Problem, "the image is a file path on the sender's machine; the JavaScript and Ruby SDKs write such paths";
    /// The image is neither JPEG nor PNG.
    ImageNotJpegOrPng = "image.not-jpeg-or-png", Problem, "the image is neither JPEG nor PNG";
    /// The headers of the document's image do not contain its width and height, or not near their beginning.
    ImageNoDimensions = "image.no-dimensions", Quirk, "the headers of the image do not contain its width and height";
    /// The image of a document has fewer pixels than the documentation advises.
    ImageFewPixels = "image.few-pixels", Quirk, "the image has fewer pixels than the documentation advises for documents";
    /// The image of a document has fewer bytes than the documentation advises.
    ImageFewBytes = "image.few-bytes", Quirk, "the image has fewer bytes than the documentation advises for documents";
    /// The image of a document has more bytes than the documentation advises.
    ImageManyBytes = "image.many-bytes", Quirk, "the image has more bytes than the documentation advises for documents";
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Part of an archive in which a mistake was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The mistake is in the archive as a whole.
    Archive,
    /// The mistake is in the entry with this name. A name over 255 bytes, which no file system accepts, is shortened and ends in
    /// `…`.
    Entry(String),
    /// The mistake is in a member of `info.json`, given as a JSON pointer (RFC 6901): `/images/0/file_name`. Empty for the whole
    /// file.
    Info(String),
}

impl Place {
    pub(super) fn entry(name: &str) -> Self {
        match beginning(name) {
            shown if shown.len() == name.len() => Self::Entry(name.to_owned()),
            shown => Self::Entry(format!("{shown}…")),
        }
    }

    /// Returns the index in `images` of the image with the mistake, counted from 0.
    pub fn image(&self) -> Option<usize> {
        let Self::Info(pointer) = self else { return None };
        pointer.strip_prefix("/images/")?.split('/').next()?.parse().ok()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive => f.write_str("the archive"),
            Self::Entry(name) => write!(f, "`{}`", name.escape_debug()),
            Self::Info(pointer) if pointer.is_empty() => f.write_str("info.json"),
            Self::Info(pointer) => write!(f, "info.json at {}", pointer.escape_debug()),
        }
    }
}

/// A mistake in an archive: its code, position and description.
///
/// Neither `Display` nor `Debug` shows contents of files, values of `info.json` or secrets. They show names of entries
/// and of members.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Kind of the mistake.
    pub code: FindingCode,
    /// Position of the mistake in the archive.
    pub place: Place,
    /// Description of the mistake, in words.
    pub detail: Cow<'static, str>,
}

impl Finding {
    pub(super) fn new(code: FindingCode, place: Place) -> Self {
        Self { code, place, detail: Cow::Borrowed(code.meaning()) }
    }

    pub(super) fn saying(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Returns the severity of the mistake.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.detail)
    }
}

/// Returns at most 255 bytes of a text, so that reports about an archive stay short.
pub(super) fn beginning(text: &str) -> &str {
    (0..=255).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}
