//! Prints messages to standard error.

use std::{
    fmt,
    io::{self, Write as _},
};

use serde_json::Value;

/// Prints warnings on standard error.
pub(crate) fn print_warnings(warnings: &[Value]) {
    for warning in warnings {
        let part = |name: &str| warning[name].as_str().map(printable).unwrap_or_default();
        tell(format_args!("warning: {} ({})", part("message"), part("code")));
    }
}

/// Prints a line on standard error. Ignores write errors.
pub(crate) fn tell(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Text on one line, without characters that control a terminal or reverse its letters.
pub(crate) fn printable(text: &str) -> String {
    smileid::protocol::printable::printable(text).into_owned()
}
