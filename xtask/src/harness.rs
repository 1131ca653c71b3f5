//! Commands `cargo xtask peers` and `cargo xtask bench`, whose code is in the crate `tests/harness`.

use std::path::Path;

use anyhow::Result;

use crate::workspace::{cargo, run as run_command};

/// Runs a command of the crate `tests/harness`.
pub(crate) fn run(root: &Path, command: &str, arguments: &[String]) -> Result<()> {
    let mut harness = cargo(root, ["run", "--quiet", "--package", "smileid-harness", "--", command]);
    run_command(harness.args(arguments))
}
