//! Checks with recorded requests of other programs: each is decoded and encoded again.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};
use smileid_protocol::{
    package::{
        info::InfoJson,
        inspect::{self, Limits},
    },
    v1::put_archive::{self, UploadUrl},
};

use crate::{
    body,
    case::{Exception, RecordedArchive, RecordedCase, RecordedRequest},
    check::Body,
    failure::{Doing as _, Failure, same},
    own::client,
    own::codec::again,
    own::package::same_findings,
};

/// Returns a check for each recorded request and archive, with its name.
pub(crate) fn parts(case: &Arc<RecordedCase>) -> Vec<(String, Body)> {
    let mut parts: Vec<(String, Body)> = Vec::new();
    for (index, request) in case.requests.iter().enumerate() {
        let case = Arc::clone(case);
        let run = move || case.requests.get(index).map_or(Ok(()), |request| same_request(&case, request));
        parts.push((request.recording.clone(), Box::new(run)));
    }
    for (index, archive) in case.archives.iter().enumerate() {
        let case = Arc::clone(case);
        let run = move || case.archives.get(index).map_or(Ok(()), same_archive);
        parts.push((archive.recording.clone(), Box::new(run)));
    }
    if !parts.is_empty() {
        let case = Arc::clone(case);
        parts.push(("judged".to_owned(), Box::new(move || client::judged(&case))));
    }
    parts
}

fn same_request(case: &RecordedCase, recorded: &RecordedRequest) -> Result<(), Failure> {
    let body = Bytes::copy_from_slice(recorded.body.as_bytes());
    let request = body::request(&recorded.method, &recorded.path, "", &recorded.headers, body)?;
    let written = again(&request, &case.credentials.credentials()?)?;
    same("the method and URL", &place(&request), &place(&written))?;
    let expected = expected(&recorded.body, &recorded.exceptions)?;
    same("the body after reading and writing", &expected, &body::json(written.body())?)
}

fn place(request: &http::Request<Bytes>) -> Value {
    json!([request.method().as_str(), request.uri().to_string()])
}

fn same_archive(recorded: &RecordedArchive) -> Result<(), Failure> {
    let url = UploadUrl::parse(&format!("{}{}", body::ORIGIN, recorded.path)).doing("reading the URL")?;
    let length = recorded.headers.get("content-length").and_then(|length| length.parse().ok());
    let length =
        length.ok_or_else(|| Failure::contradiction("a recorded archive needs a `content-length` header"))?;
    let put = put_archive::request(&url, length).doing("writing the head of the request")?;
    let address = format!("{}{}", body::ORIGIN, recorded.path);
    same("the method and URL", &json!(["PUT", address]), &json!([put.method.as_str(), put.uri.to_string()]))?;
    same("the headers", &json!(recorded.headers), &json!(texts(&put.headers)))?;

    let inspection = inspect::inspect(&recorded.archive.0, Limits::default());
    same_findings(&recorded.findings, &inspection)?;
    inspect::open(&recorded.archive.0, Limits::default()).doing("opening the archive")?;
    let info: InfoJson = serde_json::from_str(&recorded.info).doing("reading info.json")?;
    let written = serde_json::to_value(info).doing("writing info.json")?;
    same("info.json after reading and writing", &expected(&recorded.info, &recorded.exceptions)?, &written)?;
    let found = serde_json::to_value(inspection.info).doing("writing the info.json of the archive")?;
    same("the info.json of the archive", &written, &found)
}

fn texts(headers: &HeaderMap) -> BTreeMap<&str, Option<&str>> {
    headers.iter().map(|(name, value)| (name.as_str(), value.to_str().ok())).collect()
}

/// Returns the JSON that must be written: the recorded JSON with the intended differences.
fn expected(text: &str, exceptions: &[Exception]) -> Result<Value, Failure> {
    let mut json: Value = serde_json::from_str(text).doing("reading the recorded JSON")?;
    for exception in exceptions {
        apply(exception, &mut json)?;
    }
    Ok(json)
}

