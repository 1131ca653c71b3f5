//! What is to come of requests and jobs, instead of what the sandbox's own ways choose.

mod check;
mod chosen;
mod file;
mod header;
mod product;

pub use check::ScenarioError;
pub use file::{FileError, FileStatus, ScenarioFile};

pub(crate) use check::{check, is_by_person};
pub(crate) use chosen::{PatchedResult, SelectedScenario, choose};
pub(crate) use product::image_product;

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::{
    ENDPOINTS,
    types::{Action, ActionValue, ErrorCode, Extra},
};

use super::rules::RuleKind;
use crate::{model::duration, request::endpoint_name};

/// What is to come of a request or of a job, instead of what the sandbox's own ways choose.
///
/// As the `then` of a rule it is for every request that the rule fits; in the header
/// `Smileid-Mock-Scenario` it is for that request alone. It is chosen when a job is announced or a lookup asked for,
/// and stays with the job until nothing more will come of it.
///
/// A code of the table of errors refuses the request: at the endpoint that the rule names, else where a job is announced
/// or a lookup is asked for, and codes of the job status there. A code of the table of results is what the job or lookup
/// ends with. A rule without an endpoint and a job type fits only the products that have the code.
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
    /// Four digits: a code of the table of errors or of the table of results. Left out, the code is the one that it
    /// would be without the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether the code may be one that the tables do not have, to see what a client makes of it. With a `status` it
    /// refuses, else it is a result's.
    #[serde(skip_serializing_if = "is_false")]
    pub unknown: bool,
    /// The text beside the code; the likeliest of the table, when it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The HTTP status of a refusal, from 400 to 599; that of the table, when it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Steps of the result, by their names, that say something else than they would.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub actions: BTreeMap<Action, ActionValue>,
    /// How long the job takes, as in `90s`, whatever the mock has for others.
    #[serde(with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub after: Option<Duration>,
    /// What a person finds later, where the code is a provisional one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What the search for the same face under other names comes to, in a callback of its own: `5210` nobody, `5211`
    /// somebody, `5212` it could not be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smile_secure: Option<String>,
    /// Whether the job leaves the user with an enrolled selfie; as the API does it, when it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrols: Option<bool>,
    /// Members of the result that are something else, or with null are not there: to make odd results.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub set: Extra,
}

/// What a person finds who looks at a provisional result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Review {
    /// Four digits: a code that people give, as `1210` or `1212`.
    pub code: String,
    /// How long after the provisional result, as in `2h`; at the next moment, when it is left out.
    #[serde(default, with = "duration::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub after: Option<Duration>,
    /// The text beside the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Scenario {
    /// One that ends in `code`, and has everything else as it belongs to it.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..Self::default() }
    }

    /// Whether it refuses requests rather than saying what comes of them.
    pub(crate) fn refuses(&self) -> bool {
        self.status.is_some() || self.error_code().is_some_and(|code| code.row().is_some())
    }

    pub(crate) fn error_code(&self) -> Option<ErrorCode> {
        self.code.as_deref().map(ErrorCode::from)
    }
}

/// The links of a job do as they would without it.
impl RuleKind for Scenario {
    const NAME: &'static str = "scenario";

    fn endpoints() -> Vec<&'static str> {
        ENDPOINTS.iter().map(endpoint_name).collect()
    }
}

impl Review {
    /// A person finds `code`, so long after the provisional result.
    pub fn new(code: impl Into<String>, after: Duration) -> Self {
        Self { code: code.into(), after: Some(after), text: None }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
