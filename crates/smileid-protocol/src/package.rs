//! The archive of an image job: a ZIP file with `info.json` and the image files.
//!
//! [`layout`] builds it without copying the contents. With the feature `diagnostics`, [`inspect`] opens a received
//! archive and reports all of its mistakes.

pub mod info;
#[cfg(feature = "diagnostics")]
pub mod inspect;
pub mod layout;
pub(crate) mod picture;

/// Name of the archive entry that describes the images. It is always the first entry.
pub const INFO_JSON: &str = "info.json";
