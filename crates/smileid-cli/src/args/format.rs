//! Format and colour of the output.

use std::{ffi::OsString, io::IsTerminal as _};

/// Format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Text for people.
    Text,
    /// JSON for programs: one JSON value, or for `listen` one value per line.
    Json,
}

impl Format {
    /// Returns the default format: text on a terminal, otherwise JSON.
    pub(crate) fn detect() -> Self {
        if std::io::stdout().is_terminal() { Self::Text } else { Self::Json }
    }

    /// Returns the format in `--format` of a command line that could not be parsed.
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

/// When to use colours in text output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// Use colours on a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always use colours.
    Always,
    /// Never use colours.
    Never,
}
