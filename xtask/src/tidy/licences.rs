//! The rule for the licences of everything that is built here.

use super::{Tree, Violation};
use crate::workspace::Metadata;

/// Permissive, and without duties for those who only use our crates.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    // The root certificates of Mozilla, as data.
    "CDLA-Permissive-2.0",
];

pub(super) fn allowed(tree: &Tree, metadata: &Metadata) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in &metadata.packages {
        let what = match &package.license {
            None => format!("{} says no licence", package.name),
            Some(licence) if !is_allowed(licence) => {
                format!("{} is under `{licence}`, which is not on the list", package.name)
            }
            Some(_) => continue,
        };
        let entry = format!("name = \"{}\"", package.name);
        let lock = tree.file("Cargo.lock");
        let line = lock.and_then(|lock| lock.lines().find(|(_, line)| *line == entry));
        let line = line.map_or(1, |(number, _)| number);
        violations.push(Violation { file: "Cargo.lock".to_owned(), line, what });
    }
    violations
}

/// Judges an SPDX expression: one allowed way to use the package is enough.
fn is_allowed(expression: &str) -> bool {
    // The slash is what `OR` was written as before.
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    words.reverse();
    any(&mut words) == Some(true) && words.is_empty()
}

/// The words are taken from the end, which is the beginning of the expression.
fn any(words: &mut Vec<&str>) -> Option<bool> {
    let mut result = all(words)?;
    while words.pop_if(|word| *word == "OR").is_some() {
        result |= all(words)?;
    }
    Some(result)
}

fn all(words: &mut Vec<&str>) -> Option<bool> {
    let mut result = one(words)?;
    while words.pop_if(|word| *word == "AND").is_some() {
        result &= one(words)?;
    }
    Some(result)
}

fn one(words: &mut Vec<&str>) -> Option<bool> {
    let word = words.pop()?;
    if word == "(" {
        let result = any(words)?;
        return (words.pop()? == ")").then_some(result);
    }
    if words.pop_if(|word| *word == "WITH").is_some() {
        // Exceptions only ever allow more.
        words.pop()?;
    }
    Some(ALLOWED.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Folder, *};

    #[test]
    fn expressions_are_judged_by_their_parts() {
        for allowed in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR GPL-3.0) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_allowed(allowed), "{allowed}");
        }
        for refused in ["MPL-2.0", "MIT AND GPL-3.0", "(MIT", "", "MIT ISC"] {
            assert!(!is_allowed(refused), "{refused}");
        }
    }

    #[test]
    fn a_package_under_another_licence_is_found() {
        let lock = "[[package]]\nname = \"ours\"\n\n[[package]]\nname = \"theirs\"\n";
        let folder = Folder::new(&[("Cargo.lock", lock.as_bytes())]);
        let package = |name: &str, licence: &str| {
            format!(
                r#"{{"id": "{name}", "name": "{name}", "version": "1.0.0", "license": "{licence}",
                    "description": null, "repository": null, "publish": null, "dependencies": []}}"#
            )
        };
        let text = format!(
            r#"{{"packages": [{}, {}], "workspace_members": [], "target_directory": "t"}}"#,
            package("ours", "MIT"),
            package("theirs", "MPL-2.0")
        );
        let metadata: Metadata = serde_json::from_str(&text).expect("what cargo would say");
        let found = allowed(&folder.tree(&["Cargo.lock"]), &metadata);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 5);
    }
}
