//! The archive of a job: `info.json` and the image files.
//!
//! [`layout`] builds it without copying the contents. With the feature `diagnostics`, [`inspect`] opens a received
//! archive and reports all of its mistakes.

pub mod info;
#[cfg(feature = "diagnostics")]
pub mod inspect;
pub mod layout;
pub(crate) mod picture;

/// Name of the entry that describes the others. It is always the first.
pub const INFO_JSON: &str = "info.json";
