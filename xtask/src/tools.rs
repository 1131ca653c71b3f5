//! The checks of CI that other projects' tools make: cargo-deny, lychee and typos.
//!
//! The versions are pinned in `xtask/tools.txt`. They need no network once they are installed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::workspace::{Metadata, echo_and_run, files, output, run as run_command};

const PINS: &str = "xtask/tools.txt";

/// Checks licences, forbidden packages and registries, by `deny.toml`. Advisories would need a network.
pub(crate) fn deny(root: &Path) -> Result<()> {
    let mut deny = tool(root, "cargo-deny")?;
    deny.args(["--workspace", "check", "bans", "licenses", "sources"]);
    echo_and_run(&mut deny)
}

/// Checks the links of pages to files of the repository and to their headings.
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

/// Checks spelling, by `_typos.toml`.
pub(crate) fn typos(root: &Path) -> Result<()> {
    echo_and_run(&mut tool(root, "typos")?)
        .context("a word of the wire, or one misspelt on purpose, goes into _typos.toml")
}

/// A command of one tool, which is installed if necessary.
fn tool(root: &Path, name: &str) -> Result<Command> {
    let mut command = Command::new(installed(root)?.join(name));
    command.current_dir(root);
    Ok(command)
}

/// The folder with the programs, installed anew when the pins change.
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
        "installing the tools needs Python 3 with its module venv (Debian and Ubuntu: `apt install python3-venv`)",
    )?;
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
    run_command(pip.args(["--requirement", PINS]).current_dir(root))?;
    // Written last, so that an interrupted installation is repeated.
    fs::write(&stamp, wanted).context("writing down what is installed")?;
    Ok(programs)
}
