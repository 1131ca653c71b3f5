//! Command `cargo xtask tidy`: checks rules of this repository that linters do not check. Each rule is a function. All violations
//! are listed.

mod images;
mod manifests;
mod prose;
mod rust;
mod shown;

use std::{fmt, fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::workspace::{self, Metadata};

pub(crate) fn run(root: &Path) -> Result<()> {
    let tree = Tree::load(root)?;
    let metadata = Metadata::load(root)?;
    let mut violations: Vec<Violation> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    violations.extend(images::sizes(root, &tree)?);
    violations.extend(manifests::published_say_what_they_are(&metadata));
    violations.sort();
    let lines: Vec<_> = violations.iter().map(Violation::to_string).collect();
    ensure!(lines.is_empty(), "{} violations:\n  {}", lines.len(), lines.join("\n  "));
    println!("tidy: {} files", tree.files.len());
    Ok(())
}

/// Rules that check only the text of files.
const RULES: &[fn(&Tree) -> Vec<Violation>] = &[
    rust::module_docs,
    rust::plain_heads,
    rust::length,
    rust::no_mod_rs,
    rust::nothing_left_undone,
    rust::exceptions_have_reasons,
    manifests::internal_dependencies,
    manifests::published_have_their_files,
    prose::no_machine_paths,
    prose::no_registry_hosts,
    prose::independence_is_stated,
    shown::public_items_are_shown,
];

/// The files of the repository, read once.
struct Tree {
    files: Vec<File>,
}

struct File {
    /// Path from the root, with `/` on every system.
    path: String,
    /// Content of the file; empty for binary files.
    text: String,
}

impl Tree {
    fn load(root: &Path) -> Result<Self> {
        Self::read(root, workspace::files(root)?)
    }

    fn read(root: &Path, paths: Vec<String>) -> Result<Self> {
        let mut files = Vec::new();
        for path in paths {
            let bytes = fs::read(root.join(&path)).with_context(|| format!("reading {path}"))?;
            let text =
                if bytes.contains(&0) { String::new() } else { String::from_utf8(bytes).unwrap_or_default() };
            files.push(File { path, text });
        }
        Ok(Self { files })
    }

    fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.extension() == Some(extension))
    }

    fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl File {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    fn extension(&self) -> Option<&str> {
        self.name().rsplit_once('.').map(|(_, extension)| extension)
    }

    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Iterates over the lines of the file, counted from one.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    fn violation(&self, line: usize, what: impl Into<String>) -> Violation {
        Violation { file: self.path.clone(), line, what: what.into() }
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use tempfile::TempDir;

    use super::{Tree, Violation};

    /// A folder with files for tests, read like the repository.
    pub(super) struct Folder(TempDir);

    impl Folder {
        pub(super) fn new(files: &[(&str, &[u8])]) -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            for (path, content) in files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().expect("a file has a folder")).expect("its folders");
                fs::write(path, content).expect("the file");
            }
            Self(folder)
        }

        pub(super) fn path(&self) -> &Path {
            self.0.path()
        }

        pub(super) fn tree(&self, paths: &[&str]) -> Tree {
            Tree::read(self.path(), paths.iter().map(|path| (*path).to_owned()).collect())
                .expect("readable files")
        }
    }

    /// Returns the violations that a rule finds in these files.
    pub(super) fn found(rule: fn(&Tree) -> Vec<Violation>, files: &[(&str, &str)]) -> Vec<String> {
        let folder =
            Folder::new(&files.iter().map(|(path, text)| (*path, text.as_bytes())).collect::<Vec<_>>());
        let tree = folder.tree(&files.iter().map(|(path, _)| *path).collect::<Vec<_>>());
        rule(&tree).iter().map(Violation::to_string).collect()
    }
}
