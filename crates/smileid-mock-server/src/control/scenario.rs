//! Scenarios: results of requests and jobs that a test chooses, instead of the usual results of the sandbox.

mod check;
mod file;
mod header;
mod product;
mod seed;
mod selected;
pub(crate) mod v3;

pub use check::ScenarioError;
pub use file::{FileError, FileStatus, ScenarioFile};
pub use seed::{SeedJob, SeedUser};
pub use v3::ScenarioStatus;

pub(crate) use check::{check, is_by_person};
pub(crate) use product::image_product;
pub(crate) use seed::Seeds;
pub(crate) use selected::{PatchedResult, SelectedScenario, select, with_members};

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::{
    ENDPOINTS, V3_ENDPOINTS,
    types::{Action, ActionValue, ErrorCode, Extra, v3::Reason},
};

use super::rules::RuleKind;
use crate::{model::duration, request::endpoint_name};

/// Scenario: the result that a test chooses for a request or a job, instead of the usual result of the sandbox.
///
/// As the `then` of a rule it applies to every request that the rule matches; in the header `Smileid-Mock-Scenario` to
/// that request alone. It is chosen when a job is announced or a lookup is requested, and stays with the job until its
/// last result.
///
/// A code of the table of errors refuses the request. It applies at the endpoint that the rule names. Without an
/// endpoint, codes of the job status apply there, and other codes where a job is announced or a lookup is requested. A
/// code of the table of results is the result of the job or lookup. A rule without an endpoint and a job type matches
/// only the products that have the code.
///
/// ```
/// use smileid_mock_server::{Rule, Scenario, When};
///
/// let rule: Rule<Scenario> = serde_json::from_str(
///     r#"{
///         "when": {"user_id": "amina", "job_type": 1},
///         "then": {"code": "0814", "review": {"code": "1210", "after": "2h"}}
///     }"#,
/// )?;
/// let mut when = When::default();
/// when.user_id = Some("amina".to_owned());
/// assert_eq!(rule.then.code.as_deref(), Some("0814"));
/// assert_eq!(Rule::new(when, Scenario::new("2221")).then.code.as_deref(), Some("2221"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Scenario {
    /// Code of four digits, from the table of error codes or of result codes. If absent, the code is the usual one of the
    /// sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// True to allow a code that is in no table, to test how a client handles it. With a `status` it becomes an error code,
    /// otherwise a result code.
    #[serde(skip_serializing_if = "is_false")]
    pub unknown: bool,
    /// Text beside the code. If absent, the most likely text in the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A number is the HTTP status of an error, from 400 to 599 (if absent, the status in the table). A word is the status of a
    /// V3 job: `clear`, `attention`, `block` or `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ScenarioStatus>,
    /// Reason for the status of a V3 job.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason: Option<Reason>,
    /// Steps (`Actions`) of the result to replace, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub actions: BTreeMap<Action, ActionValue>,
    /// Processing time of the job, such as `90s`, instead of the mock server's usual time.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub after: Option<Duration>,
    /// Later result from a review by a person, if the code is provisional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Result of the search for the same face under other user ids, which is sent in a separate callback: `5210` no
    /// match, `5211` a match, `5212` the search failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smile_secure: Option<String>,
    /// True if the job enrols the user with the selfie. If absent, as at the real API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrols: Option<bool>,
    /// Members of the result to replace; null removes a member. With it, malformed results can be created.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub set: Extra,
}

/// Result of the review by a person, after a provisional result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Review {
    /// Result code of four digits from a review by a person, such as `1210` or `1212`.
    pub code: String,
    /// Time between the provisional result and the review, such as `2h`. If absent, the review follows at once.
    #[serde(default, with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub after: Option<Duration>,
    /// Text beside the result code of the review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Scenario {
    /// Creates a scenario with this code, and the usual text and HTTP status.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..Self::default() }
    }

    /// Returns true if the scenario answers with an error. Otherwise it chooses a result.
    pub(crate) fn refuses(&self) -> bool {
        self.http_status().is_some() || self.error_code().is_some_and(|code| code.row().is_some())
    }

    /// Returns the HTTP status of the error, if the scenario answers with one.
    pub(crate) fn http_status(&self) -> Option<u16> {
        match self.status {
            Some(ScenarioStatus::Http(status)) => Some(status),
            _ => None,
        }
    }

    /// Returns true if the scenario can only apply to V3 jobs.
    pub(crate) fn is_of_v3(&self) -> bool {
        self.reason.is_some() || matches!(self.status, Some(ScenarioStatus::Job(_)))
    }

    pub(crate) fn error_code(&self) -> Option<ErrorCode> {
        self.code.as_deref().map(ErrorCode::from)
    }
}

/// Scenarios do not apply to the presigned URLs of a job.
impl RuleKind for Scenario {
    const NAME: &'static str = "scenario";

    fn endpoints() -> Vec<&'static str> {
        ENDPOINTS.iter().chain(V3_ENDPOINTS).map(endpoint_name).collect()
    }
}

impl Review {
    /// Creates a review with this result code, at this time after the provisional result.
    pub fn new(code: impl Into<String>, after: Duration) -> Self {
        Self { code: code.into(), after: Some(after), text: None }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
