//! Runs CI checks by external tools: cargo-deny, lychee and typos.
//!
//! `xtask/tools.txt` contains their versions. Once installed, they need no network.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::workspace::{Metadata, echo_and_run, files, output, run as run_command};

const PINS: &str = "xtask/tools.txt";

/// Checks licences, forbidden packages and registries by the rules in `deny.toml`. Does not check security advisories,
/// which would need a network.
pub(crate) fn deny(root: &Path) -> Result<()> {
    let mut deny = tool(root, "cargo-deny")?;
    deny.args(["--workspace", "check", "bans", "licenses", "sources"]);
    echo_and_run(&mut deny)
}

/// Checks the links in Markdown pages to files of the repository and to their headings.
pub(crate) fn links(root: &Path) -> Result<()> {
    let mut lychee = tool(root, "lychee")?;
    lychee.args(["--offline", "--include-fragments", "--no-progress", "--root-dir"]).arg(root);
    let mut pages = files(root)?;
    pages.retain(|file| Path::new(file).extension().is_some_and(|it| it == "md"));
    println!("$ lychee, {} pages", pages.len());
    let status = lychee.args(pages).status().context("starting lychee")?;
    ensure!(status.success(), "lychee found broken links, or could not read a page ({status})");
    Ok(())
}

/// Checks the spelling of all files, with the exceptions in `_typos.toml`.
pub(crate) fn typos(root: &Path) -> Result<()> {
    echo_and_run(&mut tool(root, "typos")?)
        .context("correct the spelling, or add a word of the API to _typos.toml")
}

/// Returns the command of a tool. Installs the tool if necessary.
pub(crate) fn tool(root: &Path, name: &str) -> Result<Command> {
    let mut command = Command::new(installed(root)?.join(name));
    command.current_dir(root);
    Ok(command)
}

/// Returns the folder of the installed tools. Installs them again if the versions have changed.
fn installed(root: &Path) -> Result<PathBuf> {
    let folder = Metadata::load(root)?.target_directory.join("tools");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let stamp = folder.join("installed.txt");
    let wanted = fs::read_to_string(root.join(PINS)).with_context(|| format!("reading {PINS}"))?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    output(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder)).context(
        "installing the tools requires Python 3 with its module venv (Debian and Ubuntu: `apt install python3-venv`)",
    )?;
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
    run_command(pip.args(["--requirement", PINS]).current_dir(root))?;
    // The stamp file is written last, so that an interrupted installation is repeated.
    fs::write(&stamp, wanted).context("recording the installed versions")?;
    Ok(programs)
}
