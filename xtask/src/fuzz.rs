//! Command `cargo xtask fuzz`: runs the fuzz targets in `tests/fuzz`.
//!
//! Uses libFuzzer with the coverage counters of the stable compiler. No sanitizer, because the workspace forbids `unsafe`.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::workspace::{Metadata, cargo, output, run as run_command};

/// Names of the fuzz targets, each with its initial corpus in the repository.
const TARGETS: [(&str, &str); 6] = [
    ("reply", "crates/smileid-conformance/cases/v1/job_status"),
    ("callback", "crates/smileid-conformance/cases/v1/id_verification"),
    ("archive", "crates/smileid-conformance/cases/package"),
    ("sdk_job", "crates/smileid-conformance/cases/loose"),
    ("multipart", "docs/reference"),
    ("v3", "crates/smileid-protocol/tests/recorded/v3-python"),
];

/// Compiler flags of `cargo fuzz`, without the unstable ones.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// Runs one or all fuzz targets, for `seconds` each.
pub(crate) fn run(root: &Path, only: Option<&str>, seconds: u32) -> Result<()> {
    if let Some(name) = only
        && !TARGETS.iter().any(|(target, _)| *target == name)
    {
        let known = TARGETS.map(|(target, _)| target).join(", ");
        bail!("no fuzz target `{name}`; the targets are: {known}");
    }
    let host = host()?;
    let target_dir = Metadata::load(root)?.target_directory.join("fuzz");
    let mut build = cargo(root, ["build", "--release", "--quiet", "--bins", "--target", &host]);
    build
        .arg("--manifest-path")
        .arg(root.join("tests/fuzz/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target_dir)
        .env("RUSTFLAGS", COVERAGE);
    run_command(&mut build)?;

    for (target, seeds) in TARGETS.iter().filter(|(target, _)| only.is_none_or(|name| name == *target)) {
        let corpus = root.join("tests/fuzz/corpus").join(target);
        std::fs::create_dir_all(&corpus).with_context(|| format!("creating {}", corpus.display()))?;
        let mut fuzz = Command::new(target_dir.join(&host).join("release").join(target));
        fuzz.current_dir(&target_dir)
            .args([&corpus, &root.join(seeds)])
            .args([
                "-print_final_stats=1",
                "-rss_limit_mb=2048",
                "-timeout=10",
                "-max_len=65536",
                "-verbosity=0",
            ])
            .arg(format!("-max_total_time={seconds}"));
        run_target(target, &mut fuzz)?;
    }
    Ok(())
}

/// Runs one fuzz target. Shows only libFuzzer's statistics, or the whole output after a finding.
fn run_target(target: &str, fuzz: &mut Command) -> Result<()> {
    let done = fuzz.output().with_context(|| format!("starting the target {target}"))?;
    let told = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        eprintln!("{told}");
        bail!("the fuzz target {target} failed; the input is in fuzz/ of the target folder");
    }
    let stats = told.lines().filter_map(|line| line.strip_prefix("stat::"));
    let stats = stats.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    println!("{target}: {}", stats.collect::<Vec<_>>().join(", "));
    Ok(())
}

/// Returns the host platform. With `--target`, cargo does not apply the flags to build scripts and macros.
fn host() -> Result<String> {
    let text = output(Command::new("rustc").args(["--version", "--verbose"]))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}
