//! Lines for people on standard error.

use std::{
    fmt,
    io::{self, Write as _},
};

use serde_json::Value;

/// Warnings for people, on standard error.
pub(crate) fn print_warnings(warnings: &[Value]) {
    for warning in warnings {
        let part = |name: &str| warning[name].as_str().map(printable).unwrap_or_default();
        tell(format_args!("warning: {} ({})", part("message"), part("code")));
    }
}

/// A line for people on standard error. Where that is full or gone, nobody is told.
pub(crate) fn tell(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A text on one line, without what would control a terminal or turn its letters around.
pub(crate) fn printable(text: &str) -> String {
    smileid::protocol::printable::printable(text).into_owned()
}
