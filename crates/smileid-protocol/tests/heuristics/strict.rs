//! Tests the lint of jobs: jobs that can be sent but are probably wrong, and the warnings that are expected.

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

/// A job, and the warnings that are expected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The job in the form of the official SDKs.
    job: Value,
    /// True if the job can be sent. Then the typed job must have the same warnings.
    can_be_sent: bool,
    /// Environment to which the job is sent: `sandbox` or `production`. Absent if unknown.
    #[serde(default)]
    environment: Option<String>,
    /// Files that the job names, by path. Absent if the images are not read.
    #[serde(default)]
    files: Option<BTreeMap<String, Content>>,
    /// Lengths of files in bytes. Files are filled up with zeros to this length.
    #[serde(default)]
    lengths: BTreeMap<String, usize>,
    /// Time at which the request of the job is signed. Absent if the time is not checked.
    #[serde(default)]
    timestamp: Option<String>,
    /// Expected warnings about the timestamp.
    #[serde(default)]
    expect_of_timestamp: Vec<WarningExpected>,
    /// Expected warnings about the job, in any order.
    expect: Vec<WarningExpected>,
    /// Additional warnings that are expected after the images were read.
    #[serde(default)]
    expect_of_images: Vec<WarningExpected>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarningExpected {
    /// Code of the warning, such as `id-number.shape`.
    code: String,
    /// Path of the field, such as `id_info.id_number`.
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

/// Checks that warnings name fields and show no values of the job, except words from the tables.
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
