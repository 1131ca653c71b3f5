//! Runs every scenario against the core of the mock server.

use std::path::Path;

use smileid_conformance::{Outcome, Suite};
use smileid_protocol::{ENDPOINTS, V3_ENDPOINTS};

use crate::stage::play_alone;

/// Loads the scenarios from the folder, so that new ones need not be embedded.
pub(crate) fn suite() -> Suite {
    Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")).unwrap()
}

#[test]
fn the_mock_passes_every_scenario() {
    let suite = suite();
    let reports: Vec<_> = suite.scenarios().map(|case| play_alone(case, &[])).collect();
    let wrong: String =
        reports.iter().filter(|it| it.outcome != Outcome::Passed).map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_endpoint_is_used_by_a_scenario() {
    let suite = suite();
    let steps: Vec<_> =
        suite.scenarios().filter_map(|case| case.scenario()).flat_map(|it| &it.steps).collect();
    let asks = |name: &str| steps.iter().any(|step| step.title() == name);
    let idle: Vec<_> =
        ENDPOINTS.iter().chain(V3_ENDPOINTS).map(|spec| spec.name).filter(|name| !asks(name)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}
