//! What goes to the registry: one archive for each public crate.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};

use super::{Copy, interrupt::Interrupt, order};
use crate::workspace::{Metadata, Package, line, output};

/// What each must hold.
const NEEDED: [&str; 5] = ["Cargo.toml", "Cargo.lock", "README.md", "LICENSE-APACHE", "LICENSE-MIT"];
/// What the registry takes.
const LARGEST: u64 = 10 << 20;

/// Packages every public crate, and builds each from its package alone. The packages in their order.
pub(crate) fn all(copy: &Copy, interrupt: &Interrupt) -> Result<Vec<String>> {
    let metadata = Metadata::load(&copy.folder)?;
    let is_public = |package: &&Package| package.publish.as_deref() != Some(&[]);
    let order = order::of(metadata.members().filter(is_public))?;
    for name in &order {
        let files = output(&mut copy.cargo(&["package", "--list", "-p", name]))?;
        let lacks = NEEDED.iter().find(|needed| files.lines().all(|file| file != **needed));
        ensure!(lacks.is_none(), "the package of {name} lacks {}", lacks.unwrap_or(&""));
    }

    let _overlay = Overlay::watch()?;
    let mut cargo = copy.cargo(&["package", "--all-features"]);
    cargo.args(order.iter().flat_map(|name| ["-p", name]));
    let folder = own_name(copy)?;
    cargo.env("CARGO_TARGET_DIR", &folder);
    println!("$ {}", line(&cargo));
    interrupt.run(&mut cargo)?;

    for package in metadata.members().filter(is_public) {
        let file = folder.join(format!("package/{}-{}.crate", package.name, package.version));
        let size = fs::metadata(&file).with_context(|| format!("looking at {}", file.display()))?.len();
        println!("{:<20} {:>5} KiB", package.name, size.div_ceil(1024));
        ensure!(size <= LARGEST, "{} is larger than the 10 MiB that the registry takes", package.name);
    }
    Ok(order)
}

/// The target folder under a name that it never had. Cargo takes a package of a version for the one that it has built
/// before, unless it comes from somewhere else; so what was packaged yesterday would stand in for what is today.
fn own_name(copy: &Copy) -> Result<PathBuf> {
    let folder = copy.folder.join("target");
    fs::create_dir_all(&folder)?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let name = folder.join(format!("packages-{}", since.as_millis()));
    // Where there are no links, everything is built once more.
    #[cfg(unix)]
    std::os::unix::fs::symlink(&copy.target, &name)?;
    Ok(name)
}

/// What cargo unpacks of packages that are not in the registry yet, beside those that are. It forgets to remove it.
struct Overlay {
    folder: PathBuf,
    before: BTreeSet<PathBuf>,
}

impl Overlay {
    fn watch() -> Result<Self> {
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home =
            home.or_else(|| Some(env::home_dir()?.join(".cargo"))).context("there is no home folder")?;
        let folder = home.join("registry/src");
        Ok(Self { before: overlays(&folder), folder })
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        for folder in overlays(&self.folder).difference(&self.before) {
            if let Err(error) = fs::remove_dir_all(folder) {
                eprintln!("{} could not be removed: {error}", folder.display());
            }
        }
    }
}

/// Those of registries without a host, of which there are no others.
fn overlays(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with('-'));
    entries.map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_unpacked_meanwhile_goes_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let add = |name: &str| fs::create_dir_all(home.path().join(name).join("a-0.2.0")).unwrap();
        add("-before");
        let overlay = Overlay { before: overlays(home.path()), folder: home.path().to_owned() };
        add("-meanwhile");
        add("registry.example-1949");
        drop(overlay);
        let mut left: Vec<_> =
            fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["-before", "registry.example-1949"]);
    }
}
