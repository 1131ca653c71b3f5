//! Checks that an example or a page shows every public item of the client.

use std::collections::HashSet;

use super::{File, Tree, Violation};

/// The crates that programs are written with.
const CRATES: [&str; 2] = ["crates/smileid-client/src/", "crates/smileid/src/"];

/// The exceptions, each with its reason.
const UNSHOWN: &[(&str, &str)] = &[
    ("BuildError", "an error that a program hands on"),
    ("ConfirmResult", "a flow, driven as the one in the example of its module is"),
    ("Exchange", "a flow, driven as the one in the example of its module is"),
    ("NextState", "a flow, driven as the one in the example of its module is"),
    ("HasConfig", "a sealed trait, for bounds of our own"),
    ("Progress", "made by `Submit::on_progress`, which is shown"),
    ("Reply", "what every call returns; no program has to name it"),
    ("Sealed", "a sealed trait"),
    ("SubmitJob", "a flow, driven as the one in the example of its module is"),
    ("Submitted", "what `submit` returns; no program has to name it"),
    ("read_files", "for drivers, which read a job before they submit it"),
    (
        "with_client_that_follows_no_redirects",
        "the caller's own client, whose features are not ours to choose",
    ),
];

/// Every public function and type of the client is named by code that is run: a program of the examples, the code of a
/// documentation comment or of a page.
pub(super) fn public_items_are_shown(tree: &Tree) -> Vec<Violation> {
    let shown: HashSet<&str> = tree.files.iter().flat_map(shown_in).collect();
    let is_fine = |name: &str| shown.contains(name) || UNSHOWN.iter().any(|(unshown, _)| *unshown == name);
    let mut violations = Vec::new();
    for file in tree.with_extension("rs").filter(|file| is_of_a_crate(file)) {
        for (number, line) in file.lines().take_while(|(_, line)| *line != "#[cfg(test)]") {
            if let Some(name) = public_item(line).filter(|name| !is_fine(name)) {
                let what = format!("no example and no code of a page names `{name}`");
                violations.push(file.violation(number, what));
            }
        }
    }
    violations
}

fn is_of_a_crate(file: &File) -> bool {
    CRATES.iter().any(|folder| file.path.starts_with(folder))
}

/// The name of what a line declares for everybody.
fn public_item(line: &str) -> Option<&str> {
    let mut words = line.trim_start().strip_prefix("pub ")?.split_whitespace();
    let kind = words.by_ref().find(|word| !matches!(*word, "const" | "async" | "unsafe"))?;
    let is_item = matches!(kind, "fn" | "struct" | "enum" | "trait" | "type");
    let name = words.next().filter(|_| is_item)?;
    // A macro names the others.
    name.split(|c: char| !is_of_a_name(c)).next().filter(|name| !name.is_empty())
}

/// The names in code that is run.
fn shown_in(file: &File) -> Vec<&str> {
    let is_example = file.path.starts_with("crates/smileid/examples/");
    let prefix: &[&str] = match file.extension() {
        Some("rs") if is_example => return names(&file.text).collect(),
        Some("rs") if is_of_a_crate(file) => &["//!", "///"],
        Some("md") => &[""],
        _ => return Vec::new(),
    };
    let mut is_code = false;
    let mut found = Vec::new();
    for line in file.text.lines().map(str::trim_start) {
        let Some(text) = prefix.iter().find_map(|prefix| line.strip_prefix(prefix)).map(str::trim_start)
        else {
            is_code = false;
            continue;
        };
        match text.strip_prefix("```") {
            // On a page, code says its language; in a comment it is Rust unless it says otherwise.
            Some(language) => {
                is_code = !is_code && (language == "rust" || (language.is_empty() && prefix.len() > 1));
            }
            None if is_code => found.extend(names(text)),
            None => {}
        }
    }
    found
}

fn names(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !is_of_a_name(c)).filter(|name| !name.is_empty())
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{super::tests::found, public_items_are_shown};

    #[test]
    fn what_nothing_shows_is_found() {
        let source = "//! ```\n//! by_comment();\n//! ```\n//! by_prose()\n\
                      pub fn by_comment() {}\npub const fn by_page<T>() {}\n    pub struct ByExample(u8);\n\
                      pub(crate) fn ours() {}\npub fn by_prose() {}\npub async fn by_nobody() {}\n\
                      #[cfg(test)]\npub fn of_tests() {}\n";
        let page = "```text\nby_nobody\n```\n```rust\nby_page::<u8>();\n```\nby_nobody\n";
        let files = [
            ("crates/smileid-client/src/a.rs", source),
            ("docs/guides/a.md", page),
            ("crates/smileid/examples/a.rs", "fn main() { ByExample(1); }\n"),
            ("crates/smileid-types/src/a.rs", "pub fn elsewhere() {}\n"),
        ];
        let found = found(public_items_are_shown, &files);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains(":9:") && found[0].contains("by_prose"), "{found:?}");
        assert!(found[1].contains("by_nobody"), "{found:?}");
    }
}
