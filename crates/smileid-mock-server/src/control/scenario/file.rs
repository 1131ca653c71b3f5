//! The file of scenarios, in YAML or JSON.

#[cfg(feature = "scenario-file")]
mod parse;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use smileid_protocol::auth::Credentials;

use super::Scenario;
use crate::control::{callback_fault::CallbackFault, faults::Fault, rules::Rule};

/// Content of a file of scenarios.
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
    /// Partners to add to those in the mock's options.
    pub partners: Vec<Credentials>,
    /// Scenarios. Later rules take precedence.
    pub scenarios: Vec<Rule<Scenario>>,
    /// Faults. Later rules take precedence.
    pub faults: Vec<Rule<Fault>>,
    /// Callback faults. Later rules take precedence.
    pub callbacks: Vec<Rule<CallbackFault>>,
}

/// Error in a file of scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FileError {
    /// Line, from 1; 0 if the error has no line.
    pub line: u64,
    /// Column, from 1; 0 if the error has no column.
    pub column: u64,
    /// Member, as in `scenarios[0].when`; empty if the error is not about a member.
    pub path: String,
    /// Description and advice.
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

/// Status of the file of scenarios that the mock watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FileStatus {
    /// Path of the file.
    pub path: String,
    /// Error of the last read; the previous content stays in force. None if the current content is in force.
    pub problem: Option<FileError>,
}
