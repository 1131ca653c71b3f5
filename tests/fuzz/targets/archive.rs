//! Fuzz target: any bytes as an archive are opened or refused within the limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smileid_protocol::package::inspect::{self, Limits};

fuzz_target!(|data: &[u8]| {
    let mut limits = Limits::default();
    limits.bytes = 1 << 20;
    let inspection = inspect::inspect(data, limits);
    drop(format!("{inspection:?} {:?}", inspection.findings));
    if let Ok(archive) = inspect::open(data, limits) {
        let held: usize = archive.files.values().map(|file| file.len()).sum();
        assert!(held as u64 <= limits.bytes && archive.files.len() <= limits.entries);
    }
});
