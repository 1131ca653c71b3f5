//! Error messages about YAML for authors of scenario files.

use std::borrow::Cow;

use serde_saphyr::{Error, MessageFormatter, UserMessageFormatter};

/// Formatter of YAML errors that does not mention Rust types.
pub(super) struct Words;

impl MessageFormatter for Words {
    fn format_message<'a>(&self, error: &'a Error) -> Cow<'a, str> {
        let words = match error {
            Error::InvalidScalar { ty, .. } => match *ty {
                "boolean" => "expected `true` or `false`",
                "floating point" => "expected a number",
                "u8" => "expected a whole number from 0 to 255",
                "u16" => "expected a whole number from 0 to 65535",
                "u32" | "u64" => "expected a whole number, not below 0",
                _ => return UserMessageFormatter.format_message(error),
            },
            Error::Unexpected { expected, .. } => match *expected {
                "string scalar" => "expected a single value, not a list or a map",
                "mapping start" => "expected members, as in `name: value`",
                "sequence start" => "expected a list, as in `[first, second]`",
                _ => return UserMessageFormatter.format_message(error),
            },
            Error::SerdeInvalidValue { expected, .. } if expected == "a nonzero u32" => {
                "expected a whole number from 1"
            }
            Error::AliasReplayLimitExceeded { .. } => {
                "the aliases up to here expand to too many values: use fewer aliases"
            }
            Error::MultipleDocuments { .. } => "expected one document: leave out the `---` before this one",
            _ => return UserMessageFormatter.format_message(error),
        };
        words.into()
    }
}
