//! `cargo xtask release`: everything that a release takes, rehearsed in a copy.
//!
//! The copy is a clone under `target/`, so that neither the tree nor its history changes until all of it has gone well.
//! Nothing is ever pushed or published from here: what is left to do is printed.

mod changelog;
mod order;
mod version;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use self::version::Version;
use crate::workspace::{Metadata, cargo, line, output, run as run_command};

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
    step("the tree is clean", || clean(root))?;
    step("the version is new", || new_version(root, &version))?;
    let copy = Copy::of(root)?;
    step("versions and changelog", || prepare(&copy.folder, &version))?;
    if options.without_ci {
        println!("=== left out: tests and CI");
    } else {
        step("tests and CI", || checks(&copy))?;
    }
    let order = step("packages", || packages(&copy))?;
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
    let changed = output(&mut git(root, &["status", "--porcelain"]))?;
    ensure!(changed.is_empty(), "these are not committed; commit or remove them:\n{}", changed.trim_end());
    Ok(())
}

fn new_version(root: &Path, version: &Version) -> Result<()> {
    let current: Version = version::current(&manifest(root)?)?.parse()?;
    ensure!(*version > current, "{version} does not come after {current}, which Cargo.toml has");
    let tag = format!("v{version}");
    ensure!(output(&mut git(root, &["tag", "--list", &tag]))?.is_empty(), "there is a tag {tag} already");
    println!("{current} -> {version}");
    Ok(())
}

/// Writes the version and the changelog's heading, and commits them.
fn prepare(copy: &Path, version: &Version) -> Result<()> {
    let text = manifest(copy)?;
    fs::write(copy.join("Cargo.toml"), version::replaced(&text, version)?)?;
    let file = copy.join("CHANGELOG.md");
    let text = fs::read_to_string(&file).context("reading CHANGELOG.md")?;
    let today = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    fs::write(file, changelog::released(&text, version, today.trim())?)?;
    run_command(&mut cargo(copy, ["update", "--workspace", "--quiet"]))?;
    run_command(&mut cargo(copy, ["xtask", "codegen"]))?;
    run_command(&mut git(
        copy,
        &["commit", "--quiet", "--all", "--message", &format!("release: {version}")],
    ))?;
    print!("{}", output(&mut git(copy, &["show", "--stat", "--format=%s", "HEAD"]))?);
    Ok(())
}

/// What decides whether a change lands decides this too.
fn checks(copy: &Copy) -> Result<()> {
    for arguments in [&["test", "--workspace"][..], &["xtask", "ci"]] {
        let mut cargo = copy.cargo(arguments);
        println!("$ {}", line(&cargo));
        run_command(&mut cargo)?;
    }
    clean(&copy.folder)
}

/// Packages every public crate, and builds each from its package alone.
fn packages(copy: &Copy) -> Result<Vec<String>> {
    let metadata = Metadata::load(&copy.folder)?;
    let order = order::of(metadata.members().filter(|package| package.publish.as_deref() != Some(&[])))?;
    let mut cargo = copy.cargo(&["package"]);
    cargo.args(order.iter().flat_map(|name| ["-p", name]));
    println!("$ {}", line(&cargo));
    run_command(&mut cargo)?;
    Ok(order)
}

fn take_over(root: &Path, copy: &Copy, version: &Version) -> Result<()> {
    clean(root)?;
    let folder = copy.folder.to_str().context("the folder's name is not UTF-8")?;
    run_command(&mut git(root, &["fetch", "--quiet", folder, "HEAD"]))?;
    run_command(&mut git(root, &["merge", "--quiet", "--ff-only", "FETCH_HEAD"]))?;
    let (tag, message) = (format!("v{version}"), format!("release {version}"));
    run_command(&mut git(root, &["tag", "--annotate", &tag, "--message", &message]))
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
        let folder = target.join("rehearsal");
        if folder.exists() {
            fs::remove_dir_all(&folder).context("removing what an earlier rehearsal left")?;
        }
        let Some(path) = folder.to_str() else { bail!("the name of the target folder is not UTF-8") };
        run_command(&mut git(root, &["clone", "--quiet", "--no-hardlinks", ".", path]))?;
        // Whoever may commit there may commit here.
        for setting in ["user.name", "user.email"] {
            if let Ok(value) = output(&mut git(root, &["config", setting])) {
                run_command(&mut git(&folder, &["config", setting, value.trim()]))?;
            }
        }
        Ok(Self { folder, target })
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = cargo(&self.folder, arguments);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} could not be removed: {error}", self.folder.display());
        }
    }
}
