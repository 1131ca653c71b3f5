//! Case files that the build script embeds into the crate.

/// Length and path of every file, one per line, in the order of [`PACK`].
const INDEX: &str = include_str!(concat!(env!("OUT_DIR"), "/cases.index"));

/// Contents of all files, concatenated.
const PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cases.pack"));

/// Path under `cases/` and content of every file.
pub(crate) fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let mut rest = PACK;
    INDEX.lines().filter_map(move |line| {
        let (length, path) = line.split_once(' ')?;
        let (content, more) = rest.split_at_checked(length.parse().ok()?)?;
        rest = more;
        Some((path, content))
    })
}
