//! Rules for what people read: Markdown, documentation comments and everything that names places.

use super::{File, Tree, Violation};

/// Folders of one machine. In pieces, or this file would break the rule; so are the hosts below.
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

/// A path of somebody's machine means nothing to anybody else.
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

/// The registry is the reader's to choose; the name of the package is enough.
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

/// Links to files of the repository.
pub(super) fn links_resolve(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.with_extension("md") {
        for (number, target) in links(&file.text) {
            if !resolves(tree, file, &target) {
                violations.push(file.violation(number, format!("no file `{target}` to link to")));
            }
        }
    }
    violations
}

/// Nobody should take the project for Smile ID's own.
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

fn is_published(manifest: &str) -> bool {
    let Ok(manifest) = toml::from_str::<toml::Table>(manifest) else { return false };
    manifest
        .get("package")
        .is_some_and(|package| package.get("publish").and_then(toml::Value::as_bool).unwrap_or(true))
}

fn machine_path(line: &str) -> Option<&str> {
    let at = |folder: &str, needs_more: bool| {
        line.match_indices(folder).map(|(start, _)| start).find(|start| {
            let before = line[..*start].chars().next_back();
            let after = line[start + folder.len()..].chars().next();
            // Within a longer path, such as the one of a page, it is no folder of a machine.
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

/// Where the page links to, by line: inline links, definitions of links, and HTML.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fence = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let opens = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, opens) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                links.extend(links_of(&without_code(line)).into_iter().map(|target| (index + 1, target)));
            }
            _ => {}
        }
    }
    links
}

fn links_of(line: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for (start, _) in line.match_indices("](") {
        let rest = line[start + 2..].trim_start();
        let end = match rest.strip_prefix('<') {
            Some(bracketed) => bracketed.find('>').map(|end| (1, end + 1)),
            None => rest.find(|c: char| c == ')' || c.is_whitespace()).map(|end| (0, end)),
        };
        targets.extend(end.map(|(from, to)| rest[from..to].to_owned()));
    }
    if line.starts_with('[') {
        let definition = line.split_once("]: ").map(|(_, target)| target.trim());
        targets.extend(definition.and_then(|target| target.split_whitespace().next()).map(str::to_owned));
    }
    for attribute in ["src=\"", "href=\""] {
        for (start, _) in line.match_indices(attribute) {
            let rest = &line[start + attribute.len()..];
            targets.extend(rest.find('"').map(|end| rest[..end].to_owned()));
        }
    }
    targets
}

/// The line without what stands in backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

fn resolves(tree: &Tree, file: &File, target: &str) -> bool {
    let target = target.split(['#', '?']).next().unwrap_or_default();
    let has_scheme = target.split_once(':').is_some_and(|(scheme, _)| !scheme.contains('/'));
    if target.is_empty() || has_scheme || target.starts_with("//") {
        return true;
    }
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => file.folder().split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            ".." if parts.pop().is_none() => return false,
            "" | "." | ".." => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    path.is_empty() || tree.file(&path).is_some() || tree.has_folder(&path)
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
    fn a_link_to_nothing_is_found() {
        let page = "[b](b.md#top) ![b](<../x/b.md>) [up](..) [root](/docs/) [site](https://example.com)\n\
                    `[no](link)`\n```\n[no](link)\n```\n\
                    [gone](gone.md)\n[out](../../out.md)\n[d]: gone.md \"title\"\n<img src=\"gone.png\">\n";
        let found = found(links_resolve, &[("docs/a.md", page), ("docs/b.md", ""), ("x/b.md", "")]);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].starts_with("docs/a.md:6:"), "{found:?}");
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
