//! The files under `cases/`, carried in the crate.
//!
//! A list, and not a macro that walks the folder: it costs no dependency, a new file cannot be missed because nothing
//! was rebuilt, and the tests compare it with the folder.

mod cases;

pub(crate) use cases::CASES;

macro_rules! embed {
    ($($path:literal)*) => {
        /// Path under `cases/` and contents of every file.
        pub(crate) const CASES: &[(&str, &[u8])] =
            &[$(($path, include_bytes!(concat!("../../cases/", $path)))),*];
    };
}

pub(crate) use embed;
