//! The file of scenarios, in YAML or JSON.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use smileid_protocol::auth::Credentials;

use super::{Scenario, check};
use crate::{callbacks::Mischief, faults::Fault, rules::Rule};

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
/// assert_eq!((error.line, error.path.as_str()), (1, "scenarios[0]"));
/// # Ok::<(), smileid_mock_server::FileError>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ScenarioFile {
    /// Partners that the mock knows beside those that it was started with.
    #[serde(deserialize_with = "partners")]
    pub partners: Vec<Credentials>,
    /// What is to come of which requests and jobs. The later ones go before the earlier ones.
    #[serde(deserialize_with = "scenarios")]
    pub scenarios: Vec<Rule<Scenario>>,
    /// Which faults strike which requests. The later ones go before the earlier ones.
    pub faults: Vec<Rule<Fault>>,
    /// What is done to which callbacks on their way. The later ones go before the earlier ones.
    pub callbacks: Vec<Rule<Mischief>>,
}

impl std::str::FromStr for ScenarioFile {
    type Err = FileError;

    fn from_str(text: &str) -> Result<Self, FileError> {
        let mut path = String::new();
        let read = serde_saphyr::with_deserializer_from_str(text, |deserializer| {
            serde_path_to_error::deserialize(deserializer).map_err(|error| {
                path = error.path().to_string();
                error.into_inner()
            })
        });
        read.map_err(|error: serde_saphyr::Error| FileError::new(&path, &error))
    }
}

/// A file of scenarios cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileError {
    /// The line, from 1; 0 when it is not of any one line.
    pub line: u64,
    /// The column, from 1; 0 when it is not of any one column.
    pub column: u64,
    /// The member, as in `scenarios[0].when`; empty when it is not of any one.
    pub path: String,
    problem: String,
}

impl FileError {
    fn new(path: &str, error: &serde_saphyr::Error) -> Self {
        let location = error.location();
        let (line, column) = location.map_or((0, 0), |it| (it.line(), it.column()));
        let shown = error.without_snippet().to_string();
        let place = format!(" at line {line}, column {column}");
        let problem = shown.strip_suffix(&place).unwrap_or(&shown).to_owned();
        // What could not be read at all is of no member.
        let path = path.trim_end_matches(['.', '?']).to_owned();
        Self { line, column, path, problem }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for FileError {}

/// How the file of scenarios stands that the mock looks after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileStatus {
    /// Where it is.
    pub path: String,
    /// What is wrong with it, while what it held before stays in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl FileStatus {
    /// What it holds is in force.
    #[cfg(feature = "server")]
    pub(crate) fn good(path: &std::path::Path) -> Self {
        Self { path: path.display().to_string(), problem: None }
    }
}

fn partners<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Credentials>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Partner {
        partner_id: String,
        api_key: String,
    }

    struct Checked(Credentials);

    impl<'de> Deserialize<'de> for Checked {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let Partner { partner_id, api_key } = Partner::deserialize(deserializer)?;
            Credentials::new(partner_id, api_key).map(Self).map_err(de::Error::custom)
        }
    }

    let partners = Vec::<Checked>::deserialize(deserializer)?;
    Ok(partners.into_iter().map(|partner| partner.0).collect())
}

fn scenarios<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Rule<Scenario>>, D::Error> {
    /// One by one, so that what is wrong with a rule is said of its place.
    struct Checked(Rule<Scenario>);

    impl<'de> Deserialize<'de> for Checked {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let rule = Rule::<Scenario>::deserialize(deserializer)?;
            check(&rule).map_err(de::Error::custom)?;
            Ok(Self(rule))
        }
    }

    let rules = Vec::<Checked>::deserialize(deserializer)?;
    Ok(rules.into_iter().map(|rule| rule.0).collect())
}
