//! The archive of a job: `info.json` and the image files.
//!
//! [`layout`] builds it around contents that are never copied; with the feature `diagnostics`, [`inspect`] opens one that
//! arrived and says everything that is wrong with it.

pub mod info;
#[cfg(feature = "diagnostics")]
pub mod inspect;
pub mod layout;
#[cfg(feature = "diagnostics")]
pub(crate) mod picture;

/// The name of the entry that describes the others. Always the first.
pub const INFO_JSON: &str = "info.json";
