//! Format and colour of the output.

use std::{ffi::OsString, io::IsTerminal as _};

/// Output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: exactly one JSON value, or for `listen` one value per line.
    Json,
}

impl Format {
    /// The default format: text on a terminal, JSON elsewhere.
    pub(crate) fn detect() -> Self {
        if std::io::stdout().is_terminal() { Self::Text } else { Self::Json }
    }

    /// The format that `--format` selects in a command line that could not be parsed.
    pub(crate) fn from_arguments(arguments: &[OsString]) -> Self {
        let asked = arguments.iter().enumerate().find_map(|(index, argument)| {
            let argument = argument.to_str()?;
            match argument.strip_prefix("--format")? {
                "" => arguments.get(index + 1)?.to_str(),
                value => value.strip_prefix('='),
            }
        });
        match asked {
            Some("json") => Self::Json,
            Some("text") => Self::Text,
            _ => Self::detect(),
        }
    }
}

/// Use of colour in text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
