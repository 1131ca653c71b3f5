//! Limits for reading an archive: entries, bytes, images and JSON values.

/// Limits for reading an archive.
///
/// Claimed sizes are checked against these limits before anything is unpacked. Each byte of the archive is unpacked
/// once, and each image is checked once, however often it is listed. So the work grows only with the length of the
/// archive and with [`Self::bytes`].
///
/// Memory, beside the archive itself: the files, at most [`Self::bytes`]; while `info.json` is read, about three times
/// its length, at most [`Self::info_bytes`]; and afterwards its length, in
/// [`Inspection::info_json`](super::Inspection::info_json).
///
/// There are at most about ten findings for each entry and each image, and one for each of [`Self::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Maximum number of entries.
    pub entries: usize,
    /// Maximum unpacked size of all entries in total, in bytes.
    pub bytes: u64,
    /// Maximum unpacked size of `info.json`, in bytes.
    pub info_bytes: u32,
    /// Maximum number of images that `info.json` lists.
    pub images: usize,
    /// Maximum number of values in `info.json`: texts, numbers, objects, arrays.
    pub values: usize,
}

impl Default for Limits {
    /// Returns the default limits: 64 entries, 64 images, 64 MiB and 10,000 values, about ten times the need of a job; and 32 MiB
    /// of `info.json`, for both sides of a card in base64 at the documented maximum of 10 MB.
    fn default() -> Self {
        Self { entries: 64, bytes: 64 << 20, info_bytes: 32 << 20, images: 64, values: 10_000 }
    }
}
