//! Findings about an archive: stable codes and positions.

use std::{borrow::Cow, fmt};

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// The archive works, but is not as it should be.
    Quirk,
    /// A job made from the archive fails or is wrong.
    Problem,
    /// The archive cannot be used.
    Fatal,
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal, $severity:ident, $meaning:literal;)+) => {
        /// Kind of a finding. The texts of [`FindingCode::as_str`] are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum FindingCode {
            $($(#[$doc])+ $variant,)+
        }

        impl FindingCode {
            /// Every code.
            pub const LISTED: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the code as text: `zip.truncated`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Returns the severity.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)+
                }
            }

            /// Returns the meaning, without details of an archive.
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
    ZipNotAnArchive = "zip.not-an-archive", Fatal, "this is not a zip archive";
    /// The beginning of an archive without its end.
    ZipTruncated = "zip.truncated", Fatal, "the archive is cut off: its directory is not at the end";
    /// The directory at the end is invalid.
    ZipDamagedDirectory = "zip.damaged-directory", Fatal, "the directory of the archive is invalid";
    /// The format for more than 4 GiB or 65,535 entries. No SDK writes it.
    ZipZip64 = "zip.zip64", Fatal, "the archive is in the zip64 format, for more than 4 GiB, which is not supported";
    /// More entries than [`super::Limits::entries`]. Nothing else is checked.
    ZipTooManyEntries = "zip.too-many-entries", Fatal, "the archive holds more entries than allowed";
    /// More bytes than [`super::Limits::bytes`], by what the headers claim.
    ZipTooLarge = "zip.too-large", Fatal, "with this entry the archive is larger than allowed";
    /// Bytes that belong to no entry are before the first, between two, or after the end.
    ZipExtraBytes = "zip.extra-bytes", Quirk, "there are bytes that belong to no entry";
    /// Among such bytes is the header of an entry that the directory does not list.
    ZipHiddenEntry = "zip.hidden-entry", Problem, "there is an entry that the directory does not list; readers that start at the front find it";

    // Findings about the content of entries.
    /// A packed size far below what is possible for images or JSON. It is not unpacked.
    EntryCompressionBomb = "entry.compression-bomb", Fatal, "no image or JSON can have this compression ratio; it is not unpacked";
    /// Encrypted.
    EntryEncrypted = "entry.encrypted", Fatal, "the entry is encrypted";
    /// Neither stored nor deflated.
    EntryUnsupportedCompression = "entry.unsupported-compression", Fatal, "the entry is neither stored nor deflated";
    /// It is not at the position of the directory, or cannot be unpacked.
    EntryDamaged = "entry.damaged", Fatal, "the entry is not where the directory says, or cannot be unpacked";
    /// More or fewer bytes than the directory claims.
    EntryWrongSize = "entry.wrong-size", Fatal, "the entry holds more or fewer bytes than its header says";
    /// It begins inside another entry, so one of the two is not what it seems. It is not unpacked.
    EntryOverlaps = "entry.overlaps", Fatal, "the entry begins within another; it is not unpacked";
    /// Another checksum than the directory's.
    EntryWrongCrc = "entry.wrong-crc", Fatal, "the checksum of the entry is wrong";
    /// Its local header contradicts the directory. Readers use one or the other.
    EntryHeadersDiffer = "entry.headers-differ", Problem, "the entry's own header contradicts the directory";
    /// Sizes and checksum follow the content, as in archives of the Java SDK.
    EntryDataDescriptor = "entry.data-descriptor", Quirk, "sizes and checksum follow the content";
    /// A JPEG or PNG image is compressed again, as in all official SDKs except the JavaScript one.
    EntryDeflatedImage = "entry.deflated-image", Quirk, "an image is compressed again, which saves nothing";
    /// `info.json` does not list it.
    EntryNotListed = "entry.not-listed", Quirk, "info.json does not list this file";
    /// An entry that the Python SDK leaves behind for each image in base64.
    EntryBase64ImgString = "entry.base64-img-string", Quirk, "the Python SDK adds this for each image in base64; it has no effect";

    // Findings about the names of entries.
    /// The name leads out of the folder: it has a part `..`.
    NameTraversal = "name.traversal", Fatal, "the name leads out of the folder";
    /// The name begins at the root or with a drive.
    NameAbsolute = "name.absolute", Fatal, "the name begins at the root or with a drive";
    /// A backslash, which some systems use as a path separator.
    NameBackslash = "name.backslash", Fatal, "the name has a backslash, which is a path separator on some systems";
    /// A control character, at which some readers end the name.
    NameControlCharacter = "name.control-character", Fatal, "the name has a control character";
    /// A folder. The API's archives have none.
    NameFolder = "name.folder", Quirk, "the entry is in a folder, or is one; archives for the API are flat";
    /// Two entries of one name, of which a reader uses one. For `info.json`, see [`Self::InfoJsonDuplicate`].
    NameDuplicate = "name.duplicate", Problem, "several entries have this name; readers use only one of them";
    /// Another name differs from it only in the case of letters. Some systems treat the two as one.
    NameDiffersInCase = "name.differs-in-case", Problem, "another name differs only in case; some systems treat the two as one";
    /// The name is empty.
    NameEmpty = "name.empty", Problem, "the entry has no name, so info.json cannot name it";
    /// UTF-8 without its flag, which other readers decode in another character set. The Ruby SDK writes this.
    NameUnflagged = "name.unflagged", Quirk, "the name is UTF-8, but its UTF-8 flag is not set";
    /// The name is not UTF-8.
    NameNotUtf8 = "name.not-utf8", Problem, "the name is not UTF-8, so info.json cannot name it";

    // Findings about `info.json`.
    /// There is no `info.json`.
    InfoJsonMissing = "info.missing", Fatal, "there is no info.json";
    /// There are several `info.json`.
    InfoJsonDuplicate = "info.duplicate", Fatal, "there are several info.json; readers may use any of them";
    /// It is not the first entry.
    InfoJsonNotFirst = "info.not-first", Quirk, "info.json is not the first entry";
    /// More bytes than [`super::Limits::info_bytes`]. It is not unpacked.
    InfoJsonTooLarge = "info.too-large", Fatal, "info.json is larger than allowed; it is not unpacked";
    /// It is not JSON.
    InfoJsonNotJson = "info.not-json", Fatal, "info.json is not JSON";
    /// More values than [`super::Limits::values`]. It is not parsed.
    InfoJsonTooManyValues = "info.too-many-values", Fatal, "info.json holds more values than allowed; it is not parsed";
    /// More images than [`super::Limits::images`]. They are not checked.
    InfoJsonTooManyImages = "info.too-many-images", Fatal, "info.json lists more images than allowed; they are not checked";
    /// `images`, or a required member of its rows, is missing.
    InfoJsonMissingField = "info.missing-field", Fatal, "a member is missing";
    /// `images` or a member of its rows cannot be read, or occurs several times.
    InfoJsonWrongField = "info.wrong-field", Fatal, "a member cannot be read";
    /// A member outside of `images` is missing or cannot be read. It is skipped, as a job is created without it.
    InfoJsonIgnoredField = "info.ignored-field", Problem, "a member is missing or cannot be read; it is ignored";
    /// A member outside of `images` occurs several times, of which a reader uses one: here, the last.
    InfoJsonDuplicateField = "info.duplicate-field", Problem, "a member occurs several times; readers use only one of them";
    /// `images` is empty.
    InfoJsonNoImages = "info.no-images", Problem, "info.json lists no images";
    /// The job's type needs a selfie and none is listed.
    InfoJsonNoSelfie = "info.no-selfie", Problem, "a job of this type needs a selfie, and none is listed";
    /// The job's type needs the front of an ID card and none is listed.
    InfoJsonNoIdCard = "info.no-id-card", Problem, "this job needs the front of an ID card, and none is listed";
    /// More liveness images than the eight that the documentation allows.
    InfoJsonTooMuchLiveness = "info.too-much-liveness", Problem, "more than eight liveness images";
    /// The JavaScript SDK leaves the signature out.
    InfoJsonNoSignature = "info.no-signature", Quirk, "the signature is missing, as the JavaScript SDK leaves it out";
    /// A placeholder that the JavaScript and Ruby SDKs write for every person.
    InfoJsonPlaceholderName = "info.placeholder-name", Quirk, "a placeholder that the JavaScript and Ruby SDKs write for every person";

    // Findings about the images.
    /// Both a file and base64.
    ImageFileAndBase64 = "image.file-and-base64", Problem, "the image is both a file and base64";
    /// Neither a file nor base64.
    ImageNoContent = "image.no-content", Problem, "the image is neither a file nor base64";
    /// No table has its type.
    ImageUnknownType = "image.unknown-type", Quirk, "no table lists this image type";
    /// The type is that of a file and the image is base64, or the reverse.
    ImageTypeMismatch = "image.type-mismatch", Problem, "the image type is for files and the image is base64, or the reverse";
    /// The file is not in the archive.
    ImageFileMissing = "image.file-missing", Fatal, "the file is not in the archive";
    /// Another row names the same file. The Python and JavaScript SDKs write this for two files of one base name.
    ImageFileListedTwice = "image.file-listed-twice", Problem, "another image has the same file; one of the two images is lost or wrong";
    /// Not base64.
    ImageNotBase64 = "image.not-base64", Problem, "this is not base64";
    /// A `data:` prefix.
    ImageDataUrl = "image.data-url", Problem, "this is a data: URL; send the base64 alone";
    /// Line breaks or blanks in base64.
    ImageWrappedBase64 = "image.wrapped-base64", Quirk, "there are line breaks or blanks in the base64";
    /// A path on the sender's machine. The JavaScript and Ruby SDKs write it into `image` for files of the types 4 and
    /// 5.
    ImageLocalPath = "image.local-path", Problem, "this is a path on the sender's machine, not an image; the JavaScript and Ruby SDKs write such paths";
    /// Neither JPEG nor PNG.
    ImageNotJpegOrPng = "image.not-jpeg-or-png", Problem, "the image is neither JPEG nor PNG";
    /// The headers of a document's photo do not contain its dimensions, or not near their beginning.
    ImageNoDimensions = "image.no-dimensions", Quirk, "the headers of the image do not contain its dimensions";
    /// The photo of a document has fewer pixels than the documentation advises.
    ImageFewPixels = "image.few-pixels", Quirk, "fewer pixels than the documentation advises for documents";
    /// The photo of a document has fewer bytes than the documentation advises.
    ImageFewBytes = "image.few-bytes", Quirk, "fewer bytes than the documentation advises for documents";
    /// The photo of a document has more bytes than the documentation advises.
    ImageManyBytes = "image.many-bytes", Quirk, "more bytes than the documentation advises for documents";
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Position of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The archive as a whole.
    Archive,
    /// The entry of this name. If it is longer than 255 bytes, which no file system accepts, the beginning and `…`.
    Entry(String),
    /// A member of `info.json`, as a JSON pointer (RFC 6901): `/images/0/file_name`. Empty for the whole file.
    Info(String),
}

impl Place {
    pub(super) fn entry(name: &str) -> Self {
        match beginning(name) {
            shown if shown.len() == name.len() => Self::Entry(name.to_owned()),
            shown => Self::Entry(format!("{shown}…")),
        }
    }

    /// Returns the row of `images` that it is in, counted from 0.
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

/// A mistake in an archive.
///
/// Neither `Display` nor `Debug` shows contents of files, values of `info.json` or secrets. They show names of entries
/// and of members.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Kind of the finding.
    pub code: FindingCode,
    /// Position.
    pub place: Place,
    /// Description, in words.
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

    /// Returns the severity.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.detail)
    }
}

/// Returns at most 255 bytes of a text, so that the report of an archive does not grow with its content.
pub(super) fn beginning(text: &str) -> &str {
    (0..=255).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}
