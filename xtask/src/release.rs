//! Command `cargo xtask release`: rehearses a release in a separate work tree, then creates the commit and the tag.
//!
//! The work tree is below `target/`, so the repository does not change before all steps have passed. Cargo packages the
//! crates in order and builds each from its package. Nothing is pushed or published.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use regex_lite::Regex;
use semver::Version;

use crate::workspace::{Metadata, cargo, echo_and_run, files, output, run as run_command};

/// Maximum size of a package in the registry, in bytes.
const LARGEST: u64 = 10 << 20;
const UNRELEASED: &str = "## Unreleased\n";

/// Options of a release.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// True to create the commit and the tag in the repository.
    pub(crate) execute: bool,
    /// True to skip the tests and CI.
    pub(crate) without_ci: bool,
}

/// Releases `version`, or rehearses it.
pub(crate) fn run(root: &Path, version: &Version, options: Options) -> Result<()> {
    step("the tree is clean", || clean(root))?;
    let old = step("the version is new", || new_version(root, version))?;
    let tree = step("create a work tree", || WorkTree::add(root))?;
    step("versions and changelog", || prepare(&tree.folder, &old, version))?;
    if options.without_ci {
        println!("=== skipped: tests and CI");
    } else {
        step("tests and CI", || checks(&tree.folder))?;
    }
    step("packages", || packages(&tree.folder, version))?;
    if options.execute {
        step("commit and tag", || take_over(root, &tree, version))?;
    } else {
        println!(
            "\nEverything passed. `cargo xtask release {version} --execute` creates the commit and the tag."
        );
    }
    println!(
        "\nLeft to do, in this order:\n\n  git push origin HEAD v{version}\n  cargo publish --workspace"
    );
    Ok(())
}

fn step<T>(about: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("=== {about}");
    run().with_context(|| format!("no release: {about}"))
}

fn clean(root: &Path) -> Result<()> {
    let changed = output(&mut git(root, &["--no-optional-locks", "status", "--porcelain"]))?;
    ensure!(changed.is_empty(), "uncommitted changes; commit or remove them:\n{}", changed.trim_end());
    Ok(())
}

fn new_version(root: &Path, version: &Version) -> Result<Version> {
    ensure!(version.pre.is_empty() && version.build.is_empty(), "`{version}` is not a version such as 0.2.0");
    let manifest: toml::Table = read(root, "Cargo.toml")?.parse().context("reading Cargo.toml")?;
    let current = manifest["workspace"]["package"]["version"].as_str().unwrap_or_default();
    let current: Version = current.parse().context("reading workspace.package.version of Cargo.toml")?;
    ensure!(*version > current, "{version} is not newer than {current}, the version in Cargo.toml");
    let tag = format!("v{version}");
    ensure!(output(&mut git(root, &["tag", "--list", &tag]))?.is_empty(), "the tag {tag} exists already");
    println!("{current} -> {version}");
    Ok(current)
}

/// Writes the new version to all manifests and pages and to the changelog, and commits the changes.
fn prepare(folder: &Path, old: &Version, new: &Version) -> Result<()> {
    let write = |name: &str, text: String| {
        fs::write(folder.join(name), text).with_context(|| format!("writing {name}"))
    };
    write("Cargo.toml", manifest_with(&read(folder, "Cargo.toml")?, old, new))?;
    let today = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    write("CHANGELOG.md", changelog_with(&read(folder, "CHANGELOG.md")?, new, today.trim())?)?;
    for name in files(folder)?.iter().filter(|name| is_page(name)) {
        let text = read(folder, name)?;
        let raised = page_with(&text, old, new).with_context(|| format!("updating versions in {name}"))?;
        if raised != text {
            write(name, raised)?;
        }
    }
    // Fails if a crate requires an old version of another.
    for workspace in ["Cargo.toml", "tests/fuzz/Cargo.toml"] {
        run_command(&mut cargo(folder, ["update", "--workspace", "--quiet", "--manifest-path", workspace]))?;
    }
    run_command(&mut git(folder, &["commit", "--quiet", "--all", "--message", &format!("release: {new}")]))?;
    print!("{}", output(&mut git(folder, &["show", "--stat", "--format=%s", "HEAD"]))?);
    Ok(())
}

/// Returns true for pages that show users the version of the crates.
fn is_page(name: &str) -> bool {
    name.starts_with("docs/guides/") || name.ends_with("README.md") || name.ends_with("src/lib.rs")
}

/// Runs the same checks as the script `.ci/run`.
fn checks(folder: &Path) -> Result<()> {
    echo_and_run(&mut cargo(folder, ["test", "--workspace"]))?;
    echo_and_run(&mut cargo(folder, ["xtask", "ci", "--full"]))?;
    clean(folder)
}

/// Packages the crates in their order with Cargo, and builds each from its package.
fn packages(folder: &Path, version: &Version) -> Result<()> {
    let metadata = Metadata::load(folder)?;
    let public = metadata.members().filter(|package| package.publish.as_deref() != Some(&[]));
    let names: Vec<&str> = public.map(|package| package.name.as_str()).collect();
    let mut package = cargo(folder, ["package", "--all-features"]);
    package.args(names.iter().flat_map(|name| ["--package", name]));
    echo_and_run(&mut package)?;
    for name in names {
        let file = metadata.target_directory.join(format!("package/{name}-{version}.crate"));
        let size = fs::metadata(&file).with_context(|| format!("reading {}", file.display()))?.len();
        println!("{name:<20} {:>5} KiB", size.div_ceil(1024));
        ensure!(size <= LARGEST, "{name} is larger than the registry's limit of 10 MiB");
    }
    Ok(())
}

