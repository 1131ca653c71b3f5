//! Runs the JSON test cases of the two heuristics of this crate: the signature doctor, which finds why a signature is wrong, and
//! the lint of jobs.
//!
//! A case is a JSON file under `tests/cases/`, and its `id` is its path there without `.json`. Each check of a case is one
//! test. The cases are made by the `make.py` beside them.

mod doctor;
mod strict;

use std::{collections::BTreeMap, error::Error, fs, path::Path, process::ExitCode, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error as _};
use serde_json::{Map, Value};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    match (load("doctor"), load("strict")) {
        (Ok(doctor), Ok(strict)) => {
            trials.push(doctor::every_suspicion_has_a_case(&doctor));
            trials.push(strict::every_code_has_a_case(&strict));
            trials.extend(doctor.into_iter().flat_map(|(id, case)| doctor::trials(&id, &case)));
            trials.extend(strict.into_iter().flat_map(|(id, case)| strict::trials(&id, &case)));
        }
        (doctor, strict) => {
            trials.push(Trial::test("rules::every_doctor_file_is_a_case", || doctor.map(drop)));
            trials.push(Trial::test("rules::every_strict_file_is_a_case", || strict.map(drop)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Test cases by id.
type Cases<C> = BTreeMap<String, Arc<C>>;

/// Reads the test cases in a folder below `tests/cases/`.
#[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
fn load<C: DeserializeOwned>(folder: &str) -> Result<Cases<C>, Failed> {
    let mut cases = Cases::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let id = format!("{folder}/{name}");
            let case = read(&fs::read_to_string(&path)?, &id).map_err(|error| format!("{id}: {error}"))?;
            cases.insert(id, Arc::new(case));
        }
    }
    Ok(cases)
}

/// Reads a test case. Every case has an `id`, a `description` and a `source`, each one line of text.
fn read<C: DeserializeOwned>(text: &str, id: &str) -> Result<C, Box<dyn Error>> {
    let mut members: Map<String, Value> = serde_json::from_str(text)?;
    for name in ["id", "description", "source"] {
        let line = members.remove(name).and_then(|line| Some(line.as_str()?.to_owned())).unwrap_or_default();
        if line.trim().is_empty() || line.contains('\n') || (name == "id" && line != id) {
            return Err(format!("wrong `{name}`").into());
        }
    }
    Ok(C::deserialize(Value::Object(members))?)
}

/// Creates a test from one check of a test case.
fn trial<C: Send + Sync + 'static>(
    id: &str,
    group: &str,
    case: &Arc<C>,
    run: fn(&C) -> Result<(), Failed>,
) -> Trial {
    let case = Arc::clone(case);
    Trial::test(format!("{id}::{group}"), move || run(&case))
}

/// Compares two JSON values completely.
fn same(what: &str, expected: &Value, got: &Value) -> Result<(), Failed> {
    if expected == got { Ok(()) } else { Err(format!("{what}: expected {expected}, got {got}").into()) }
}

/// Content of a file, which the test case has in base64.
#[derive(Deserialize)]
#[serde(transparent)]
struct Content(#[serde(deserialize_with = "base64_bytes")] Vec<u8>);

fn base64_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
}
