//! Archives: what is announced, and what is sent for it.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use smileid_protocol::{
    auth::{Credentials, Signature},
    package::inspect::{self, Finding, FindingCode, Inspection, Limits},
    timestamp::Timestamp,
};

use super::{Answer, Question, Task};
use crate::{
    case::{Build, Case, Keys, PackageCase},
    diff::Difference,
    package::{finding, sha256},
};

pub(super) fn question(of: &Case, case: &Arc<PackageCase>) -> Option<Question> {
    let build = case.build.as_ref()?;
    let members = json!({
        "partner_id": build.credentials.partner_id, "api_key": build.credentials.api_key, "job": build.job,
        "default_callback": build.default_callback, "reply": build.reply,
    });
    let files = build.files.iter().map(|(path, content)| (path.clone(), content.0.clone())).collect();
    let build = build.clone();
    let judge = move |answer: &Answer| match answer {
        Answer::Sent(sent) => Ok(deviations(&build, &sent.body, sent.archive()?)),
        Answer::Refused(it) => Ok(vec![format!("refuses it: {}", it.message)]),
        other => Err(other.misplaced(&["sent", "refused"])),
    };
    let expected = "the job's announcement and archive, and nothing odd about them";
    Some(Question::new(of, Task::Archive, members, expected, Box::new(judge)).with_files(files))
}

fn deviations(build: &Build, announced: &Value, archive: &[u8]) -> Vec<String> {
    let expect = &build.expect;
    let mut deviations = signature("the announcement", &build.credentials, announced, true);
    let partner_id = build.credentials.partner_id.as_str();
    if announced.get("smile_client_id").and_then(Value::as_str) != Some(partner_id) {
        deviations.push(format!("the announcement: `smile_client_id` is not \"{partner_id}\""));
    }
    let mut announced = announced.clone();
    if has_taken_id_info(&mut announced, &build.job, &expect.upload) {
        deviations.push(
            "the announcement: it holds members of `id_info`, which belong into the archive".to_owned(),
        );
    }
    deviations.extend(differences("the announcement", &expect.upload, &announced, ANNOUNCED_OTHERWISE));

    let inspection = inspect::inspect(archive, Limits::default());
    let mut known = expect.findings.clone();
    // Images may be compressed once more: it gains nothing, and no reference forbids it.
    let deflated = |it: &&Finding| it.code == FindingCode::EntryDeflatedImage;
    for it in inspection.findings.iter().filter(|it| !deflated(it)) {
        let found = finding(it);
        // What the images bring along is nobody's fault.
        match known.iter().position(|known| known.code == found.code && known.pointer == found.pointer) {
            Some(index) => drop(known.swap_remove(index)),
            None => deviations.push(format!("the archive: `{}`: {it}", found.code)),
        }
    }
    let Some(info) = &inspection.info else { return deviations };
    let info = serde_json::to_value(info).unwrap_or_default();
    let misc = info.get("misc_information").cloned().unwrap_or_default();
    deviations.extend(signature("info.json", &build.credentials, &misc, false));
    deviations.extend(differences("info.json", &expect.info, &info, INFO_OTHERWISE));
    deviations.extend(images(build, &info, &inspection));
    deviations
}

/// Takes the members of `id_info` out of an announcement, and says whether there were any: JavaScript sends them twice.
fn has_taken_id_info(announced: &mut Value, job: &Value, expected: &Value) -> bool {
    let Some(members) = announced.as_object_mut() else { return false };
    let id_info = job.get("id_info").and_then(Value::as_object);
    let names: Vec<_> =
        id_info.into_iter().flat_map(|it| it.keys()).filter(|it| expected.get(it).is_none()).collect();
    let mut is_there = false;
    for name in names.into_iter().map(String::as_str).chain(["entered"]) {
        // `entered` as "false" is what its absence says.
        is_there |= members.remove(name).is_some_and(|it| !is_nothing(&it) && it != json!("false"));
    }
    is_there
}

/// What is looked at elsewhere, or may be otherwise in an announcement: who wrote the program, and when it is sent.
const ANNOUNCED_OTHERWISE: &[&str] =
    &["/source_sdk", "/source_sdk_version", "/smile_client_id", "/timestamp", "/signature"];

