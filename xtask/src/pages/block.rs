//! Code blocks of Markdown pages.

use anyhow::{Result, bail};

/// Test that compares the command's screens with a page.
const SCREENS: &str = "crates/smileid-cli/tests/it/screens.rs";

/// A fenced code block of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// Number of the line with the opening fence, from one.
    pub(crate) line: usize,
    /// Language after the opening fence; empty if it names none.
    pub(crate) language: &'a str,
    /// Lines between the fences, each with its end.
    pub(crate) text: &'a str,
    /// Comment directly above the block.
    pub(super) note: Option<Note<'a>>,
}

/// Comment above a block that says how it is checked, or why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Note<'a> {
    /// `<!-- file: PATH -->`: the block is a copy of this file, which CI runs.
    File(&'a str),
    /// `<!-- checked by: PATH -->`: this program reads the page and checks the block. `<!-- screen: NAME -->` is short for
    /// the test of the command's screens.
    CheckedBy(&'a str),
    /// `<!-- not run: REASON -->`.
    NotRun(&'a str),
}

/// Returns the blocks of a page.
pub(crate) fn blocks(page: &str) -> Result<Vec<Block<'_>>> {
    let mut found = Vec::new();
    let mut note = None;
    let mut open: Option<(usize, &str, usize)> = None;
    let mut start = 0;
    for (index, line) in page.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        let content = line.trim_end();
        match (open, content.strip_prefix("```")) {
            (None, Some(language)) => open = Some((index + 1, language, end)),
            (Some((line, language, from)), Some("")) => {
                found.push(Block { line, language, text: &page[from..start], note: note.take() });
                open = None;
            }
            (None, None) if !content.is_empty() => {
                note =
                    content.strip_prefix("<!--").and_then(|it| it.strip_suffix("-->")).and_then(Note::parse);
            }
            _ => {}
        }
        start = end;
    }
    if let Some((line, ..)) = open {
        bail!("line {line}: the code block has no end");
    }
    Ok(found)
}

impl<'a> Note<'a> {
    fn parse(comment: &'a str) -> Option<Self> {
        let (kind, value) = comment.split_once(':')?;
        let value = value.trim();
        match kind.trim() {
            _ if value.is_empty() => None,
            "file" => Some(Self::File(value)),
            "checked by" => Some(Self::CheckedBy(value)),
            "screen" => Some(Self::CheckedBy(SCREENS)),
            "not run" => Some(Self::NotRun(value)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Note, blocks};

    #[test]
    fn blocks_have_their_language_and_the_note_above() {
        let page = "# A\n\n```toml\na = 1\n```\n\n<!-- not run: it is long -->\n\n```sh\nls\n\nls\n```\ntext\n```\n```\n";
        let found = blocks(page).expect("a page");
        let texts: Vec<_> = found.iter().map(|it| (it.line, it.language, it.text)).collect();
        assert_eq!(texts, [(3, "toml", "a = 1\n"), (9, "sh", "ls\n\nls\n"), (15, "", "")]);
        let notes: Vec<_> = found.iter().map(|it| it.note).collect();
        assert_eq!(notes, [None, Some(Note::NotRun("it is long")), None]);
        assert_eq!(
            blocks("<!-- file: a b -->\n```c\n```\n").expect("a page")[0].note,
            Some(Note::File("a b"))
        );
        assert_eq!(
            blocks("<!-- not run: -->\n```c\n```\n").expect("a page")[0].note,
            None,
            "there is no reason"
        );
        assert!(blocks("```c\n").is_err());
    }
}
