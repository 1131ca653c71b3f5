//! The files under `cases/`, carried in the crate: the build script lists them.

/// Path under `cases/` and contents of every file.
pub(crate) const CASES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/cases.rs"));