fn apply(exception: &Exception, json: &mut Value) -> Result<(), Failure> {
    let Exception { at, recorded, written, .. } = exception;
    let wrong = |what: &str| Failure::contradiction(format!("the exception at `{at}` {what}"));
    if recorded == written {
        return Err(wrong("changes nothing"));
    }
    if json.pointer(at) != recorded.as_ref() {
        return Err(wrong("does not match the recording"));
    }
    let (parent, name) = at.rsplit_once('/').ok_or_else(|| wrong("must point at a member"))?;
    let members = json.pointer_mut(parent).and_then(Value::as_object_mut);
    let members = members.ok_or_else(|| wrong("does not point at a member of an object"))?;
    match written {
        Some(written) => members.insert(name.to_owned(), written.clone()),
        None => members.remove(name),
    };
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize as _;
    use smileid_protocol::{
        job::lint,
        timestamp::Timestamp,
        types::{IdInfo, PartnerParams},
    };

    use super::*;
    use crate::{Suite, case::Kind};

    fn with(exception: Value) -> Result<Value, String> {
        let text = r#"{"a": {"b": true}, "c": null}"#;
        let exception = serde_json::from_value(exception).map_err(|error| error.to_string())?;
        expected(text, &[exception]).map_err(|failure| failure.to_string())
    }

    #[test]
    fn exceptions_change_the_expected_value() {
        for (exception, changed) in [
            (
                json!({"at": "/a/b", "recorded": true, "written": "true", "why": "w"}),
                json!({"a": {"b": "true"}, "c": null}),
            ),
            (json!({"at": "/c", "recorded": null, "why": "w"}), json!({"a": {"b": true}})),
            (json!({"at": "/d", "written": 1, "why": "w"}), json!({"a": {"b": true}, "c": null, "d": 1})),
        ] {
            assert_eq!(with(exception), Ok(changed));
        }
    }

    #[test]
    fn invalid_exceptions_are_reported() {
        for (exception, problem) in [
            (json!({"at": "/a/b", "recorded": true, "written": true, "why": "w"}), "changes nothing"),
            (
                json!({"at": "/a/b", "recorded": false, "written": 1, "why": "w"}),
                "does not match the recording",
            ),
            (json!({"at": "/c", "written": 1, "why": "w"}), "does not match the recording"),
            (json!({"at": "/x/y", "written": 1, "why": "w"}), "does not point at a member"),
        ] {
            let result = with(exception);
            assert!(result.as_ref().is_err_and(|it| it.contains(problem)), "{result:?}");
        }
    }

    /// Recorded requests of the official SDKs cause no warnings, except for recordings of unusual input.
    #[test]
    fn official_requests_raise_no_warning() {
        let suite = Suite::embedded().unwrap();
        let mut found = Vec::new();
        let mut checked = 0;
        for case in suite.cases() {
            let Kind::Recorded(case) = case.kind() else { continue };
            for request in &case.requests {
                let body: Value = serde_json::from_str(&request.body).unwrap();
                let params = PartnerParams::deserialize(&body["partner_params"]).unwrap_or_default();
                let info = IdInfo::deserialize(&body).unwrap_or_default();
                let time = Timestamp::deserialize(&body["timestamp"]).ok();
                let warnings = lint::received(&params, &info, &[]);
                let of_time = time.iter().filter_map(lint::timestamp);
                found.extend(warnings.into_iter().chain(of_time).map(|it| (request.recording.clone(), it)));
                checked += 1;
            }
            for archive in &case.archives {
                let info: InfoJson = serde_json::from_str(&archive.info).unwrap();
                let params = info.misc_information.map(|it| it.partner_params).unwrap_or_default();
                let warnings = lint::received(&params, &info.id_info, &info.images);
                found.extend(warnings.into_iter().map(|it| (archive.recording.clone(), it)));
                checked += 1;
            }
        }
        assert!(checked > 100, "{checked} requests");
        let found: BTreeSet<_> =
            found.iter().map(|(recording, it)| format!("{recording} {} {}", it.code, it.field)).collect();
        // These requests contain a member of `partner_params` that is not a text, which the documentation's FAQ does
        // not allow.
        let odd = ["001-POST-upload", "002-PUT-zip"]
            .map(|request| format!("jt1_extra_params/{request} param.not-text partner_params.more"));
        assert_eq!(found, BTreeSet::from(odd));
    }
}
