//! The file of scenarios, in YAML or JSON.

mod place;
mod words;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::auth::Credentials;

use self::{place::Place, words::Words};
use super::{Scenario, check};
use crate::control::{callback_fault::CallbackFault, faults::Fault, rules::Rule};

/// What a file of scenarios holds.
///
/// It is read as YAML, of which JSON is a part.
///
/// ```
/// use smileid_mock_server::ScenarioFile;
///
/// let file: ScenarioFile = "
/// partners:
///   - {partner_id: '085', api_key: mock-api-key-0000}
/// scenarios:
///   - when: {user_id: amina}
///     then: {code: '0811'}
/// ".parse()?;
/// assert_eq!(file.scenarios.len(), 1);
///
/// let error = "scenarios: [{then: {code: '0899'}}]".parse::<ScenarioFile>().unwrap_err();
/// assert_eq!((error.line, error.path.as_str()), (1, "scenarios[0].then.code"));
/// # Ok::<(), smileid_mock_server::FileError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ScenarioFile {
    /// Partners that the mock knows beside those that it was started with.
    pub partners: Vec<Credentials>,
    /// What is to come of which requests and jobs. The later ones go before the earlier ones.
    pub scenarios: Vec<Rule<Scenario>>,
    /// Which faults strike which requests. The later ones go before the earlier ones.
    pub faults: Vec<Rule<Fault>>,
    /// What is done to which callbacks on their way. The later ones go before the earlier ones.
    pub callbacks: Vec<Rule<CallbackFault>>,
}

impl std::str::FromStr for ScenarioFile {
    type Err = FileError;

    fn from_str(text: &str) -> Result<Self, FileError> {
        let mut path = String::new();
        let read = serde_saphyr::with_deserializer_from_str_with_options(text, options(), |deserializer| {
            serde_path_to_error::deserialize(deserializer).map_err(|error| {
                path = error.path().to_string();
                error.into_inner()
            })
        });
        let Written { partners, scenarios, faults, callbacks } =
            read.map_err(|error: serde_saphyr::Error| FileError::unread(text, &path, &error))?;
        let partner = |(row, Partner { partner_id, api_key }): (usize, _)| {
            let credentials = Credentials::new(partner_id, api_key);
            credentials.map_err(|error| FileError::at(text, format!("partners[{row}]"), error.to_string()))
        };
        for (row, rule) in scenarios.iter().enumerate() {
            check(rule).map_err(|error| {
                FileError::at(text, format!("scenarios[{row}].then.{}", error.member), error.to_string())
            })?;
        }
        let partners = partners.into_iter().enumerate().map(partner).collect::<Result<_, _>>()?;
        Ok(Self { partners, scenarios, faults, callbacks })
    }
}

/// How much the aliases of a file may stand for, in values: a few lines with aliases of aliases stand for millions.
const REPEATED: usize = 20_000;
/// How many values are remembered for aliases, each as often as anchors are around it.
const REMEMBERED: usize = 100_000;

/// How a file is read.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_recorded_anchor_events: REMEMBERED },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: REPEATED },
    }
}

/// What stands in a file.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    partners: Vec<Partner>,
    scenarios: Vec<Rule<Scenario>>,
    faults: Vec<Rule<Fault>>,
    callbacks: Vec<Rule<CallbackFault>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Partner {
    partner_id: String,
    api_key: String,
}

/// A file of scenarios cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FileError {
    /// The line, from 1; 0 when it is not of any one line.
    pub line: u64,
    /// The column, from 1; 0 when it is not of any one column.
    pub column: u64,
    /// The member, as in `scenarios[0].when`; empty when it is not of any one.
    pub path: String,
    /// What is wrong, and what to do.
    problem: String,
}

impl FileError {
    /// The file itself cannot be had.
    #[cfg(feature = "server")]
    pub(crate) fn of_file(error: &std::io::Error) -> Self {
        Self { line: 0, column: 0, path: String::new(), problem: error.to_string() }
    }

    fn unread(text: &str, path: &str, error: &serde_saphyr::Error) -> Self {
        let location = error.location();
        let place = location.map(|it| (it.line(), it.column()));
        let shown = error.without_snippet().render_with_formatter(&Words);
        let suffix = place.map(|(line, column)| format!(" at line {line}, column {column}"));
        let problem = suffix.and_then(|suffix| shown.strip_suffix(&suffix)).unwrap_or(&shown).to_owned();
        // What could not be read at all is of no member.
        let path = path.trim_end_matches(['.', '?']).to_owned();
        let (line, column) = Place::of(&path, text).or(place).unwrap_or_default();
        Self { line, column, path, problem }
    }

    fn at(text: &str, path: String, problem: String) -> Self {
        let (line, column) = Place::of(&path, text).unwrap_or_default();
        Self { line, column, path, problem }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for FileError {}

/// How the file of scenarios stands that the mock looks after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FileStatus {
    /// Where it is.
    pub path: String,
    /// What was wrong with it when it was last read, while what it held before stays in force; nothing, when what it
    /// holds is in force.
    pub problem: Option<FileError>,
}
