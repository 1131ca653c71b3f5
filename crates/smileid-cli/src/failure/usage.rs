//! Errors about invalid arguments. The texts never repeat an argument, because it may be an API key.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Failure, Kind};
use crate::terminal::{stderr_width, wrapped};

/// Converts an error of the command-line parser, without any value of the user.
pub(super) fn failure(error: &clap::Error) -> Failure {
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let arguments = texts(ContextKind::InvalidArg);
    let argument = arguments.first().map(String::as_str);
    let flag = argument.and_then(flag);
    let named = flag.clone().unwrap_or_else(|| "the value".to_owned());
    let message = match error.kind() {
        ErrorKind::UnknownArgument => match &flag {
            Some(flag) => format!("unknown option {flag}{}", suggested(&texts(ContextKind::SuggestedArg))),
            None => format!("unexpected value on the command line, which is not shown; {KEY}"),
        },
        ErrorKind::InvalidSubcommand => {
            format!("unknown command{}", suggested(&texts(ContextKind::SuggestedSubcommand)))
        }
        ErrorKind::InvalidValue => {
            let values = texts(ContextKind::ValidValue);
            let expected =
                if values.is_empty() { String::new() } else { format!(": expected {}", values.join(", ")) };
            format!("invalid value for {named}{expected}")
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map(|source| format!(": {source}")).unwrap_or_default();
            format!("invalid value for {named}{why}")
        }
        ErrorKind::MissingRequiredArgument => format!("{} is required", arguments.join(", ")),
        ErrorKind::ArgumentConflict => {
            let others = texts(ContextKind::PriorArg);
            format!("{named} cannot be used with {}", others.join(", "))
        }
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{named} needs a value")
        }
        ErrorKind::TooManyValues => format!("{named} has too many values"),
        ErrorKind::MissingSubcommand => {
            format!("a command is required: {}", texts(ContextKind::ValidSubcommand).join(", "))
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        // The help text of a command contains no value.
        _ => {
            let text = error.render().to_string();
            return Failure::new(Kind::InvalidInput, "a command is required").with_text(text);
        }
    };
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n{usage}\n"),
        _ => String::new(),
    };
    let error = wrapped(&message, "error: ", 2, stderr_width());
    let text = format!("{error}\n{usage}\nFor more information, try '--help'.\n");
    let mut failure = Failure::new(Kind::InvalidInput, message).with_text(text);
    if let Some(flag) = flag {
        failure = failure.with("field", flag.trim_start_matches('-').replace('-', "_")).with("flag", flag);
    } else if let Some(name) = argument.and_then(positional) {
        failure = failure.with("field", name);
    }
    failure
}

const KEY: &str = "set the API key in SMILE_ID_API_KEY, in a file with --api-key-file FILE, or on standard input with \
                   --api-key-file -";

/// Returns the flag of an argument such as `--wait [<DURATION>]`, or `None` for a text that may be a value.
fn flag(argument: &str) -> Option<String> {
    let flag = argument.split([' ', '=', '[', '<']).next().unwrap_or_default();
    let name = flag.strip_prefix("--").or_else(|| flag.strip_prefix('-'))?;
    let is_name = (1..=30).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    is_name.then(|| flag.to_owned())
}

/// Returns the name of a positional argument, such as `code` for `<CODE>`. None if the text may be a value that the user typed,
/// which must not be repeated.
fn positional(argument: &str) -> Option<String> {
    let name = argument.strip_prefix('<')?.split('>').next()?;
    let is_ours = name.len() <= 12 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    is_ours.then(|| name.to_lowercase())
}

fn suggested(names: &[String]) -> String {
    match names.first() {
        Some(name) => format!(": did you mean {name}?"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_flags_from_values() {
        assert_eq!(flag("--wait [<DURATION>]").as_deref(), Some("--wait"));
        assert_eq!(flag("--api-key=secret").as_deref(), Some("--api-key"));
        for value in ["7b3c-key", "--7b3cKEY", "--", "-----BEGIN", "<CODE>", ""] {
            assert_eq!(flag(value), None, "{value}");
        }
        assert_eq!(positional("<CODE>").as_deref(), Some("code"));
        assert_eq!(positional("<script>"), None);
    }
}
