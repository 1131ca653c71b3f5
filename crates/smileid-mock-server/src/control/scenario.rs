//! Scenarios: results of requests and jobs that a test chooses, in place of the sandbox's own.

mod check;
mod file;
mod header;
mod product;
mod selected;
pub(crate) mod v3;

pub use check::ScenarioError;
pub use file::{FileError, FileStatus, ScenarioFile};
pub use v3::ScenarioStatus;

pub(crate) use check::{check, is_by_person};
pub(crate) use product::image_product;
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

/// Scenario: the result that a test chooses for a request or a job, in place of the sandbox's own.
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
    /// Code, four digits: from the table of errors or the table of results. If left out, the code is the one that the
    /// sandbox would choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// True to allow a code that the tables do not have, to test how a client handles it. With a `status` it is the
    /// code of a refusal, otherwise that of a result.
    #[serde(skip_serializing_if = "is_false")]
    pub unknown: bool,
    /// Text beside the code; if left out, the most likely one of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Number: HTTP status of a refusal, from 400 to 599; if left out, that of the table. Word: status of a V3 job,
    /// `clear`, `attention`, `block` or `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ScenarioStatus>,
    /// Reason of a V3 job's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub reason: Option<Reason>,
    /// Actions of the result to replace, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub actions: BTreeMap<Action, ActionValue>,
    /// Processing time of the job, as in `90s`, instead of the mock's own.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub after: Option<Duration>,
    /// Later result of a human review, if the code is provisional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Result of the search for the same face under other user ids, which is sent in a separate callback: `5210` no
    /// match, `5211` a match, `5212` the search failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smile_secure: Option<String>,
    /// True if the job enrols the user's selfie; if left out, as the API does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrols: Option<bool>,
    /// Members of the result to replace, or to remove if null. Use it to create malformed results.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub set: Extra,
}

/// Result of the human review of a provisional result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Review {
    /// Code, four digits: one of human reviews, as `1210` or `1212`.
    pub code: String,
    /// Delay after the provisional result, as in `2h`; if left out, the review follows at once.
    #[serde(default, with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub after: Option<Duration>,
    /// Text beside the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Scenario {
    /// Creates a scenario with this code and its usual text and status.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..Self::default() }
    }

    /// Returns true if the scenario refuses the request. Otherwise it chooses a result.
    pub(crate) fn refuses(&self) -> bool {
        self.http_status().is_some() || self.error_code().is_some_and(|code| code.row().is_some())
    }

    /// Returns the HTTP status of the refusal, if it refuses requests.
    pub(crate) fn http_status(&self) -> Option<u16> {
        match self.status {
            Some(ScenarioStatus::Http(status)) => Some(status),
            _ => None,
        }
    }

    /// Returns true if it is about V3 jobs alone.
    pub(crate) fn is_of_v3(&self) -> bool {
        self.reason.is_some() || matches!(self.status, Some(ScenarioStatus::Job(_)))
    }

    pub(crate) fn error_code(&self) -> Option<ErrorCode> {
        self.code.as_deref().map(ErrorCode::from)
    }
}

/// Scenarios do not apply to the links of a job.
impl RuleKind for Scenario {
    const NAME: &'static str = "scenario";

    fn endpoints() -> Vec<&'static str> {
        ENDPOINTS.iter().chain(V3_ENDPOINTS).map(endpoint_name).collect()
    }
}

impl Review {
    /// Creates a review with `code`, at this delay after the provisional result.
    pub fn new(code: impl Into<String>, after: Duration) -> Self {
        Self { code: code.into(), after: Some(after), text: None }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
