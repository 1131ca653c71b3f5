//! Lists the files under `cases/`, so that the crate carries each with it: adding one is enough.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("cases");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    collect(&folder, "", &mut names)?;
    names.sort();
    let rows = names.iter().map(|name| {
        let path = format!("/cases/{name}");
        format!("    ({name:?}, include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),\n")
    });
    let list = format!("&[\n{}]\n", rows.collect::<String>());
    Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("cases.rs"), list)?)
}

/// The cases and the archives that they name; not the notes and programs beside them.
fn collect(folder: &Path, under: &str, names: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| format!("{} is not UTF-8", path.display()))?;
        if path.is_dir() {
            collect(&path, &format!("{under}{name}/"), names)?;
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "zip") {
            names.push(format!("{under}{name}"));
        }
    }
    Ok(())
}
