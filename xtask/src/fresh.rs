//! Compiles and tests the example programs of Markdown pages in new crates, as a reader would.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::workspace::{Metadata, cargo, echo_and_run};

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
        write_crate(root, &packages, &home, &name, &text)
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
    page: &str,
) -> Result<()> {
    recreate(home)?;
    fs::create_dir_all(home.join("src"))?;
    fs::create_dir_all(home.join("tests"))?;
    let mut manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n");
    manifest.extend(blocks(page, "toml").map(|block| block + "\n"));
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

    let programs: Vec<_> = blocks(page, "rust").filter(|block| block.contains("fn main()")).collect();
    let is_test = |block: &String| block.contains("#[tokio::test]") || block.contains("#[test]");
    let tests: Vec<_> = blocks(page, "rust").filter(is_test).collect();
    ensure!(!programs.is_empty() || !tests.is_empty(), "the page has no program");
    fs::write(home.join("src/main.rs"), programs.first().map_or("fn main() {}\n", String::as_str))?;
    for (index, test) in tests.iter().enumerate() {
        fs::write(home.join(format!("tests/program_{index}.rs")), test)?;
    }
    Ok(())
}

/// Returns the code blocks in a language.
fn blocks<'a>(page: &'a str, language: &'a str) -> impl Iterator<Item = String> + 'a {
    let parts = page.split("\n```").skip(1).step_by(2);
    parts.filter_map(move |part| Some(part.strip_prefix(language)?.strip_prefix('\n')?.to_owned() + "\n"))
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_of_one_language() {
        let page = "# A\n\n```toml\na = 1\n```\n\n```rust\nfn main() {}\n```\n```sh\nls\n```\n";
        assert_eq!(blocks(page, "rust").collect::<Vec<_>>(), ["fn main() {}\n"]);
        assert_eq!(blocks(page, "toml").collect::<Vec<_>>(), ["a = 1\n"]);
    }
}
