//! Reads the request header that chooses the scenario for one request.

use super::{
    Scenario, ScenarioError,
    check::{Place, check_for},
};
use http::HeaderMap;

/// Request header that chooses the scenario for the request: a code, or a [`Scenario`] in JSON.
pub(crate) const HEADER: &str = "smileid-mock-scenario";

/// Reads the scenario from the header of a request to one of these endpoints, if the header is present.
pub(super) fn read(headers: &HeaderMap, places: &[Place]) -> Result<Option<Scenario>, ScenarioError> {
    let scenario = parse(headers)?;
    match scenario.as_ref().map(|scenario| check_for(scenario, places)) {
        Some(Err(error)) => Err(impossible(&error)),
        _ => Ok(scenario),
    }
}

/// Reads the header without checking that the scenario is possible. A text that is not JSON is a code.
pub(super) fn parse(headers: &HeaderMap) -> Result<Option<Scenario>, ScenarioError> {
    let Some(header) = headers.get(HEADER) else { return Ok(None) };
    let text =
        header.to_str().map_err(|_| wrong("is not ASCII: in JSON, use `\\u` escapes".to_owned()))?.trim();
    if !text.starts_with('{') {
        return Ok(Some(Scenario::new(text)));
    }
    let scenario = serde_json::from_str(text);
    scenario.map(Some).map_err(|error| wrong(format!("is not a scenario: {error}")))
}

/// Returns the refusal of a request whose header has an impossible scenario.
pub(super) fn impossible(error: &ScenarioError) -> ScenarioError {
    wrong(format!("is not possible: {error}"))
}

fn wrong(problem: String) -> ScenarioError {
    ScenarioError::new("Smileid-Mock-Scenario", problem)
}
