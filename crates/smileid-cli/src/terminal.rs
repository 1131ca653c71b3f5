//! Texts for terminals: their width, line breaks, and messages on standard error.

use std::{
    fmt,
    io::{self, Write as _},
};

use serde_json::Value;
use terminal_size::terminal_size_of;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Prints warnings on standard error.
pub(crate) fn print_warnings(warnings: &[Value]) {
    for warning in warnings {
        let part = |name: &str| warning[name].as_str().map(printable).unwrap_or_default();
        tell(format_args!("warning: {} ({})", part("message"), part("code")));
    }
}

/// Prints a line on standard error. Write errors are ignored.
pub(crate) fn tell(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{}", wrapped(&line.to_string(), "", 2, stderr_width()));
}

/// Returns a text on one line, without characters that control a terminal or reverse the text direction.
pub(crate) fn printable(text: &str) -> String {
    smileid::protocol::printable::printable(text).into_owned()
}

/// Width of the terminal of standard output, in columns. None if it is no terminal.
pub(crate) fn stdout_width() -> Option<usize> {
    terminal_size_of(io::stdout()).map(|(width, _)| width.0.into())
}

/// Width of the terminal of standard error, in columns. None if it is no terminal.
pub(crate) fn stderr_width() -> Option<usize> {
    terminal_size_of(io::stderr()).map(|(width, _)| width.0.into())
}

/// Breaks a line between words, so that it fits into the width. Begins it with `label`, and indents the other lines.
///
/// A command in backticks stays on one line if it can, so that it can be copied. A longer word stays whole.
pub(crate) fn wrapped(text: &str, label: &str, indent: usize, width: Option<usize>) -> String {
    /// Minimum width in which text is readable.
    const NARROWEST: usize = 40;

    let Some(width) = width.map(|width| width.max(NARROWEST)) else { return format!("{label}{text}") };
    let indent = " ".repeat(indent);
    let options = Options::new(width)
        .initial_indent(label)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let code = |(index, part): (usize, &str)| {
        let is_code = index % 2 == 1 && part.len() + 3 + indent.len() <= width;
        if is_code { part.replace(' ', BLANK) } else { part.to_owned() }
    };
    let parts: Vec<_> = text.split('`').enumerate().map(code).collect();
    textwrap::fill(&parts.join("`"), options).replace(BLANK, " ")
}

/// Blank inside a command, where no line is broken.
const BLANK: &str = "\u{a0}";

/// Breaks a shell command before an option, with `\`, so that it can be pasted.
pub(crate) fn wrapped_command(command: &str, indent: usize, width: Option<usize>) -> String {
    let Some(width) = width.filter(|_| !command.contains('\n')) else {
        return format!("{}{command}", " ".repeat(indent));
    };
    let mut lines = vec![" ".repeat(indent)];
    for (index, option) in options_of(command).into_iter().enumerate() {
        let line = lines.last_mut().map_or(0, |line| line.chars().count());
        if index > 0 && line + 1 + option.chars().count() + " \\".len() > width {
            lines.push(" ".repeat(indent + 4));
        } else if index > 0
            && let Some(line) = lines.last_mut()
        {
            line.push(' ');
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(option);
        }
    }
    lines.join(" \\\n")
}

/// The options of a command with their values, after the words before the first option. Quoted text is not split.
fn options_of(command: &str) -> Vec<&str> {
    let (mut options, mut start, mut is_single, mut is_double) = (Vec::new(), 0, false, false);
    for (index, c) in command.char_indices() {
        match c {
            '\'' => is_single = !is_single,
            '"' if !is_single => is_double = !is_double,
            ' ' if !is_single && !is_double && command[index..].starts_with(" --") => {
                options.push(&command[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    options.push(&command[start..]);
    options
}

/// Lines of text output: name and value. A name may be empty.
pub(crate) type Lines = Vec<(&'static str, String)>;

/// Formats lines for people, within the width. Names are padded to one column; control characters and line breaks are
/// escaped.
pub(crate) fn lines_of(lines: &Lines, width: Option<usize>) -> String {
    const COLUMN: usize = 14;
    let line = |(name, value): &(&str, String)| {
        wrapped(&printable(value), &format!("{name:<COLUMN$}"), COLUMN, width)
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_not_inside_a_command() {
        let text = "To confirm it, run `smileid status --job-id job-1`. If it is true: go on.";
        assert_eq!(
            wrapped(text, "", 2, Some(40)),
            "To confirm it, run\n  `smileid status --job-id job-1`. If it\n  is true: go on."
        );
        assert_eq!(wrapped("a b", "advice    ", 10, Some(40)), "advice    a b");
        let long = "x".repeat(60);
        let lines = wrapped(&format!("see {long} there"), "", 1, Some(40));
        assert_eq!(lines, format!("see\n {long}\n there"), "a long word stays whole");
        let hyphens = "use the options --user-id and --user-identity";
        assert_eq!(wrapped(hyphens, "", 0, Some(40)), "use the options --user-id and\n--user-identity");
        assert_eq!(wrapped(text, "", 2, None), text, "a pipe has no width");
    }

    #[test]
    fn commands_break_before_options_and_not_inside_quotes() {
        let command = "smileid wait --env http://127.0.0.1:8085 --user-id 'a --b' --job-id \"$ID\"";
        assert_eq!(
            wrapped_command(command, 2, Some(46)),
            "  smileid wait --env http://127.0.0.1:8085 \\\n      --user-id 'a --b' --job-id \"$ID\""
        );
        assert_eq!(wrapped_command(command, 2, None), format!("  {command}"));
        let quoted = "smileid status --user-id \"$(printf 'a\" --b')\" --job-id job-1";
        assert_eq!(
            options_of(quoted),
            ["smileid status", "--user-id \"$(printf 'a\" --b')\"", "--job-id job-1"]
        );
    }
}
