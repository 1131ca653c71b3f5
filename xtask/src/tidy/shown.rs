//! Checks that every public item of the client appears in an example or a page.

use std::collections::HashSet;

use super::{File, Tree, Violation};

/// Crates with the public API.
const CRATES: [&str; 2] = ["crates/smileid-client/src/", "crates/smileid/src/"];

/// Public items that need not appear in an example, each with the reason.
const UNSHOWN: &[(&str, &str)] = &[
    ("BuildError", "an error that programs pass on"),
    ("ConfirmResult", "a flow, driven like the one in its module's example"),
    ("Exchange", "a flow, driven like the one in its module's example"),
    ("NextState", "a flow, driven like the one in its module's example"),
    ("HasConfig", "a sealed trait, for our own bounds"),
    ("Progress", "created by `Submit::on_progress`, which is shown"),
    ("Reply", "returned by calls; no program has to name it"),
    ("Sealed", "a sealed trait"),
    ("SubmitJob", "a flow, driven like the one in its module's example"),
    ("Submitted", "returned by `submit`; no program has to name it"),
    ("Waiting", "part of an action, which drivers of our own flows alone see"),
    ("block", "of `Waiting`"),
    ("read_files", "for drivers, which read a job before they submit it"),
    (
        "with_client_that_follows_no_redirects",
        "the caller's own client, whose features are the caller's choice",
    ),
];

/// Checks that every public function and type of the client appears in code that runs: an example, a doctest or a page.
pub(super) fn public_items_are_shown(tree: &Tree) -> Vec<Violation> {
    let shown: HashSet<&str> = tree.files.iter().flat_map(shown_in).collect();
    let is_fine = |name: &str| shown.contains(name) || UNSHOWN.iter().any(|(unshown, _)| *unshown == name);
    let mut violations = Vec::new();
    for file in tree.with_extension("rs").filter(|file| is_of_a_crate(file)) {
        for (number, line) in file.lines().take_while(|(_, line)| *line != "#[cfg(test)]") {
            if let Some(name) = public_item(line).filter(|name| !is_fine(name)) {
                let what = format!("no example, doctest or page uses `{name}`");
                violations.push(file.violation(number, what));
            }
        }
    }
    violations
}

fn is_of_a_crate(file: &File) -> bool {
    CRATES.iter().any(|folder| file.path.starts_with(folder))
}

/// Returns the name of the public item that a line declares.
fn public_item(line: &str) -> Option<&str> {
    let mut words = line.trim_start().strip_prefix("pub ")?.split_whitespace();
    let kind = words.by_ref().find(|word| !matches!(*word, "const" | "async" | "unsafe"))?;
    let is_item = matches!(kind, "fn" | "struct" | "enum" | "trait" | "type");
    let name = words.next().filter(|_| is_item)?;
    // Items without these keywords are declared by a macro.
    name.split(|c: char| !is_of_a_name(c)).next().filter(|name| !name.is_empty())
}

/// Returns the names that occur in those parts of a file that are run.
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
            // In a Markdown page, a code block must name Rust; in a doc comment, Rust is the default.
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