/// What may be otherwise in `info.json`: who wrote the program, when it is sent, and what nobody reads. Images are
/// compared by what they show, and a placeholder for the user is found by the inspector.
const INFO_OTHERWISE: &[&str] = &[
    "/package_information/language",
    "/misc_information/timestamp",
    "/misc_information/signature",
    "/misc_information/userData",
    "/server_information",
    "/images",
];

/// The signature beside a timestamp fits it.
fn signature(what: &str, keys: &Keys, message: &Value, is_needed: bool) -> Vec<String> {
    let text = |name: &str| message.get(name).and_then(Value::as_str);
    let (Some(timestamp), Some(signature)) = (text("timestamp"), text("signature")) else {
        return is_needed.then(|| format!("{what}: it is not signed")).into_iter().collect();
    };
    let key = Credentials::new(&keys.partner_id, &keys.api_key);
    let fits = key.is_ok_and(|key| {
        Timestamp::new(timestamp)
            .is_ok_and(|timestamp| key.check(&timestamp, &Signature::from(signature.to_owned())).is_ok())
    });
    if fits {
        Vec::new()
    } else {
        vec![format!("{what}: the signature does not fit the timestamp beside it")]
    }
}

fn differences(what: &str, expected: &Value, got: &Value, but: &[&str]) -> Vec<String> {
    let without = |value: &Value| {
        let mut value = value.clone();
        for pointer in but {
            let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
            if let Some(members) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
                members.remove(name);
            }
        }
        said(value)
    };
    let all = Difference::all(&without(expected), &without(got));
    all.into_iter().map(|difference| format!("{what}: {difference}")).collect()
}

/// What a value says: a member that is empty, or `false`, is as good as none.
fn said(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, said(value)))
            .filter(|(name, value)| !(is_nothing(value) || name == "entered" && *value == json!("false")))
            .collect(),
        Value::Array(items) => items.into_iter().map(said).collect(),
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Each image is there, of its type and with its contents, whatever its file is called.
fn images(build: &Build, info: &Value, inspection: &Inspection) -> Vec<String> {
    let names: BTreeMap<&str, &str> = build
        .expect
        .entries
        .iter()
        .filter_map(|entry| Some((entry.name.as_str(), entry.file.as_deref()?)))
        .collect();
    let file_of =
        |name: &str| names.get(name).and_then(|file| build.files.get(*file)).map(|file| sha256(&file.0));
    let expected: Vec<_> = list(&build.expect.info).iter().map(|image| shows(image, file_of)).collect();
    let got = list(info);
    let mut deviations = Vec::new();
    if expected.len() != got.len() {
        deviations.push(format!("info.json: `images` has {} images, expected {}", got.len(), expected.len()));
    }
    for (index, (expected, image)) in expected.iter().zip(got).enumerate() {
        let (type_id, content) = shows(image, |name| inspection.files.get(name).map(|file| sha256(file)));
        if type_id != expected.0 {
            deviations.push(format!(
                "info.json: `images[{index}].image_type_id`: expected {}, got {type_id}",
                expected.0
            ));
        }
        if content != expected.1 {
            deviations.push(format!(
                "info.json: `images[{index}]` leads to another image than the job's, or to none"
            ));
        }
    }
    deviations
}

