//! Parses the scenario file.

mod place;
mod words;

use serde::Deserialize;
use smileid_protocol::{auth::Credentials, types::JobType};

use self::{place::Place, words::Words};
use super::{FileError, ScenarioFile};
use crate::control::{
    callback_fault::CallbackFault,
    faults::Fault,
    rules::{Rule, When},
    scenario::{Scenario, ScenarioError, SeedJob, SeedUser, check, product::WITH_IMAGES},
};

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
        let Written { partners, users, jobs, scenarios, faults, callbacks } =
            read.map_err(|error: serde_saphyr::Error| FileError::from_yaml(text, &path, &error))?;
        let partner = |(row, Partner { partner_id, api_key }): (usize, _)| {
            let credentials = Credentials::new(partner_id, api_key);
            credentials.map_err(|error| FileError::at(text, format!("partners[{row}]"), error.to_string()))
        };
        for (row, rule) in scenarios.iter().enumerate() {
            check(rule).map_err(|error| {
                FileError::at(text, format!("scenarios[{row}].then.{}", error.member), error.to_string())
            })?;
        }
        for (row, job) in jobs.iter().enumerate() {
            check_job(job).map_err(|(path, error)| {
                FileError::at(text, format!("jobs[{row}].{path}{}", error.member), error.to_string())
            })?;
        }
        let partners = partners.into_iter().enumerate().map(partner).collect::<Result<_, _>>()?;
        Ok(Self { partners, users, jobs, scenarios, faults, callbacks })
    }
}

/// Maximum number of values to which YAML aliases may expand, because a few lines of nested aliases can expand to millions.
const REPEATED: usize = 20_000;
/// Maximum number of values within YAML anchors. A value within nested anchors counts once for each.
const REMEMBERED: usize = 100_000;

/// Returns the options of the YAML parser.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_recorded_anchor_events: REMEMBERED },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: REPEATED },
    }
}

/// Content of a scenario file before its rules are checked.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    partners: Vec<Partner>,
    users: Vec<SeedUser>,
    jobs: Vec<SeedJob>,
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

/// Checks that a job can have its result. The error has the path of the member before its name.
fn check_job(job: &SeedJob) -> Result<(), (&'static str, ScenarioError)> {
    let has_images = WITH_IMAGES.contains(&job.job_type) && job.job_type != JobType::CompareUserInfo;
    if !has_images {
        let problem = "must be that of a job with images: 1, 2, 4, 6, 8 or 11";
        return Err(("", ScenarioError::new("job_type", problem)));
    }
    let Some(then) = &job.then else { return Ok(()) };
    if then.refuses() {
        let problem = "refuses a request: a job needs the code of a result";
        return Err(("then.", ScenarioError::new("code", problem)));
    }
    let when = When { job_type: Some(job.job_type), ..When::default() };
    check(&Rule::new(when, then.clone())).map_err(|error| ("then.", error))
}

impl FileError {
    /// Creates the error for a scenario file that cannot be read.
    pub(crate) fn from_io(error: &std::io::Error) -> Self {
        Self { line: 0, column: 0, path: String::new(), problem: error.to_string() }
    }

    fn from_yaml(text: &str, path: &str, error: &serde_saphyr::Error) -> Self {
        let location = error.location();
        let place = location.map(|it| (it.line(), it.column()));
        let shown = error.without_snippet().render_with_formatter(&Words);
        let suffix = place.map(|(line, column)| format!(" at line {line}, column {column}"));
        let problem = suffix.and_then(|suffix| shown.strip_suffix(&suffix)).unwrap_or(&shown).to_owned();
        // For a file that cannot be parsed at all, the library returns `.` or `?` as the path.
        let path = path.trim_end_matches(['.', '?']).to_owned();
        let (line, column) = Place::locate(&path, text).or(place).unwrap_or_default();
        Self { line, column, path, problem }
    }

    fn at(text: &str, path: String, problem: String) -> Self {
        let (line, column) = Place::locate(&path, text).unwrap_or_default();
        Self { line, column, path, problem }
    }
}
