//! `cargo xtask release`: everything that a release takes, rehearsed in a copy.
//!
//! The copy is a clone under `target/`, so that neither the tree nor its history changes until all of it has gone well.
//! Nothing is ever pushed or published from here: what is left to do is printed.

mod changelog;
mod interrupt;
mod order;
mod package;
mod version;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use self::{
    interrupt::{Interrupt, apart},
    version::Version,
};
use crate::workspace::{Metadata, cargo, files, line, output, run as run_command};

/// How far a release goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Take the commit and the tag over into the repository.
    pub(crate) execute: bool,
    /// Leave out the tests and CI, which have just passed.
    pub(crate) without_ci: bool,
}

/// Releases `version`, or rehearses it.
pub(crate) fn run(root: &Path, version: &str, options: Options) -> Result<()> {
    let version: Version = version.parse()?;
    let interrupt = Interrupt::catch()?;
    step("the tree is clean", || clean(root))?;
    let old = step("the version is new", || new_version(root, &version))?;
    let copy = Copy::of(root)?;
    step("versions and changelog", || prepare(&copy, &old, &version, &interrupt))?;
    if options.without_ci {
        println!("=== left out: tests and CI");
    } else {
        step("tests and CI", || checks(&copy, &interrupt))?;
    }
    let order = step("packages", || package::all(&copy, &interrupt))?;
    interrupt.check()?;
    if options.execute {
        step("commit and tag", || take_over(root, &copy, &version))?;
    } else {
        step("the tree is as it was", || clean(root))?;
        println!(
            "\nAll of it would go well. `cargo xtask release {version} --execute` makes the commit and the tag."
        );
    }
    println!("\nWhat is left to a maintainer, in this order:\n");
    println!("  git push origin HEAD v{version}");
    for package in order {
        println!("  cargo publish -p {package}");
    }
    Ok(())
}

fn step<T>(about: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("=== {about}");
    run().with_context(|| format!("no release: {about}"))
}

fn clean(root: &Path) -> Result<()> {
    let changed = output(&mut git(root, &["--no-optional-locks", "status", "--porcelain"]))?;
    ensure!(changed.is_empty(), "these are not committed; commit or remove them:\n{}", changed.trim_end());
    Ok(())
}

fn new_version(root: &Path, version: &Version) -> Result<Version> {
    let current: Version = version::current(&manifest(root)?)?.parse()?;
    ensure!(*version > current, "{version} does not come after {current}, which Cargo.toml has");
    let tag = format!("v{version}");
    ensure!(output(&mut git(root, &["tag", "--list", &tag]))?.is_empty(), "there is a tag {tag} already");
    println!("{current} -> {version}");
    Ok(current)
}

/// Writes the version wherever it stands, and the changelog's heading, and commits them.
fn prepare(copy: &Copy, old: &Version, version: &Version, interrupt: &Interrupt) -> Result<()> {
    let folder = &copy.folder;
    let text = manifest(folder)?;
    fs::write(folder.join("Cargo.toml"), version::replaced(&text, version)?)?;
    let file = folder.join("CHANGELOG.md");
    let text = fs::read_to_string(&file).context("reading CHANGELOG.md")?;
    let today = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    fs::write(file, changelog::released(&text, version, today.trim())?)?;
    for name in files(folder)?.iter().filter(|name| is_page(name)) {
        let file = folder.join(name);
        let text = fs::read_to_string(&file).with_context(|| format!("reading {name}"))?;
        let raised =
            version::shown(&text, old, version).with_context(|| format!("raising versions in {name}"))?;
        if raised != text {
            fs::write(file, raised)?;
        }
    }
    for workspace in ["Cargo.toml", "tests/fuzz/Cargo.toml"] {
        interrupt.run(&mut copy.cargo(&[
            "update",
            "--workspace",
            "--quiet",
            "--manifest-path",
            workspace,
        ]))?;
    }
    interrupt.run(&mut copy.cargo(&["xtask", "codegen"]))?;
    let message = format!("release: {version}");
    run_command(&mut git(folder, &["commit", "--quiet", "--all", "--message", &message]))?;
    print!("{}", output(&mut git(folder, &["show", "--stat", "--format=%s", "HEAD"]))?);
    Ok(())
}

/// Whether a file is read by those who would use the crates.
fn is_page(name: &str) -> bool {
    name.starts_with("docs/guides/") || name.ends_with("README.md") || name.ends_with("src/lib.rs")
}

/// What decides whether a change lands decides this too.
fn checks(copy: &Copy, interrupt: &Interrupt) -> Result<()> {
    for arguments in [&["test", "--workspace"][..], &["xtask", "ci"]] {
        let mut cargo = copy.cargo(arguments);
        println!("$ {}", line(&cargo));
        interrupt.run(&mut cargo)?;
    }
    clean(&copy.folder)
}

/// The commit and the tag, or neither: what is told to stop now stops when both are there.
fn take_over(root: &Path, copy: &Copy, version: &Version) -> Result<()> {
    clean(root)?;
    let folder = copy.folder.to_str().context("the folder's name is not UTF-8")?;
    let take = |arguments: &[&str]| run_command(apart(&mut git(root, arguments)));
    take(&["fetch", "--quiet", folder, "HEAD"])?;
    let (tag, message) = (format!("v{version}"), format!("release {version}"));
    take(&["tag", "--annotate", &tag, "--message", &message, "FETCH_HEAD"])?;
    take(&["merge", "--quiet", "--ff-only", "FETCH_HEAD"]).or_else(|error| {
        take(&["tag", "--delete", &tag])?;
        Err(error)
    })
}

fn manifest(root: &Path) -> Result<String> {
    fs::read_to_string(root.join("Cargo.toml")).context("reading Cargo.toml")
}

fn git(root: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(root);
    git
}

/// A clone to rehearse in, which goes when it is dropped. What is built in it is built beside everything else.
struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn of(root: &Path) -> Result<Self> {
        let target = Metadata::load(root)?.target_directory;
        let copy = Self { folder: target.join("rehearsal"), target };
        copy.remove().context("removing what an earlier rehearsal left")?;
        let Some(path) = copy.folder.to_str() else { bail!("the name of the target folder is not UTF-8") };
        run_command(&mut git(root, &["clone", "--quiet", "--no-hardlinks", ".", path]))?;
        // Whoever may commit there may commit here.
        for setting in ["user.name", "user.email"] {
            if let Ok(value) = output(&mut git(root, &["config", setting])) {
                run_command(&mut git(&copy.folder, &["config", setting, value.trim()]))?;
            }
        }
        Ok(copy)
    }

    fn remove(&self) -> io::Result<()> {
        if self.folder.exists() { fs::remove_dir_all(&self.folder) } else { Ok(()) }
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = cargo(&self.folder, arguments);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            eprintln!("{} could not be removed: {error}", self.folder.display());
        }
    }
}