fn list(info: &Value) -> &[Value] {
    info.get("images").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The type of an image and the SHA-256 of what it shows.
fn shows(image: &Value, file_of: impl Fn(&str) -> Option<String>) -> (Value, Option<String>) {
    let text = |name: &str| image.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let inline = text("image").and_then(|base64| {
        let base64 = base64.split_once("base64,").map_or(base64, |(_, rest)| rest);
        let base64: String = base64.split_whitespace().collect();
        STANDARD.decode(base64).ok().map(|bytes| sha256(&bytes))
    });
    let type_id = image.get("image_type_id").cloned().unwrap_or_default();
    (type_id, text("file_name").and_then(file_of).or(inline))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Suite, package::Built};

    /// What our own code sends for a case, as a program would answer.
    fn sent(case: &PackageCase) -> Option<(Value, Vec<u8>)> {
        let built = Built::of(case).ok()??;
        let mut body = serde_json::to_value(&built.request).ok()?;
        let keys = &case.build.as_ref()?.credentials;
        let timestamp = Timestamp::new("2026-11-22T19:24:14.818Z").ok()?;
        let signature = Credentials::new(&keys.partner_id, &keys.api_key).ok()?.sign(&timestamp);
        body.as_object_mut()?.extend([
            ("smile_client_id".to_owned(), json!(keys.partner_id)),
            ("timestamp".to_owned(), json!(timestamp.as_str())),
            ("signature".to_owned(), json!(signature.as_str())),
        ]);
        Some((body, built.archive))
    }

    fn cases() -> Vec<Arc<PackageCase>> {
        let suite = Suite::embedded();
        let cases = suite.iter().flat_map(Suite::cases).filter_map(|case| match case {
            Case::Package(case) if case.build.is_some() => Some(Arc::clone(case)),
            _ => None,
        });
        cases.collect()
    }

    #[test]
    fn what_our_code_sends_does_not_deviate() {
        let cases = cases();
        assert!(cases.len() > 60);
        for case in cases {
            let found = sent(&case)
                .zip(case.build.as_ref())
                .map(|((body, archive), build)| deviations(build, &body, &archive));
            assert_eq!(found, Some(Vec::new()), "{}", case.id);
        }
    }

    #[test]
    fn an_announcement_that_differs_is_told_by_its_member() {
        let cases = cases();
        let case = cases.iter().find(|case| case.id == "package/jt1_two_files");
        let found = |pointer: &str, value: Value| {
            let ((mut body, archive), build) = (sent(case?)?, case?.build.as_ref()?);
            match body.pointer_mut(pointer) {
                Some(member) => *member = value,
                None => drop(body.as_object_mut()?.insert(pointer.replace('/', ""), value)),
            }
            Some(deviations(build, &body, &archive))
        };
        for (pointer, value, said) in [
            (
                "/signature",
                json!("x"),
                "the announcement: the signature does not fit the timestamp beside it",
            ),
            ("/timestamp", json!(null), "the announcement: it is not signed"),
            ("/smile_client_id", json!("0212"), "the announcement: `smile_client_id` is not \"212\""),
            (
                "/partner_params/job_type",
                json!("1"),
                "the announcement: `partner_params.job_type`: expected 1, got \"1\"",
            ),
            (
                "/use_enrolled_image",
                json!(true),
                "the announcement: `use_enrolled_image`: expected nothing, got true",
            ),
            (
                "/callback_url",
                json!(""),
                "the announcement: `callback_url`: expected \"https://cb.example/default\", got nothing",
            ),
        ] {
            assert_eq!(found(pointer, value), Some(vec![said.to_owned()]), "{pointer}");
        }
        let twice =
            "the announcement: it holds members of `id_info`, which belong into the archive".to_owned();
        assert_eq!(found("/dob", json!("1989-09-20")), Some(vec![twice]));
        assert_eq!(found("/entered", json!("false")), Some(Vec::new()));
        // Whoever wrote the program, and the flags that say nothing, make no difference.
        assert_eq!(found("/source_sdk", json!("another")), Some(Vec::new()));
        assert_eq!(found("/use_enrolled_image", json!(null)), Some(Vec::new()));
    }

    #[test]
    fn the_archive_of_another_job_deviates() {
        let cases = cases();
        for (id, other, said) in [
            (
                "images_selfie_file_card_file",
                "images_selfie_file",
                "info.json: `images` has 1 images, expected 2",
            ),
            (
                "images_selfie_file_card_file",
                "images_selfie_file_card_base64",
                "info.json: `images[1].image_type_id`: expected 1, got 3",
            ),
            (
                "jt4_file",
                "png_selfie",
                "info.json: `images[0]` leads to another image than the job's, or to none",
            ),
            ("own_callback", "jt4_file", "info.json: `misc_information.callback_url`: expected"),
        ] {
            let find = |id: &str| cases.iter().find(|case| case.id == format!("package/{id}"));
            let found = find(id).zip(find(other)).and_then(|(case, other)| {
                let ((body, _), (_, archive)) = (sent(case)?, sent(other)?);
                Some(deviations(case.build.as_ref()?, &body, &archive))
            });
            assert!(found.iter().flatten().any(|it| it.starts_with(said)), "{id} {other}: {found:?}");
        }
    }
}
