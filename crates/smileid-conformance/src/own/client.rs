//! Checks that the client judge finds exactly the broken rules that a case expects.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;
use serde_json::{Value, json};
use smileid_protocol::{
    auth::Credentials,
    package::{
        INFO_JSON,
        layout::{Entry, Segment, layout},
    },
    timestamp::Timestamp,
};

use crate::{
    body,
    case::{ArchivePut, ClientCase, ClientStep, Keys, RecordedCase},
    check::{Body, part},
    failure::{Doing as _, Failure, same_whole},
    probe::client::Judge,
};

/// Time of the first request.
const BEGINNING: i64 = 1_700_000_000_000;

pub(crate) fn parts(case: &Arc<ClientCase>) -> Vec<(&'static str, Body)> {
    vec![
        part("breaks", case, breaks),
        part("keeps", case, keeps),
        part("shows_no_value", case, shows_no_value),
    ]
}

fn breaks(case: &ClientCase) -> Result<(), Failure> {
    if case.expect.iter().all(|rule| case.besides.contains(rule)) {
        return Err(Failure::contradiction("`breaks` must break a rule that `keeps` does not break"));
    }
    same_rules(&case.expect, &judge_of(case, &case.breaks)?)
}

fn keeps(case: &ClientCase) -> Result<(), Failure> {
    same_rules(&case.besides, &judge_of(case, &case.keeps)?)
}

fn same_rules(expected: &[String], judge: &Judge) -> Result<(), Failure> {
    let report = judge.report();
    let mut found: Vec<_> = report.rules.iter().map(|rule| rule.rule.as_str()).collect();
    found.sort_unstable();
    same_whole("the broken rules", &json!(expected), &json!(found))
}

/// Checks that a recorded program breaks exactly the listed rules. Each recording is judged separately, with its
/// requests three seconds apart.
pub(crate) fn judged(case: &RecordedCase) -> Result<(), Failure> {
    let mut found = BTreeSet::new();
    for recording in recordings(case)?.into_values() {
        let mut judge = Judge::new(case.credentials.credentials()?);
        let link =
            recording.values().find(|request| request.method() == "PUT").map(|put| put.uri().to_string());
        // Only the response with the upload link matters here, so all other responses are empty.
        let response =
            link.map_or_else(|| json!({}), |link| json!({"upload_url": link, "smile_job_id": "1"}));
        let response = body::response(200, &BTreeMap::new(), Bytes::from(response.to_string()))?;
        let mut now = recording.values().find_map(signed_at).unwrap_or(BEGINNING);
        for request in recording.values() {
            judge.observe(request, Some(&response), now);
            now += 3000;
        }
        found.extend(judge.report().rules.into_iter().map(|rule| rule.rule));
    }
    same_whole("the broken rules", &json!(case.rules), &json!(found))
}

/// Returns the requests of each recording, by name and in order, such as `poll_2/003-POST-job_status`.
fn recordings(case: &RecordedCase) -> Result<BTreeMap<&str, BTreeMap<&str, http::Request<Bytes>>>, Failure> {
    let mut recordings = BTreeMap::<_, BTreeMap<_, _>>::new();
    for it in &case.requests {
        let body = Bytes::copy_from_slice(it.body.as_bytes());
        let request = body::request(&it.method, &it.path, "", &it.headers, body)?;
        recordings.entry(folder(&it.recording)).or_default().insert(it.recording.as_str(), request);
    }
    for it in &case.archives {
        let (path, query) = it.path.split_once('?').unwrap_or((&it.path, ""));
        let request = body::request("PUT", path, query, &it.headers, it.archive.0.clone())?;
        recordings.entry(folder(&it.recording)).or_default().insert(it.recording.as_str(), request);
    }
    Ok(recordings)
}

fn folder(recording: &str) -> &str {
    recording.split('/').next().unwrap_or_default()
}

fn signed_at(request: &http::Request<Bytes>) -> Option<i64> {
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    Timestamp::new(body.get("timestamp")?.as_str()?).ok()?.to_utc_millis()
}

/// Checks that reports contain no personal data, timestamps or signatures of the requests.
fn shows_no_value(case: &ClientCase) -> Result<(), Failure> {
    let judge = judge_of(case, &case.breaks)?;
    let report = judge.report();
    let shown = format!("{report} {report:?} {judge:?}");
    let secrets = [
        "Leonora",
        "00000000000",
        "/srv/",
        "user-1",
        "job-1",
        "cb.example",
        "Signature=",
        "Clearwater",
        "eyJ",
    ];
    let secrets = secrets.iter().copied().chain([case.credentials.api_key.as_str()]);
    match secrets.into_iter().find(|secret| shown.contains(secret)) {
        Some(_) => Err(Failure::Accepted { what: "a report that contains a secret".to_owned() }),
        None => Ok(()),
    }
}

