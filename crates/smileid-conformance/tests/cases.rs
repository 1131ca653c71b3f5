//! Runs each check of the cases as a test, and tests the cases themselves.

#[path = "cases/counts.rs"]
mod counts;
#[path = "cases/ideas.rs"]
mod ideas;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::ExitCode,
};

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use smileid_conformance::{Case, Check, Suite};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let suite = Suite::load(&folder().join("cases"));
    let expected = ExpectedFailures::read();
    let mut trials = Vec::new();
    match (suite, expected) {
        (Ok(suite), Ok(expected)) => trials.extend(trials_of(&suite, &expected)),
        (suite, expected) => {
            trials.push(Trial::test("rules::every_case_file_is_valid", || Ok(suite.map(drop)?)));
            trials.push(Trial::test("rules::expected_failures_are_read", || expected.map(drop)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials_of(suite: &Suite, expected: &ExpectedFailures) -> Vec<Trial> {
    let checks = suite.checks();
    let names: BTreeSet<String> = checks.iter().map(Check::name).collect();
    let unknown: Vec<_> = expected.reasons.keys().filter(|id| !names.contains(*id)).cloned().collect();
    let without_cases = suite.endpoints_without_cases();
    let mut trials: Vec<_> = checks.into_iter().map(|check| trial(check, expected)).collect();
    trials.push(Trial::test("rules::every_endpoint_has_a_case", move || {
        none("no case has both a request and a response of", &without_cases)
    }));
    trials.push(Trial::test("rules::expected_failures_are_checks", move || {
        none("expected_failures.toml names unknown checks", &unknown)
    }));
    let loaded: Vec<_> = suite.cases().iter().map(|case| case.id().to_owned()).collect();
    trials.push(Trial::test("rules::the_embedded_cases_are_the_cases_of_the_folder", move || {
        let embedded = Suite::embedded()?;
        let same = embedded.cases().iter().map(Case::id).eq(loaded.iter().map(String::as_str));
        if same { Ok(()) } else { Err("the embedded cases differ".into()) }
    }));
    trials.extend(counts::trials(suite));
    trials.push(ideas::trial(suite));
    trials
}

/// Creates a test from a check. It must pass, or fail if a failure is expected.
fn trial(check: Check, expected: &ExpectedFailures) -> Trial {
    let name = check.name();
    match expected.reasons.get(&name).cloned() {
        None => Trial::test(name, move || check.run().map_err(|failure| failure.report().into())),
        Some(reason) => Trial::test(name, move || match check.run() {
            Err(_) => Ok(()),
            Ok(()) => Err(format!(
                "passes, but expected_failures.toml expects a failure ({reason}): remove the entry"
            )
            .into()),
        })
        .with_kind("expected failure"),
    }
}

/// The expected failures in `expected_failures.toml`, each with its reason.
struct ExpectedFailures {
    reasons: BTreeMap<String, String>,
}

impl ExpectedFailures {
    fn read() -> Result<Self, Failed> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entries {
            #[serde(default)]
            failure: Vec<Entry>,
        }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            id: String,
            reason: String,
        }

        let text = fs::read_to_string(folder().join("expected_failures.toml"))?;
        let mut reasons = BTreeMap::new();
        for Entry { id, reason } in toml::from_str::<Entries>(&text)?.failure {
            if reason.trim().is_empty() {
                return Err(format!("{id} has no reason").into());
            }
            if reasons.insert(id.clone(), reason).is_some() {
                return Err(format!("{id} is duplicated").into());
            }
        }
        Ok(Self { reasons })
    }
}

fn none(what: &str, found: &[impl std::fmt::Display]) -> Result<(), Failed> {
    if found.is_empty() {
        return Ok(());
    }
    Err(found.iter().fold(format!("{what}:"), |list, it| list + &format!("\n  {it}")).into())
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
