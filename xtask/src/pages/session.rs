//! Runs the shell commands of a page as a reader would paste them: one after another, in one terminal.

use std::{env, ffi::OsString, fs, iter, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};
use regex_lite::Regex;

use super::block::Block;
use crate::workspace::programs;

/// A block to run, and the block with its expected output, if the page shows any.
pub(super) struct Step<'a> {
    pub(super) block: &'a Block<'a>,
    pub(super) output: Option<&'a Block<'a>>,
}

/// Builds the programs that the pages call, and returns `PATH` with them.
pub(super) fn path_with_programs(root: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(iter::once(programs(root)?).chain(env::split_paths(&path)))?)
}

/// Runs the steps of a page in an empty folder that has only `docs`, without any network but loopback.
pub(super) fn run(root: &Path, path: &OsString, page: &str, steps: &[Step<'_>]) -> Result<()> {
    const MARK: &str = "--- block at line";
    let folder = tempfile::tempdir().context("creating a folder for the commands")?;
    link(&root.join("docs"), &folder.path().join("docs"))?;
    let marked = |step: &Step<'_>| format!("echo '{MARK} {}'\n{}", step.block.line, step.block.text);
    let commands: String = steps.iter().map(marked).collect();
    let script = format!("set -euo pipefail\nstty cols 100\n{commands}echo '{MARK} 0'\n");
    let script_file = folder.path().join("commands.sh");
    fs::write(&script_file, script)?;

    // A name space of its own makes the ports of the pages free, and ends what the page leaves running.
    let isolated = "unshare --map-root-user --net --pid --fork --kill-child \
                    bash -c 'ip link set lo up && exec timeout --foreground 180 bash commands.sh'";
    // `script` gives the commands a terminal.
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--command", isolated]).arg(folder.path().join("typescript"));
    let variables = env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("SMILE"));
    terminal.env_clear().envs(variables).env("PATH", path).current_dir(folder.path());
    terminal.env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path().join("data")).env("NO_COLOR", "1");
    let result = terminal.stdin(std::process::Stdio::null()).output().context(
        "the pages need bash, curl, iproute2, jq, openssl, python3, zip, and `script` and `unshare` of util-linux",
    )?;
    let output = plain(&String::from_utf8_lossy(&result.stdout));
    let outputs: Vec<_> = output.split(MARK).skip(1).collect();
    if !result.status.success() || outputs.len() != steps.len() + 1 {
        let failed = steps.get(outputs.len().saturating_sub(1)).map_or(0, |step| step.block.line);
        bail!(
            "{page}:{failed}: a command failed; this was printed:\n{}",
            outputs.last().unwrap_or(&output.as_str())
        );
    }
    for (step, output) in steps.iter().zip(outputs) {
        for expected in step.output.iter().flat_map(|block| block.text.lines()) {
            let is_there = output.lines().any(|line| is_like(line, expected.trim()));
            ensure!(
                is_there,
                "{page}:{}: expected `{expected}`, but this was printed:\n{output}",
                step.block.line
            );
        }
    }
    Ok(())
}

/// True if the line contains the expected text, in which `…` stands for any text.
fn is_like(line: &str, expected: &str) -> bool {
    let mut rest = line;
    expected.split('…').all(|part| match rest.find(part) {
        Some(start) => {
            rest = &rest[start + part.len()..];
            true
        }
        None => false,
    })
}

/// Returns the text without the control sequences of a terminal.
fn plain(text: &str) -> String {
    let sequences = Regex::new("\x1b\\[[0-9;?]*[A-Za-z]").expect("a valid expression");
    sequences.replace_all(text, "").replace('\r', "")
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(from, to)?)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> Result<()> {
    bail!("the commands of the pages are for a Unix shell")
}

#[cfg(test)]
mod tests {
    use super::{is_like, plain};

    #[test]
    fn an_ellipsis_stands_for_any_text() {
        assert!(is_like("job job_1 is clear", "job … is clear"));
        assert!(is_like("{\"job_id\":\"7\"}", "\"job_id\":\"…\""));
        assert!(!is_like("clear is job", "job … is clear"));
        assert!(!is_like("job", "jobs"));
    }

    #[test]
    fn control_sequences_are_removed() {
        assert_eq!(plain("\x1b[1;32mApproved\x1b[0m\r\n\x1b[?25h"), "Approved\n");
    }
}