fn judge_of(case: &ClientCase, steps: &[ClientStep]) -> Result<Judge, Failure> {
    let key = case.credentials.credentials()?;
    let mut judge = Judge::new(key.clone());
    let mut now = BEGINNING;
    for step in steps {
        let other = step.credentials.as_ref().map(Keys::credentials).transpose()?;
        let key = other.as_ref().unwrap_or(&key);
        for _ in 0..step.times {
            now += step.after;
            let request = request(step, key, now)?;
            let answer = match &step.answer {
                None => Some(body::response(200, &BTreeMap::new(), Bytes::from_static(b"{}"))?),
                Some(answer) => {
                    let json = Bytes::from(answer.json.to_string());
                    answer.status.map(|status| body::response(status, &answer.headers, json)).transpose()?
                }
            };
            judge.observe_partner(key, &request, answer.as_ref(), now..now + step.takes);
        }
    }
    Ok(judge)
}

fn request(step: &ClientStep, key: &Credentials, now: i64) -> Result<http::Request<Bytes>, Failure> {
    let timestamp = match &step.timestamp {
        Some(text) => Timestamp::new(text.as_str()).doing("taking the timestamp")?,
        None => Timestamp::from_utc_millis(now),
    };
    let sealed = |json: &Value| {
        let text = json.to_string().replace("{timestamp}", timestamp.as_str());
        text.replace("{signature}", key.sign(&timestamp).as_str())
    };
    let json = "application/json".to_owned();
    let (body, content_type) = match (&step.json, &step.body, &step.parts, &step.archive) {
        (Some(it), None, None, None) => (Bytes::from(sealed(it)), json),
        (None, Some(text), None, None) => (Bytes::copy_from_slice(text.as_bytes()), json),
        (None, None, Some(parts), None) => (body::form::write(parts), body::form::content_type()),
        (None, None, None, Some(put)) => (archive(put, sealed(&put.info))?, "application/zip".to_owned()),
        (None, None, None, None) => (Bytes::new(), json),
        _ => {
            return Err(Failure::contradiction(
                "only one of `json`, `body`, `parts` and `archive` is allowed",
            ));
        }
    };
    let length = body.len().to_string();
    let usual = [("content-type", content_type), ("content-length", length)];
    let usual: BTreeMap<_, _> = usual.map(|(name, value)| (name.to_owned(), value)).into();
    let mut headers = step.headers.clone().unwrap_or_else(|| usual.clone());
    if step.parts.is_some() {
        headers.extend(usual);
    }
    let (path, query) = step.path.split_once('?').unwrap_or((&step.path, ""));
    body::request(&step.method, path, query, &headers, body)
}

fn archive(put: &ArchivePut, info: String) -> Result<Bytes, Failure> {
    let mut entries = vec![Entry::new(INFO_JSON, Bytes::from(info))];
    entries.extend(put.files.iter().map(|(name, content)| Entry::new(name, content.0.clone())));
    let layout = layout(entries).doing("building the archive")?;
    Ok(layout.segments.into_iter().flat_map(Segment::into_bytes).collect())
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use http::Request;

    use super::*;
    use crate::{
        Suite,
        case::{Case, FindingExpected, Kind},
        client::{BrokenRule, Rule},
        probe::client::rule::Breach,
    };

    fn cases() -> Vec<Case> {
        Suite::embedded().map(|suite| suite.cases().to_vec()).unwrap_or_default()
    }

    fn put(archive: &Bytes) -> Result<Request<Bytes>, http::Error> {
        let request = Request::put("/videos/1/1-1-x/selfie.zip").header("content-type", "application/zip");
        request.header("content-length", archive.len()).body(archive.clone())
    }

    fn codes(rules: &[BrokenRule]) -> BTreeSet<&str> {
        rules.iter().map(|rule| rule.rule.as_str()).collect()
    }

    #[test]
    fn every_rule_of_the_judge_has_a_case() {
        let cases = cases();
        let cases = cases.iter().filter_map(|case| match case.kind() {
            Kind::Client(case) => Some(&case.expect),
            _ => None,
        });
        let expected: BTreeSet<&str> = cases.flatten().map(String::as_str).collect();
        let missing: Vec<_> = Breach::CODES.iter().filter(|code| !expected.contains(*code)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    /// The judge reports every finding that the package cases expect from the inspector.
    #[test]
    fn the_judge_reports_the_findings_of_archives() -> Result<(), Box<dyn Error>> {
        let mut seen = BTreeSet::new();
        for case in cases() {
            let Kind::Package(package) = case.kind() else { continue };
            let Some(open) = &package.open else { continue };
            let mut judge = Judge::new(Credentials::new("212", "k")?);
            let stored = http::Response::new(Bytes::new());
            judge.observe(&put(&open.bytes)?, Some(&stored), BEGINNING);
            let report = judge.report();
            let found: BTreeSet<_> =
                codes(&report.rules).into_iter().filter(|code| code.contains('.')).collect();
            // A single rule reports all duplicates of the unused entries that the Python SDK writes.
            let has_own_rule = |it: &&FindingExpected| {
                it.code == "name.duplicate" && it.entry.as_deref() == Some("base64imgString")
            };
            let expected = open.expect.findings.iter().filter(|it| !has_own_rule(it));
            let expected: BTreeSet<_> = expected.map(|it| it.code.as_str()).collect();
            assert_eq!(found, expected, "{}", case.id());
            seen.extend(open.expect.findings.iter().map(|it| it.code.clone()));
        }
        let all = Rule::listed().iter().map(|rule| rule.code).filter(|code| code.contains('.'));
        assert_eq!(seen.iter().map(String::as_str).collect::<BTreeSet<_>>(), all.collect());
        Ok(())
    }
}
