//! Compiles and tests the example programs of Markdown pages in new crates, as a reader would.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    pages::block::{self, Block},
    workspace::{Metadata, cargo, echo_and_run},
};

/// Pages that contain complete programs.
const PAGES: [&str; 4] =
    ["README.md", "crates/smileid/README.md", "docs/guides/testing-your-rust-code.md", "docs/guides/v3.md"];

/// Copies the programs of each page into a new crate with the page's dependencies, and runs its tests. The crates of the
/// workspace are used as they would be published: from their packages.
pub(crate) fn run(root: &Path) -> Result<()> {
    let folder = root.join("target/fresh");
    let packages = packages(root, &folder).context("packing the crates")?;
    for page in PAGES {
        let text = fs::read_to_string(root.join(page)).with_context(|| format!("reading {page}"))?;
        let name = page.replace(['/', '.'], "-").to_lowercase();
        let home = folder.join(&name);
        let blocks = block::blocks(&text).with_context(|| page.to_owned())?;
        write_crate(root, &packages, &home, &name, &blocks)
            .with_context(|| format!("copying the programs of {page}"))?;
        let mut tests = cargo(&home, ["test", "--quiet", "--target-dir"]);
        tests.env("CARGO_PROFILE_DEV_DEBUG", "0"); // halves the time
        echo_and_run(tests.arg(folder.join("target"))).with_context(|| format!("the programs of {page}"))?;
    }
    Ok(())
}

/// Packs the published crates and unpacks them again. Returns the name and the folder of each.
fn packages(root: &Path, folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let metadata = Metadata::load(root)?;
    let published: Vec<_> = metadata.members().filter(|package| package.publish.is_none()).collect();
    let target = folder.join("packed");
    let mut pack = cargo(root, ["package", "--quiet", "--no-verify", "--allow-dirty", "--target-dir"]);
    pack.arg(&target).args(published.iter().flat_map(|package| ["--package", &package.name]));
    echo_and_run(&mut pack)?;
    let home = folder.join("crates");
    recreate(&home)?;
    published
        .iter()
        .map(|package| {
            let name = format!("{}-{}", package.name, package.version);
            let archive = target.join(format!("package/{name}.crate"));
            // Without `-m` all files would have the same old time, and cargo would not see that they changed.
            echo_and_run(Command::new("tar").arg("-xzmf").arg(&archive).arg("-C").arg(&home))?;
            Ok((package.name.clone(), home.join(name)))
        })
        .collect()
}

/// True if a block of a page is part of its new crate.
pub(crate) fn is_compiled(page: &str, block: &Block<'_>) -> bool {
    PAGES.contains(&page) && (block.language == "toml" || is_program(block.text) || is_test(block.text))
}

fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

fn write_crate(
    root: &Path,
    packages: &[(String, PathBuf)],
    home: &Path,
    name: &str,
    page: &[Block<'_>],
) -> Result<()> {
    recreate(home)?;
    fs::create_dir_all(home.join("src"))?;
    fs::create_dir_all(home.join("tests"))?;
    let mut manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n");
    manifest.extend(page.iter().filter(|it| it.language == "toml").flat_map(|it| [it.text, "\n"]));
    if !manifest.contains("\n[dependencies]") {
        // The page extends an existing program, which has these dependencies.
        manifest.push_str("[dependencies]\nsmileid = \"0.1\"\n");
        manifest.push_str("tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n");
    }
    manifest.push_str("[patch.crates-io]\n");
    let patches = packages.iter().map(|(name, path)| format!("{name} = {{ path = '{}' }}\n", path.display()));
    manifest.extend(patches);
    fs::write(home.join("Cargo.toml"), manifest)?;
    fs::copy(root.join("Cargo.lock"), home.join("Cargo.lock"))?; // known versions
    fs::copy(root.join("docs/images/selfie.jpg"), home.join("tests/selfie.jpg"))?;

    let rust = |is_wanted: fn(&str) -> bool| {
        page.iter().filter(move |it| it.language == "rust" && is_wanted(it.text)).map(|it| it.text)
    };
    let programs: Vec<_> = rust(is_program).collect();
    let tests: Vec<_> = rust(is_test).collect();
    ensure!(!programs.is_empty() || !tests.is_empty(), "the page has no program");
    fs::write(home.join("src/main.rs"), programs.first().unwrap_or(&"fn main() {}\n"))?;
    for (index, test) in tests.iter().enumerate() {
        fs::write(home.join(format!("tests/program_{index}.rs")), test)?;
    }
    Ok(())
}

fn is_program(block: &str) -> bool {
    block.contains("fn main()")
}

fn is_test(block: &str) -> bool {
    block.contains("#[tokio::test]") || block.contains("#[test]")
}
