//! Reads the scenario for one request from its header.

use super::{
    Scenario, ScenarioError,
    check::{Place, check_for},
};
use http::HeaderMap;

/// Request header that selects the request's scenario: a code, or a [`Scenario`] in JSON.
pub(crate) const HEADER: &str = "smileid-mock-scenario";

/// Reads the scenario from the header of a request to one of these endpoints, if present.
pub(super) fn read(headers: &HeaderMap, places: &[Place]) -> Result<Option<Scenario>, ScenarioError> {
    let Some(header) = headers.get(HEADER) else { return Ok(None) };
    let wrong = |problem: String| ScenarioError::new("Smileid-Mock-Scenario", problem);
    let text =
        header.to_str().map_err(|_| wrong("is not ASCII: in JSON, use `\\u` escapes".to_owned()))?.trim();
    let scenario = if text.starts_with('{') {
        serde_json::from_str(text).map_err(|error| wrong(format!("is not a scenario: {error}")))?
    } else {
        Scenario::new(text)
    };
    check_for(&scenario, places).map_err(|error| wrong(format!("is not possible: {error}")))?;
    Ok(Some(scenario))
}
