//! Checks that the cases and tests in `cases/IDEAS.md` exist.

use std::fs;

use libtest_mimic::Trial;
use smileid_conformance::{Case, Suite};

pub(crate) fn trial(suite: &Suite) -> Trial {
    let ids: Vec<_> = suite.cases().iter().map(|case| Case::id(case).to_owned()).collect();
    Trial::test("rules::every_case_in_the_ideas_exists", move || {
        let text = fs::read_to_string(super::folder().join("cases/IDEAS.md"))?;
        let named = text.split('`').skip(1).step_by(2).filter(|name| name.contains('/'));
        let missing: Vec<_> = named.filter(|name| !exists(name, &ids)).collect();
        super::none("cases/IDEAS.md names missing cases or tests", &missing)
    })
}

fn exists(name: &str, ids: &[String]) -> bool {
    // The tests of other crates are not packaged with this one.
    if name.strip_suffix(".rs").is_some() {
        let root = super::folder().join("../..");
        return root.join(name).exists() || !root.join("Cargo.lock").exists();
    }
    let name = name.split("::").next().unwrap_or(name);
    match name.split_once('*') {
        None => ids.iter().any(|id| id == name),
        Some((start, end)) => ids.iter().any(|id| id.starts_with(start) && id.ends_with(end)),
    }
}
