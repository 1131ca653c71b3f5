//! The files under `cases/`, packed into the crate by the build script.

/// The length and the path of every file, one a line, in the order of [`PACK`].
const INDEX: &str = include_str!(concat!(env!("OUT_DIR"), "/cases.index"));

/// The contents of all files, one after the other.
const PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cases.pack"));

/// The path under `cases/` and the contents of every file.
pub(crate) fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let mut rest = PACK;
    INDEX.lines().filter_map(move |line| {
        let (length, path) = line.split_once(' ')?;
        let (content, more) = rest.split_at_checked(length.parse().ok()?)?;
        rest = more;
        Some((path, content))
    })
}
