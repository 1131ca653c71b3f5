//! Jobs that can be sent and are probably wrong, and the warnings of the strict checks.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    sync::Arc,
};

use libtest_mimic::{Failed, Trial};
use serde::Deserialize;
use serde_json::{Value, json};
use smileid_protocol::{
    job::{
        CallbackUrl,
        lint::{self, Warning, WarningCode},
        sdk_job::{CheckedJob, SdkJob},
    },
    timestamp::Timestamp,
    types::{ENVIRONMENTS, EnvironmentRow},
};

use crate::{Cases, Content, same, trial};

/// A job, and the warnings about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The job, in the SDKs' form.
    job: Value,
    /// Whether it can be sent all the same. If so, the typed job must raise the same warnings.
    can_be_sent: bool,
    /// The environment: `sandbox` or `production`. Absent when it is not known.
    #[serde(default)]
    environment: Option<String>,
    /// The files that the job names, by path. Absent when the images are not to be read.
    #[serde(default)]
    files: Option<BTreeMap<String, Content>>,
    /// Lengths of files in bytes: their contents are filled up with zeros.
    #[serde(default)]
    lengths: BTreeMap<String, usize>,
    /// The time that the job's request is signed at. Absent when it is not judged.
    #[serde(default)]
    timestamp: Option<String>,
    /// The warnings about the time.
    #[serde(default)]
    expect_of_timestamp: Vec<WarningExpected>,
    /// The warnings, in any order.
    expect: Vec<WarningExpected>,
    /// The further warnings once the images have been read.
    #[serde(default)]
    expect_of_images: Vec<WarningExpected>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarningExpected {
    /// The code: `id-number.shape`.
    code: String,
    /// The path of the field: `id_info.id_number`.
    field: String,
}

pub(crate) fn trials(id: &str, case: &Arc<Case>) -> Vec<Trial> {
    let mut trials = vec![trial(id, "loose", case, loose), trial(id, "shows_no_value", case, shows_no_value)];
    if case.can_be_sent {
        trials.push(trial(id, "typed", case, typed));
    }
    if case.files.is_some() {
        trials.push(trial(id, "ready", case, ready));
    }
    if case.timestamp.is_some() {
        trials.push(trial(id, "timestamp", case, timestamp));
    }
    trials
}

pub(crate) fn every_code_has_a_case(cases: &Cases<Case>) -> Trial {
    let expected = cases
        .values()
        .flat_map(|case| case.expect.iter().chain(&case.expect_of_images).chain(&case.expect_of_timestamp));
    let codes: BTreeSet<_> = expected.map(|warning| warning.code.clone()).collect();
    Trial::test("rules::every_warning_has_a_case", move || {
        let known: BTreeSet<_> = WarningCode::LISTED.iter().map(ToString::to_string).collect();
        same("the codes of the cases", &json!(known), &json!(codes))
    })
}

fn timestamp(case: &Case) -> Result<(), Failed> {
    let text = case.timestamp.clone().unwrap_or_default();
    let time = Timestamp::new(text)?;
    let warnings: Vec<_> = lint::timestamp(&time).into_iter().collect();
    same_warnings(&case.expect_of_timestamp, &warnings)
}

fn loose(case: &Case) -> Result<(), Failed> {
    same_warnings(&case.expect, &warnings(case)?)
}

fn warnings(case: &Case) -> Result<Vec<Warning>, Failed> {
    Ok(lint::sdk_job(&job(case)?, environment(case)?))
}

fn typed(case: &Case) -> Result<(), Failed> {
    let environment = environment(case)?;
    let warnings = match checked(case)? {
        CheckedJob::Images(job, _) => lint::image_job(&job, environment),
        CheckedJob::Lookup(job) => lint::lookup_job(&job, environment),
        other => return Err(format!("a job of no known form: {other:?}").into()),
    };
    same_warnings(&case.expect, &warnings)
}

fn ready(case: &Case) -> Result<(), Failed> {
    let CheckedJob::Images(job, _) = checked(case)? else {
        return Err("a lookup has no files".into());
    };
    let none = BTreeMap::new();
    let files = case.files.as_ref().unwrap_or(&none);
    let read = |path: &Path| {
        let mut content =
            path.to_str().and_then(|path| files.get(path)).ok_or(io::ErrorKind::NotFound)?.0.clone();
        let length = path.to_str().and_then(|path| case.lengths.get(path));
        content.resize(length.copied().unwrap_or(content.len()), 0);
        Ok(content.into())
    };
    let ready = job.read(read)?;
    let warnings = lint::ready_job(&ready, environment(case)?);
    let expected: Vec<_> = case.expect.iter().chain(&case.expect_of_images).cloned().collect();
    same_warnings(&expected, &warnings)
}

/// Warnings name fields, and show none of the texts in them but what the tables have.
fn shows_no_value(case: &Case) -> Result<(), Failed> {
    let warnings = warnings(case)?;
    let texts: Vec<_> = warnings.iter().map(|it| format!("{it} {it:?}")).collect();
    let shown = texts.join(" ");
    let info = case.job.get("id_info").and_then(Value::as_object);
    let personal =
        info.into_iter().flatten().filter(|(name, _)| !["country", "id_type"].contains(&name.as_str()));
    let params = case.job.get("partner_params").and_then(Value::as_object);
    let names = params.into_iter().flatten().filter(|(name, _)| *name != "job_type");
    let values = personal.chain(names).filter_map(|(_, value)| value.as_str());
    match values.filter(|value| value.len() > 3).find(|value| shown.contains(*value)) {
        Some(_) => Err(format!("a warning shows a value: {shown}").into()),
        None => Ok(()),
    }
}

fn job(case: &Case) -> Result<SdkJob, Failed> {
    Ok(SdkJob::from_json(&case.job)?)
}

fn checked(case: &Case) -> Result<CheckedJob, Failed> {
    let callback = CallbackUrl::parse("https://cb.example/")?;
    Ok(job(case)?.check(Some(callback))?)
}

fn environment(case: &Case) -> Result<Option<&'static EnvironmentRow>, Failed> {
    let Some(name) = &case.environment else { return Ok(None) };
    match ENVIRONMENTS.iter().find(|row| row.name == name) {
        Some(row) => Ok(Some(row)),
        None => Err(format!("there is no environment `{name}`").into()),
    }
}

fn same_warnings(expected: &[WarningExpected], warnings: &[Warning]) -> Result<(), Failed> {
    let mut found: Vec<_> = warnings
        .iter()
        .map(|it| WarningExpected { code: it.code.to_string(), field: it.field.clone() })
        .collect();
    let mut expected = expected.to_vec();
    // Their order says nothing.
    found.sort();
    expected.sort();
    let json = |warnings: &[WarningExpected]| -> Value {
        warnings.iter().map(|it| json!({"code": it.code, "field": it.field})).collect()
    };
    same("the warnings", &json(&expected), &json(&found))
}
