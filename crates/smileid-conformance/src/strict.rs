//! What is probably wrong with jobs.

use std::{path::Path, sync::Arc};

use serde_json::{Value, json};
use smileid_protocol::{
    job::{
        CallbackUrl,
        loose::{CheckedJob, LooseJob},
        strict::{self, Warning},
    },
    timestamp::Timestamp,
    types::{ENVIRONMENTS, EnvironmentRow},
};

use crate::{
    case::{StrictCase, WarningExpected},
    check::{Body, part},
    failure::{Doing as _, Failure, same_whole},
    loose::read_file,
};

pub(crate) fn parts(case: &Arc<StrictCase>) -> Vec<(&'static str, Body)> {
    let mut parts = vec![part("loose", case, loose), part("shows_no_value", case, shows_no_value)];
    if case.can_be_sent {
        parts.push(part("typed", case, typed));
    }
    if case.files.is_some() {
        parts.push(part("ready", case, ready));
    }
    if case.timestamp.is_some() {
        parts.push(part("timestamp", case, timestamp));
    }
    parts
}

fn timestamp(case: &StrictCase) -> Result<(), Failure> {
    let text = case.timestamp.clone().unwrap_or_default();
    let time = Timestamp::new(text).doing("reading the timestamp")?;
    let warnings: Vec<_> = strict::timestamp(&time).into_iter().collect();
    same_warnings(&case.expect_of_timestamp, &warnings)
}

fn loose(case: &StrictCase) -> Result<(), Failure> {
    same_warnings(&case.expect, &warnings(case)?)
}

fn warnings(case: &StrictCase) -> Result<Vec<Warning>, Failure> {
    Ok(strict::loose_job(&job(case)?, environment(case)?))
}

fn typed(case: &StrictCase) -> Result<(), Failure> {
    let environment = environment(case)?;
    let warnings = match checked(case)? {
        CheckedJob::Images(job, _) => strict::image_job(&job, environment),
        CheckedJob::Lookup(job) => strict::lookup_job(&job, environment),
        other => return Err(Failure::contradiction(format!("a job of no known form: {other:?}"))),
    };
    same_warnings(&case.expect, &warnings)
}

fn ready(case: &StrictCase) -> Result<(), Failure> {
    let CheckedJob::Images(job, _) = checked(case)? else {
        return Err(Failure::contradiction("a lookup has no files"));
    };
    let files = case.files.clone().unwrap_or_default();
    let read = |path: &Path| {
        let mut content = Vec::from(read_file(&files, path)?);
        let length = path.to_str().and_then(|path| case.lengths.get(path));
        content.resize(length.copied().unwrap_or(content.len()), 0);
        Ok(content.into())
    };
    let ready = job.read(read).doing("reading the images")?;
    let warnings = strict::ready_job(&ready, environment(case)?);
    let expected: Vec<_> = case.expect.iter().chain(&case.expect_of_images).cloned().collect();
    same_warnings(&expected, &warnings)
}

/// Warnings name fields, and show none of the texts in them but what the tables have.
fn shows_no_value(case: &StrictCase) -> Result<(), Failure> {
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
        Some(_) => Err(Failure::Accepted { what: format!("a warning that shows a value: {shown}") }),
        None => Ok(()),
    }
}

fn job(case: &StrictCase) -> Result<LooseJob, Failure> {
    LooseJob::from_json(&case.job).doing("reading the job")
}

fn checked(case: &StrictCase) -> Result<CheckedJob, Failure> {
    let callback = CallbackUrl::parse("https://cb.example/").doing("making a callback")?;
    job(case)?.check(Some(callback)).doing("checking the job")
}

fn environment(case: &StrictCase) -> Result<Option<&'static EnvironmentRow>, Failure> {
    let Some(name) = &case.environment else { return Ok(None) };
    match ENVIRONMENTS.iter().find(|row| row.name == name) {
        Some(row) => Ok(Some(row)),
        None => Err(Failure::contradiction(format!("there is no environment `{name}`"))),
    }
}

fn same_warnings(expected: &[WarningExpected], warnings: &[Warning]) -> Result<(), Failure> {
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
    same_whole("the warnings", &json(&expected), &json(&found))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize as _;
    use serde_json::Value;
    use smileid_protocol::{
        job::strict::{self, WarningCode},
        package::info::InfoJson,
        timestamp::Timestamp,
        types::{IdInfo, PartnerParams},
    };

    use crate::{Suite, case::Case};

    /// The official SDKs' recorded requests are right, but for those that were recorded to see what becomes of odd input.
    #[test]
    fn official_requests_raise_no_warning() {
        let suite = Suite::embedded().unwrap();
        let mut found = Vec::new();
        let mut checked = 0;
        for case in suite.cases() {
            let Case::Recorded(case) = case else { continue };
            for request in &case.requests {
                let body: Value = serde_json::from_str(&request.body).unwrap();
                let params = PartnerParams::deserialize(&body["partner_params"]).unwrap_or_default();
                let info = IdInfo::deserialize(&body).unwrap_or_default();
                let time = Timestamp::deserialize(&body["timestamp"]).ok();
                let warnings = strict::received(&params, &info, &[]);
                let of_time = time.iter().filter_map(strict::timestamp);
                found.extend(warnings.into_iter().chain(of_time).map(|it| (request.recording.clone(), it)));
                checked += 1;
            }
            for archive in &case.archives {
                let info: InfoJson = serde_json::from_str(&archive.info).unwrap();
                let params = info.misc_information.map(|it| it.partner_params).unwrap_or_default();
                let warnings = strict::received(&params, &info.id_info, &info.images);
                found.extend(warnings.into_iter().map(|it| (archive.recording.clone(), it)));
                checked += 1;
            }
        }
        assert!(checked > 100, "{checked} requests");
        let found: BTreeSet<_> =
            found.iter().map(|(recording, it)| format!("{recording} {} {}", it.code, it.field)).collect();
        // Recorded to see what becomes of a member that is no text, which the FAQ on `partner_params` refuses.
        let odd = ["001-POST-upload", "002-PUT-zip"]
            .map(|request| format!("jt1_extra_params/{request} param.not-text partner_params.more"));
        assert_eq!(found, BTreeSet::from(odd));
    }

    #[test]
    fn every_code_has_a_case() {
        let suite = Suite::embedded();
        let cases: BTreeSet<String> = suite
            .iter()
            .flat_map(Suite::cases)
            .filter_map(|case| match case {
                Case::Strict(case) => {
                    Some(case.expect.iter().chain(&case.expect_of_images).chain(&case.expect_of_timestamp))
                }
                _ => None,
            })
            .flatten()
            .map(|warning| warning.code.clone())
            .collect();
        let codes: BTreeSet<String> = WarningCode::LISTED.iter().map(ToString::to_string).collect();
        assert_eq!(codes, cases);
    }
}
