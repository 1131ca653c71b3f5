//! Scenario file, in YAML or JSON: partners, scenarios, faults and callback faults.

#[cfg(feature = "scenario-file")]
mod parse;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use smileid_protocol::auth::Credentials;

use super::{Scenario, SeedJob, SeedUser};
use crate::control::{callback_fault::CallbackFault, faults::Fault, rules::Rule};

/// Content of a scenario file.
///
/// With the feature `scenario-file`, it is parsed from YAML, which includes JSON.
///
/// ```
/// # #[cfg(feature = "scenario-file")]
/// # fn main() -> Result<(), smileid_mock_server::FileError> {
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
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "scenario-file"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ScenarioFile {
    /// Partners to add to those in the options of the mock server.
    pub partners: Vec<Credentials>,
    /// Users that partners have from the start.
    pub users: Vec<SeedUser>,
    /// Jobs that partners have from the start.
    pub jobs: Vec<SeedJob>,
    /// Scenarios in the file. Later ones take precedence.
    pub scenarios: Vec<Rule<Scenario>>,
    /// Faults in the file. Later ones take precedence.
    pub faults: Vec<Rule<Fault>>,
    /// Callback faults in the file. Later ones take precedence.
    pub callbacks: Vec<Rule<CallbackFault>>,
}

/// Error in a scenario file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FileError {
    /// Line of the error, from 1; 0 if it is not in a line.
    pub line: u64,
    /// Column of the error, from 1; 0 if it is not in a line.
    pub column: u64,
    /// Member with the error, such as `scenarios[0].when`; empty if the error is not about a member.
    pub path: String,
    /// Description of the error, with advice.
    problem: String,
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

/// Status of the scenario file that the mock server watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FileStatus {
    /// Path of the scenario file.
    pub path: String,
    /// Error from the last time the file was read; the earlier content stays in force. None if the current content is in force.
    pub problem: Option<FileError>,
}
