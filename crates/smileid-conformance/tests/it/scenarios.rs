//! Every scenario, against the mock's core.

use std::path::Path;

use smileid_conformance::{Suite, server::Outcome};

use crate::stage::play_alone;

/// The scenarios of the folder, so that a new one need not be embedded to be tried.
pub(crate) fn suite() -> Suite {
    Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")).unwrap()
}

#[test]
fn the_mock_passes_every_scenario() {
    let suite = suite();
    let reports: Vec<_> = suite.scenarios().map(|case| play_alone(case, None)).collect();
    let wrong: String =
        reports.iter().filter(|it| it.outcome != Outcome::Passed).map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(reports.len() >= 60, "only {} scenarios", reports.len());
}
