//! Escapes and wraps texts of the tables for Rust documentation and for Markdown tables.

/// The width of generated documentation: the `max_width` of rustfmt.toml.
const WIDTH: usize = 110;

/// Returns a text as the doc comment of an item, wrapped.
pub(crate) fn doc(indent: usize, prose: &str) -> String {
    comment(&format!("{}///", " ".repeat(indent)), prose)
}

/// Escapes a text for a cell of a Markdown table.
pub(crate) fn cell(prose: &str) -> String {
    in_code_spans(prose, needs_code_span).replace('|', r"\|")
}

/// Formats a value of the API as code, for a cell of a Markdown table.
pub(crate) fn code(wire: &str) -> String {
    // A code span cannot be empty.
    if wire.is_empty() {
        return "(empty)".to_owned();
    }
    format!("`{}`", wire.replace('|', r"\|"))
}

/// Formats values of the API as code, separated by commas.
pub(crate) fn codes<T: AsRef<str>>(wires: &[T]) -> String {
    wires.iter().map(|wire| code(wire.as_ref())).collect::<Vec<_>>().join(", ")
}

fn comment(start: &str, prose: &str) -> String {
    let mut lines = String::new();
    let mut line = start.to_owned();
    for word in in_code_spans(prose, |word| needs_code_span(word) || is_camel_case(word)).split(' ') {
        if line.len() > start.len() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            start.clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}

/// Puts values of the API into backticks, unless they already have them.
fn in_code_spans(prose: &str, is_code: impl Fn(&str) -> bool) -> String {
    let segments = prose.split('`').enumerate().map(|(index, segment)| {
        if index % 2 == 1 {
            return segment.to_owned();
        }
        segment.split(' ').map(|word| in_code_span(word, &is_code)).collect::<Vec<_>>().join(" ")
    });
    segments.collect::<Vec<_>>().join("`")
}

fn in_code_span(word: &str, is_code: impl Fn(&str) -> bool) -> String {
    let core =
        word.trim_start_matches(['(', '"', '\'']).trim_end_matches(['.', ',', ';', ':', ')', '"', '\'']);
    match word.split_once(core) {
        Some((before, after)) if !core.is_empty() && is_code(core) => format!("{before}`{core}`{after}"),
        _ => word.to_owned(),
    }
}

/// Returns true for paths, and for text that Markdown or rustdoc would read as emphasis, a link or a tag.
fn needs_code_span(word: &str) -> bool {
    word.starts_with('/') || word.contains(['_', '*', '<', '>', '[', ']', '{', '}']) || word.contains("://")
}

/// Returns true for words that clippy considers to be names in code.
fn is_camel_case(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{cell, doc};

    #[test]
    fn words_of_the_wire_are_set_as_code() {
        assert_eq!(doc(0, "Its user_id (<ID> or [NG])."), "/// Its `user_id` (`<ID>` or `[NG]`).\n");
        assert_eq!(doc(4, "SmartSelfie and `a b_c`"), "    /// `SmartSelfie` and `a b_c`\n");
        assert_eq!(cell("SmartSelfie of /v2/* a|b"), r"SmartSelfie of `/v2/*` a\|b");
    }

    #[test]
    fn long_documentation_is_wrapped() {
        let wrapped = doc(4, &"word ".repeat(60));
        assert!(wrapped.lines().count() > 2 && wrapped.lines().all(|line| line.len() <= 110), "{wrapped}");
    }
}
