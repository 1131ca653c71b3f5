//! Limits of what is read of an archive.

/// Limits of an archive that is opened.
///
/// What is claimed is held against this before anything is unpacked, each byte of the archive is unpacked once, and each
/// image is judged once, however often it is listed. So the work grows with the length of the archive and with
/// [`Self::bytes`], and with nothing else; and beside the archive itself, the memory is that of the files, at most
/// [`Self::bytes`], and some three times the length of `info.json`, at most [`Self::info_bytes`], while it is read.
/// Once more its length stays, in [`Inspection::info_json`](super::Inspection::info_json).
/// Findings are at most some ten for each entry and each image, and one for each of [`Self::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Entries.
    pub entries: usize,
    /// Bytes of all entries together, uncompressed.
    pub bytes: u64,
    /// Bytes of `info.json`, uncompressed.
    pub info_bytes: u32,
    /// Images that `info.json` lists.
    pub images: usize,
    /// Values in `info.json`: texts, numbers, objects, lists.
    pub values: usize,
}

impl Default for Limits {
    /// 64 entries, 64 images, 64 MiB and 10,000 values: some ten times what eight liveness frames and both sides of a
    /// card need. 32 MiB of `info.json`: both sides of a card in base64 at the 10 MB that the documentation allows.
    fn default() -> Self {
        Self { entries: 64, bytes: 64 << 20, info_bytes: 32 << 20, images: 64, values: 10_000 }
    }
}
