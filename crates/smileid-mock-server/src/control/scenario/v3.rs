//! Scenarios for V3: a status with a reason, or an error with an HTTP status.

use bytes::Bytes;
use http::{Request, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::types::v3::{Reason, Status};

use super::{
    Scenario, ScenarioError,
    check::{absent, http_status},
    header,
};
use crate::{
    control::rules::Rules,
    model::secret::Secret,
    refusal::{Cause, Refused, v3 as refusal},
    request::{RequestInfo, Route},
};

/// Member `status` of a scenario: a number is the HTTP status of an error; a word is the status of a V3 job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ScenarioStatus {
    /// HTTP status of an error response.
    Http(u16),
    /// Status of a V3 job.
    #[schemars(with = "String")]
    Job(Status),
}

/// Selects the scenario for a V3 request whose access token was checked. Returns an error response if the scenario chooses one.
pub(crate) fn select(
    request: &Request<Bytes>,
    info: &RequestInfo,
    rules: &mut Rules<Scenario>,
    secret: &Secret,
) -> Result<Option<Scenario>, Refused> {
    let is_job = matches!(info.route, Route::Endpoint(spec) if is_job(spec.path));
    let read = header::parse(request.headers()).and_then(|scenario| {
        let checked = scenario.as_ref().map_or(Ok(()), |scenario| check(scenario, is_job));
        checked.map(|()| scenario).map_err(|error| header::impossible(&error))
    });
    let told = read.map_err(|error| refusal::refused(StatusCode::BAD_REQUEST, error.to_string()))?;
    let scenario = match told {
        Some(scenario) => Some(scenario),
        None => rules
            .pick_if(info, secret, |rule| {
                let refuses = rule.then.http_status().is_some();
                let is_named = rule.when.endpoint.is_some();
                rule.then.code.is_none() && if refuses { is_named || is_job } else { is_job }
            })
            .cloned(),
    };
    // The handler of a lookup creates the job first.
    let leaves_job = matches!(info.route, Route::Endpoint(spec) if spec.path.ends_with(SYNC))
        && matches!(scenario.as_ref().and_then(Scenario::http_status), Some(408 | 424 | 500 | 504));
    match scenario.as_ref().and_then(refused).filter(|_| !leaves_job) {
        Some(refused) => Err(refused),
        None => Ok(scenario),
    }
}

/// End of the path of an endpoint that responds with the result.
const SYNC: &str = "/sync";

/// Returns true for the path of an endpoint that creates jobs.
pub(super) fn is_job(path: &str) -> bool {
    let path = path.strip_suffix(SYNC).unwrap_or(path);
    smileid_protocol::types::v3::Product::rows().iter().any(|row| row.path == Some(path))
}

/// Returns the refusal of a scenario that refuses.
pub(crate) fn refused(scenario: &Scenario) -> Option<Refused> {
    let status = StatusCode::from_u16(scenario.http_status()?).unwrap_or(StatusCode::BAD_REQUEST);
    let text = scenario.text.clone().unwrap_or_else(|| refusal::usual_message(status).to_owned());
    Some(refusal::refused(status, text).because(Cause::Scenario))
}

/// Checks a scenario that can apply to V3 requests.
pub(super) fn check(scenario: &Scenario, is_job: bool) -> Result<(), ScenarioError> {
    if scenario.code.is_some() {
        return Err(ScenarioError::new("code", "has no effect in version 3: use `status` and `reason`"));
    }
    let of_v1 = [
        ("actions", scenario.actions.is_empty()),
        ("review", scenario.review.is_none()),
        ("smile_secure", scenario.smile_secure.is_none()),
    ];
    absent(&of_v1, "has no effect in version 3")?;
    if scenario.http_status().is_some() {
        return check_refusal(scenario);
    }
    if !is_job {
        return Err(ScenarioError::new(
            "status",
            "is the status of a job, but these requests do not create jobs",
        ));
    }
    match (&scenario.status, &scenario.reason) {
        (None, Some(_)) => Err(ScenarioError::new("status", "is missing, but `reason` needs it")),
        (Some(ScenarioStatus::Job(status)), _) if !scenario.unknown && !status.is_final() => Err(
            ScenarioError::new("status", "must be clear, attention, block or error; or set `unknown: true`"),
        ),
        (Some(ScenarioStatus::Job(status)), Some(reason)) if !scenario.unknown => {
            check_reason(status, reason)
        }
        _ => Ok(()),
    }
}

fn check_refusal(scenario: &Scenario) -> Result<(), ScenarioError> {
    let of_results = [
        ("reason", scenario.reason.is_none()),
        ("after", scenario.after.is_none()),
        ("enrols", scenario.enrols.is_none()),
        ("set", scenario.set.is_empty()),
    ];
    http_status(scenario)?;
    absent(
        &of_results,
        "applies to results, but the scenario has an HTTP status of an error and so no result",
    )
}

/// Checks that the table of reasons lists this reason for this status.
fn check_reason(status: &Status, reason: &Reason) -> Result<(), ScenarioError> {
    if reason.row().is_some_and(|row| row.statuses.contains(status)) {
        return Ok(());
    }
    let known =
        Reason::rows().iter().filter(|row| row.statuses.contains(status)).map(|row| row.reason.as_str());
    let problem = match known.collect::<Vec<_>>() {
        none if none.is_empty() => format!("must be left out with `status: {}`", status.as_str()),
        known => format!("must be one of {} with `status: {}`", known.join(", "), status.as_str()),
    };
    Err(ScenarioError::new("reason", format!("{problem}; or set `unknown: true`")))
}
