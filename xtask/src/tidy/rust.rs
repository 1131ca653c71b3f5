//! Rules for Rust files.

use super::{File, Tree, Violation};

const MOST_LINES: usize = 600;

/// Marks of unfinished work. The texts are split, because this file must follow the rule too.
const UNDONE: [&str; 6] = [
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("db", "g!"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("#[", "ignore"),
];

const EXCEPTIONS: [&str; 4] =
    [concat!("#[", "allow("), concat!("#[", "expect("), concat!("#![", "allow("), concat!("#![", "expect(")];

/// Checks that a file begins with a module comment.
pub(super) fn module_docs(tree: &Tree) -> Vec<Violation> {
    let without = written_by_people(tree).filter(|file| !file.text.starts_with("//!"));
    without.map(|file| file.violation(1, "has no `//!` line with its purpose at the top")).collect()
}

/// Question words with which a module comment must not begin.
const QUESTIONS: [&str; 10] =
    ["How", "What", "When", "Where", "Whether", "Which", "Who", "Whom", "Whose", "Why"];

/// Checks that a module comment begins with a noun phrase or a verb, and not with a question word.
pub(super) fn plain_heads(tree: &Tree) -> Vec<Violation> {
    let asks = |file: &&File| {
        let first = file.text.strip_prefix("//! ").and_then(|head| head.split_whitespace().next());
        first.is_some_and(|word| QUESTIONS.contains(&word))
    };
    let advice = "the head begins with a question word: use a noun phrase, such as `Limits of bodies.`";
    written_by_people(tree).filter(asks).map(|file| file.violation(1, advice)).collect()
}

/// Checks the length of files.
pub(super) fn length(tree: &Tree) -> Vec<Violation> {
    written_by_people(tree)
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(file, lines)| {
            file.violation(lines, format!("{lines} lines, allowed are {MOST_LINES}: split it"))
        })
        .collect()
}

/// Forbids `mod.rs`: a module is `foo.rs` next to the folder `foo/`.
pub(super) fn no_mod_rs(tree: &Tree) -> Vec<Violation> {
    let mods = tree.files.iter().filter(|file| file.name() == "mod.rs");
    mods.map(|file| file.violation(1, "name it after its folder and put it beside the folder")).collect()
}

pub(super) fn nothing_left_undone(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in written_by_people(tree) {
        for (number, line) in file.lines() {
            for mark in UNDONE.iter().filter(|mark| contains_word(line, mark)) {
                violations.push(file.violation(number, format!("`{mark}` is left")));
            }
        }
    }
    violations
}

/// Checks that lint exceptions have a reason. Clippy checks this only in code that is compiled.
pub(super) fn exceptions_have_reasons(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in written_by_people(tree) {
        for start in EXCEPTIONS.iter().flat_map(|mark| file.text.match_indices(mark)).map(|(start, _)| start)
        {
            if !attribute(&file.text[start..]).contains("reason") {
                let line = file.text[..start].lines().count().max(1);
                let line = if file.text[..start].ends_with('\n') { line + 1 } else { line };
                violations.push(file.violation(line, "an exception to a lint needs `reason = \"…\"`"));
            }
        }
    }
    violations
}

fn written_by_people(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.with_extension("rs").filter(|file| {
        let ours = ["crates/", "xtask/", "tests/"].iter().any(|folder| file.path.starts_with(folder));
        ours && !file.path.contains("/generated/")
    })
}

/// Returns the text of an attribute, up to its closing bracket.
fn attribute(text: &str) -> &str {
    let mut depth = 0_u32;
    for (index, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' if depth == 1 => return &text[..index],
            ']' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// Returns true if the line contains the mark as a whole word.
fn contains_word(line: &str, mark: &str) -> bool {
    let is_part = |neighbour: Option<char>| neighbour.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(mark).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + mark.len()..].chars().next();
        !is_part(before) && !is_part(after)
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::found, *};

    #[test]
    fn a_head_that_asks_is_found() {
        let files =
            [("crates/a/src/a.rs", "//! What is limited.\n"), ("crates/a/src/b.rs", "//! Whatever.\n")];
        assert_eq!(found(plain_heads, &files).len(), 1);
    }

    #[test]
    fn a_file_without_module_documentation_is_found() {
        let files = [("crates/a/src/lib.rs", "//! a\n"), ("crates/a/src/main.rs", "fn main() {}\n")];
        let found = found(module_docs, &files);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/a/src/main.rs:1:"), "{found:?}");
    }

    #[test]
    fn a_long_file_is_found_unless_generated() {
        let long = "//! a\n".repeat(601);
        let files = [("xtask/src/a.rs", long.as_str()), ("crates/a/src/generated/b.rs", long.as_str())];
        assert_eq!(found(length, &files).len(), 1);
    }

    #[test]
    fn mod_rs_is_found() {
        assert_eq!(found(no_mod_rs, &[("crates/a/src/b/mod.rs", "//! b\n")]).len(), 1);
    }

    #[test]
    fn marks_of_unfinished_work_are_found() {
        let text = UNDONE.map(|mark| format!("{mark}\n")).concat()
            + &UNDONE.map(|mark| format!("_{mark}\n{mark}a\n")).concat();
        let found = found(nothing_left_undone, &[("tests/it/a.rs", &text)]);
        assert_eq!(found.len(), UNDONE.len(), "{found:?}");
        assert!(found[1].starts_with("tests/it/a.rs:2:"), "{found:?}");
    }

    #[test]
    fn an_exception_without_a_reason_is_found() {
        let with = format!("{}dead_code, reason = \"[why]\")]\n", EXCEPTIONS[1]);
        let without = format!("//! a\n{with}    {}\n    dead_code\n)]\nfn reason() {{}}\n", EXCEPTIONS[0]);
        let found = found(exceptions_have_reasons, &[("crates/a/src/lib.rs", &without)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("crates/a/src/lib.rs:3:"), "{found:?}");
    }
}
