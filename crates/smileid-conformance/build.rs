//! Packs the files under `cases/` into one file that the crate embeds. New cases need no registration.

use std::{
    env,
    error::Error,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("cases");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    collect(&folder, "", &mut files)?;
    files.sort();
    let (mut index, mut pack) = (Vec::new(), Vec::new());
    for (name, path) in files {
        let content = fs::read(path)?;
        writeln!(index, "{} {name}", content.len())?;
        pack.extend(content);
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("cases.index"), index)?;
    Ok(fs::write(out.join("cases.pack"), pack)?)
}

/// Collects cases and their archives, without notes and scripts.
fn collect(folder: &Path, under: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| format!("{} is not UTF-8", path.display()))?;
        if path.is_dir() {
            collect(&path, &format!("{under}{name}/"), files)?;
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "zip") {
            files.push((format!("{under}{name}"), path));
        }
    }
    Ok(())
}