fn take_over(root: &Path, tree: &WorkTree, version: &Version) -> Result<()> {
    clean(root)?;
    let commit = output(&mut git(&tree.folder, &["rev-parse", "HEAD"]))?;
    run_command(&mut git(root, &["merge", "--quiet", "--ff-only", commit.trim()]))?;
    let (tag, message) = (format!("v{version}"), format!("release {version}"));
    run_command(&mut git(root, &["tag", "--annotate", &tag, "--message", &message, commit.trim()]))
}

/// Returns the workspace manifest with the new version, for the crates and for their dependencies on each other.
fn manifest_with(manifest: &str, old: &Version, new: &Version) -> String {
    let is_ours = |line: &str| line.starts_with("version = ") || line.contains("path = \"crates/");
    let (old, new) = (format!("version = \"{old}\""), format!("version = \"{new}\""));
    let lines = manifest.split_inclusive('\n');
    lines.map(|line| if is_ours(line) { line.replace(&old, &new) } else { line.to_owned() }).collect()
}

/// Returns the changelog with the unreleased changes under a heading for the version.
fn changelog_with(text: &str, version: &Version, date: &str) -> Result<String> {
    let (before, after) = text.split_once(UNRELEASED).context("CHANGELOG.md has no `## Unreleased`")?;
    let entry = after.split("\n## ").next().unwrap_or_default();
    let has_lines = entry.lines().any(|line| line.starts_with("- "));
    ensure!(has_lines, "`## Unreleased` of CHANGELOG.md is empty: write what is new in {version}");
    Ok(format!("{before}{UNRELEASED}\n## {version} - {date}\n{after}"))
}

/// Returns a page with the new version in the dependencies that it shows.
fn page_with(page: &str, old: &Version, new: &Version) -> Result<String> {
    let pattern = Regex::new(r#"(smileid[a-z-]* = (?:\{ version = )?)"([0-9.]+)""#)?;
    let [old, new] = [old, new].map(|it| format!("{}.{}", it.major, it.minor));
    for found in pattern.captures_iter(page) {
        ensure!(found[2] == old, "the page has `{}`, expected version {old}", &found[0]);
    }
    Ok(pattern.replace_all(page, format!("$1\"{new}\"")).into_owned())
}

fn read(folder: &Path, name: &str) -> Result<String> {
    fs::read_to_string(folder.join(name)).with_context(|| format!("reading {name}"))
}

fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(folder);
    git
}

/// Git work tree of the current commit, which is removed when dropped.
struct WorkTree {
    root: PathBuf,
    folder: PathBuf,
}

impl WorkTree {
    /// Creates a work tree in a folder with a new name, because cargo caches packages by path and version.
    fn add(root: &Path) -> Result<Self> {
        let target = Metadata::load(root)?.target_directory;
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let folder = target.join(format!("release-{time}"));
        run_command(&mut git(root, &["worktree", "prune"]))?;
        let mut add = git(root, &["worktree", "add", "--quiet", "--detach"]);
        run_command(add.arg(&folder))?;
        let tree = Self { root: root.to_owned(), folder };
        // The target folder is shared through a symbolic link. On systems without symbolic links, everything is built
        // again.
        #[cfg(unix)]
        std::os::unix::fs::symlink(&target, tree.folder.join("target"))
            .context("linking the target folder")?;
        Ok(tree)
    }
}

impl Drop for WorkTree {
    fn drop(&mut self) {
        let mut remove = git(&self.root, &["worktree", "remove", "--force"]);
        if let Err(error) = run_command(remove.arg(&self.folder)) {
            eprintln!("{error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_unreleased_is_released() {
        let text = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 - 2026-01-01\n\n- Old.\n";
        assert_eq!(
            changelog_with(text, &version("0.2.0"), "2026-12-01").unwrap(),
            "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n- New.\n\n## 0.1.0 - 2026-01-01\n\n- Old.\n"
        );
        let empty = "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\n- Old.\n";
        assert!(changelog_with(empty, &version("0.2.0"), "2026-12-01").is_err());
        assert!(changelog_with("# Changelog\n", &version("0.2.0"), "2026-12-01").is_err());
    }

    #[test]
    fn every_place_gets_the_version_and_no_other() {
        let manifest = "[workspace.package]\nversion = \"0.1.0\"\n[workspace.dependencies]\n\
                        a = { path = \"crates/a\", version = \"0.1.0\" }\nb = { version = \"0.1.0\" }\n";
        assert_eq!(
            manifest_with(manifest, &version("0.1.0"), &version("0.2.0")),
            "[workspace.package]\nversion = \"0.2.0\"\n[workspace.dependencies]\n\
             a = { path = \"crates/a\", version = \"0.2.0\" }\nb = { version = \"0.1.0\" }\n"
        );
    }

    #[test]
    fn pages_say_what_to_depend_on() {
        let [old, new, last] = ["0.1.3", "0.2.0", "0.1.4"].map(version);
        let page = "//! smileid = \"0.1\"\n//! tokio = \"0.1\"\nsmileid-mock-server = { version = \"0.1\" } # for tests\n";
        let raised = "//! smileid = \"0.2\"\n//! tokio = \"0.1\"\nsmileid-mock-server = { version = \"0.2\" } # for tests\n";
        assert_eq!(page_with(page, &old, &new).unwrap(), raised);
        assert_eq!(page_with(page, &old, &last).unwrap(), page);
        assert!(page_with(raised, &old, &new).is_err(), "one that was forgotten");
    }
}
