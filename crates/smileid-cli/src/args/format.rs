//! Format and colour of the output.

use std::{ffi::OsString, io::IsTerminal as _};

/// Output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs: exactly one JSON value; of `listen`, one a line.
    Json,
}

impl Format {
    /// Text on a terminal, JSON elsewhere.
    pub(crate) fn usual() -> Self {
        if std::io::stdout().is_terminal() { Self::Text } else { Self::Json }
    }

    /// The format that an invalid command line asks for.
    pub(crate) fn of_unparsed(arguments: &[OsString]) -> Self {
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
            _ => Self::usual(),
        }
    }
}

/// When text is coloured.
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
