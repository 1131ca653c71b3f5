//! Errors of the command line, without the values that stand on it: an API key may be one of them.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Failure, Kind};

/// The failure for a command line that cannot be read. No value of the user's is in it.
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
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8 text".to_owned(),
        // The help of a command, which repeats nothing.
        _ => {
            let text = error.render().to_string();
            return Failure::new(Kind::InvalidInput, "a command is required").with_text(text);
        }
    };
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n{usage}\n"),
        _ => String::new(),
    };
    let text = format!("error: {message}\n{usage}\nFor more information, try '--help'.\n");
    let mut failure = Failure::new(Kind::InvalidInput, message).with_text(text);
    if let Some(flag) = flag {
        failure = failure.with("field", flag.trim_start_matches('-').replace('-', "_")).with("flag", flag);
    } else if let Some(name) = argument.and_then(positional) {
        failure = failure.with("field", name);
    }
    failure
}

const KEY: &str = "an API key is read from SMILE_ID_API_KEY, from --api-key-file FILE, or from standard input with \
                   --api-key-file -";

/// The flag of an argument such as `--wait [<DURATION>]`. None when it does not look like one: then it is a value.
fn flag(argument: &str) -> Option<String> {
    let flag = argument.split([' ', '=', '[', '<']).next().unwrap_or_default();
    let name = flag.strip_prefix("--").or_else(|| flag.strip_prefix('-'))?;
    let is_name = (1..=30).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    is_name.then(|| flag.to_owned())
}

/// The name of an argument without a flag, such as `<CODE>`, which is our own.
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
    fn a_flag_is_told_from_a_value() {
        assert_eq!(flag("--wait [<DURATION>]").as_deref(), Some("--wait"));
        assert_eq!(flag("--api-key=secret").as_deref(), Some("--api-key"));
        for value in ["7b3c-key", "--7b3cKEY", "--", "-----BEGIN", "<CODE>", ""] {
            assert_eq!(flag(value), None, "{value}");
        }
        assert_eq!(positional("<CODE>").as_deref(), Some("code"));
        assert_eq!(positional("<script>"), None);
    }
}
