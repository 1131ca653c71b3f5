//! Escapes untrusted text before it is shown on a terminal or in a log.

use std::borrow::Cow;

/// Escapes control characters, line breaks, and invisible characters that change the display of other characters.
///
/// Otherwise a value could begin a line of its own, move the cursor, or reverse the characters after it. The result is
/// one line. Nothing else is changed, backslashes included.
///
/// ```
/// use smileid_protocol::printable::printable;
///
/// assert_eq!(printable("leo\nverified yes"), r"leo\nverified yes");
/// assert_eq!(printable("a\u{1b}[2Jb\u{202e}c"), r"a\u{1b}[2Jb\u{202e}c");
/// assert_eq!(printable("Zoë 李"), "Zoë 李");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_escaped(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Returns true for control characters, and for Unicode's format characters and line separators.
fn is_escaped(c: char) -> bool {
    let is_format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' // soft hyphen, Arabic letter mark, Mongolian vowel separator, BOM
        | '\u{200b}'..='\u{200f}' // zero width, and marks of direction
        | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings and overrides
        | '\u{2060}'..='\u{206f}' // joiners, isolates, invisible operators
        | '\u{fff9}'..='\u{fffb}' // interlinear annotation
        | '\u{e0000}'..='\u{e007f}' // tags
    );
    c.is_control() || is_format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_begins_a_line_or_moves_letters() {
        for (text, shown) in [
            ("a\nb\r\nc\td", r"a\nb\r\nc\td"),
            ("\0\u{7}\u{8}\u{7f}", r"\u{0}\u{7}\u{8}\u{7f}"),
            ("\u{1b}]0;title\u{7}", r"\u{1b}]0;title\u{7}"),
            ("\u{85}\u{9b}31m", r"\u{85}\u{9b}31m"), // a line break and an escape sequence of C1
            ("\u{2028}\u{2029}\u{b}\u{c}", r"\u{2028}\u{2029}\u{b}\u{c}"),
            ("\u{202e}\u{2066}\u{61c}\u{200f}", r"\u{202e}\u{2066}\u{61c}\u{200f}"),
            ("a\u{200b}b\u{2060}c\u{feff}\u{ad}", r"a\u{200b}b\u{2060}c\u{feff}\u{ad}"),
            ("\u{e0041}", r"\u{e0041}"),
            (r"C:\new \ud83d", r"C:\new \ud83d"),
            ("Naïve 日本 😀 ‘quoted’", "Naïve 日本 😀 ‘quoted’"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}
