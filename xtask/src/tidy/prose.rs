//! Rules for Markdown, documentation comments and paths.

use super::{File, Tree, Violation, manifests::is_published};

/// Beginnings of paths that exist on one machine only. The texts are split, because this file must follow the rule too.
const MACHINE_FOLDERS: [&str; 3] = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];
const TEMPORARY_FOLDER: &str = concat!("/t", "mp/");

const REGISTRY_HOSTS: [&str; 8] = [
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("rubygems", ".org"),
    concat!("packagist", ".org"),
    concat!("proxy.golang", ".org"),
];

const INDEPENDENCE: [&str; 2] = ["not affiliated with", "independent of smile id"];

/// Forbids paths of one machine, which are useless to others.
pub(super) fn no_machine_paths(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| file.extension() != Some("lock")) {
        for (number, line) in file.lines() {
            if let Some(path) = machine_path(line) {
                violations.push(file.violation(number, format!("`{path}` is a path of one machine")));
            }
        }
    }
    violations
}

/// Forbids host names of registries: the name of a package is enough.
pub(super) fn no_registry_hosts(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &tree.files {
        let is_prose = |line: &str| match file.extension() {
            Some("md") => true,
            Some("rs") => line.trim_start().starts_with("///") || line.trim_start().starts_with("//!"),
            _ => false,
        };
        for (number, line) in file.lines().filter(|(_, line)| is_prose(line)) {
            for host in REGISTRY_HOSTS.iter().filter(|host| line.contains(**host)) {
                violations.push(file.violation(number, format!("names the registry host `{host}`")));
            }
        }
    }
    violations
}

/// Checks that the README and every published crate say that the project is independent of Smile ID.
pub(super) fn independence_is_stated(tree: &Tree) -> Vec<Violation> {
    let published = tree.files.iter().filter(|file| file.name() == "Cargo.toml" && is_published(&file.text));
    let libraries = published.filter_map(|manifest| tree.file(&format!("{}/src/lib.rs", manifest.folder())));
    let silent =
        tree.file("README.md").into_iter().chain(libraries).filter(|file| !states_independence(file));
    let mut violations: Vec<_> = silent
        .map(|file| {
            file.violation(1, format!("does not say that the project is \"{}\" Smile ID", INDEPENDENCE[0]))
        })
        .collect();
    if tree.file("README.md").is_none() {
        violations.push(Violation { file: "README.md".to_owned(), line: 1, what: "is missing".to_owned() });
    }
    violations
}

fn states_independence(file: &File) -> bool {
    let words = file.text.split_whitespace().filter(|word| !matches!(*word, "//!" | "///" | ">"));
    let text = words.collect::<Vec<_>>().join(" ").to_lowercase();
    INDEPENDENCE.iter().any(|statement| text.contains(statement))
}

fn machine_path(line: &str) -> Option<&str> {
    let at = |folder: &str, needs_more: bool| {
        line.match_indices(folder).map(|(start, _)| start).find(|start| {
            let before = line[..*start].chars().next_back();
            let after = line[start + folder.len()..].chars().next();
            // Within a longer path, such as a URL, the text is not a folder of a machine.
            let is_whole = before.is_none_or(|c| !c.is_alphanumeric() && !"._-~}>".contains(c));
            is_whole && (!needs_more || after.is_some_and(|c| c.is_alphanumeric() || "<$._-".contains(c)))
        })
    };
    let start =
        MACHINE_FOLDERS.iter().find_map(|folder| at(folder, false)).or_else(|| at(TEMPORARY_FOLDER, true))?;
    let path = &line[start..];
    let end = path.find(|c: char| c.is_whitespace() || "\"'`)>,;".contains(c)).unwrap_or(path.len());
    Some(&path[..end])
}

#[cfg(test)]
mod tests {
    use super::{super::tests::found, *};

    #[test]
    fn a_path_of_a_machine_is_found() {
        let folder = MACHINE_FOLDERS[0];
        let text = format!("see {folder}someone/x\nhttps://example.com{folder}page\n");
        let found_here = found(no_machine_paths, &[("docs/a.md", &text), ("Cargo.lock", &text)]);
        assert_eq!(found_here.len(), 1, "{found_here:?}");
        assert!(found_here[0].starts_with("docs/a.md:1:"), "{found_here:?}");

        let temporary = format!("`{TEMPORARY_FOLDER}x`\n`{TEMPORARY_FOLDER}`\n");
        assert_eq!(found(no_machine_paths, &[("a.toml", &temporary)]).len(), 1);
    }

    #[test]
    fn a_registry_host_in_prose_is_found() {
        let host = REGISTRY_HOSTS[0];
        let code = format!("/// from {host}\nconst HOST: &str = \"{host}\";\n");
        assert_eq!(found(no_registry_hosts, &[("crates/a/src/a.rs", &code)]).len(), 1);
        assert_eq!(found(no_registry_hosts, &[("a.md", host)]).len(), 1);
    }

    #[test]
    fn silence_about_independence_is_found() {
        let manifest = ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n");
        let private = ("crates/b/Cargo.toml", "[package]\nname = \"b\"\npublish = false\n");
        let readme = ("README.md", "It is Independent\nof Smile ID.\n");
        let lib = ("crates/a/src/lib.rs", "//! a, not\n//! affiliated with Smile ID\n");
        let silent = ("crates/a/src/lib.rs", "//! a\n");
        let private_lib = ("crates/b/src/lib.rs", "//! b\n");
        let rule = independence_is_stated;
        assert_eq!(found(rule, &[manifest, private, readme, lib, private_lib]), Vec::<String>::new());
        assert_eq!(found(rule, &[manifest, readme, silent]).len(), 1);
        assert_eq!(found(rule, &[manifest, lib]).len(), 1, "there is no README");
    }
}
