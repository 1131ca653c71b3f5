//! Checks the upload request and the archive that a program sent for a job.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use smileid_protocol::{
    auth::{Credentials, Signature},
    package::inspect::{self, Finding, FindingCode, Limits},
    timestamp::Timestamp,
};

use super::{Answer, Question, Task, images, job::plain};
use crate::{
    case::{Build, Case, FindingExpected, Keys, PackageCase},
    diff::Difference,
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
    let expected = "the upload request and the archive of the job, without findings";
    Some(Question::new(of, Task::Archive, members, expected, Box::new(judge)).with_files(files))
}

fn deviations(build: &Build, announced: &Value, archive: &[u8]) -> Vec<String> {
    let expect = &build.expect;
    let mut deviations = signature("the upload request", &build.credentials, announced, true);
    let partner_id = build.credentials.partner_id.as_str();
    if announced.get("smile_client_id").and_then(Value::as_str) != Some(partner_id) {
        deviations.push(format!("the upload request: `smile_client_id` is not \"{partner_id}\""));
    }
    let mut announced = announced.clone();
    if remove_id_info(&mut announced, &build.job, &expect.upload) {
        deviations.push(
            "the upload request: it contains members of `id_info`, which belong in the archive".to_owned(),
        );
    }
    for pointer in TEXT_OR_NOT {
        let wanted = expect.upload.pointer(pointer);
        if let Some((wanted, got)) = wanted.zip(announced.pointer_mut(pointer))
            && plain(wanted) == plain(got)
        {
            *got = wanted.clone();
        }
    }
    let added = take_added_params(&mut announced, &expect.upload);
    deviations.extend(differences("the upload request", &expect.upload, &announced, UPLOAD_IGNORED));

    let inspection = inspect::inspect(archive, Limits::default());
    let mut known = expect.findings.clone();
    // Compressed image entries are allowed: compressing images again saves nothing, but no reference forbids it.
    let deflated = |it: &&Finding| it.code == FindingCode::EntryDeflatedImage;
    for it in inspection.findings.iter().filter(|it| !deflated(it)) {
        let found = FindingExpected::from(it);
        // Findings about the images are expected, but the program may list the images in another order.
        let pointer = found.pointer.as_deref().map(images::without_index);
        let is_it = |known: &FindingExpected| {
            known.code == found.code && known.pointer.as_deref().map(images::without_index) == pointer
        };
        match known.iter().position(is_it) {
            Some(index) => drop(known.swap_remove(index)),
            None => deviations.push(format!("the archive: `{}`: {it}", found.code)),
        }
    }
    let Some(info) = &inspection.info else { return deviations };
    let mut info = serde_json::to_value(info).unwrap_or_default();
    if let Some(misc) = info.get_mut("misc_information")
        && misc.get("partner_params").is_some()
        && take_added_params(misc, expect.info.get("misc_information").unwrap_or(&Value::Null)) != added
    {
        deviations
            .push("info.json: its additional `partner_params` differ from the upload request".to_owned());
    }
    let misc = info.get("misc_information").cloned().unwrap_or_default();
    deviations.extend(signature("info.json", &build.credentials, &misc, false));
    deviations.extend(differences("info.json", &expect.info, &info, INFO_IGNORED));
    deviations.extend(images::deviations(build, &info, &inspection));
    deviations
}

/// Removes from `partner_params` the members that the tested program added, such as its own id, and returns them. They
/// are allowed: the API accepts and returns any member (wire reference, section 3.2).
fn take_added_params(message: &mut Value, expected: &Value) -> Map<String, Value> {
    let expected = expected.get("partner_params").unwrap_or(&Value::Null);
    let Some(params) = message.get_mut("partner_params").and_then(Value::as_object_mut) else {
        return Map::new();
    };
    let is_added = |(name, value): &(&String, &Value)| value.is_string() && expected.get(name).is_none();
    let added: Map<_, _> =
        params.iter().filter(is_added).map(|(name, value)| (name.clone(), value.clone())).collect();
    params.retain(|name, _| !added.contains_key(name));
    added
}

/// Removes the members of `id_info` from an upload request. Returns `true` if there were any: the JavaScript SDK sends
/// them twice.
fn remove_id_info(announced: &mut Value, job: &Value, expected: &Value) -> bool {
    let Some(members) = announced.as_object_mut() else { return false };
    let id_info = job.get("id_info").and_then(Value::as_object);
    let names: Vec<_> =
        id_info.into_iter().flat_map(|it| it.keys()).filter(|it| expected.get(it).is_none()).collect();
    let mut is_there = false;
    for name in names.into_iter().map(String::as_str).chain(["entered"]) {
        // `entered` as "false" means the same as its absence.
        is_there |= members.remove(name).is_some_and(|it| !is_nothing(&it) && !is_false("entered", &it));
    }
    is_there
}

/// Members of an upload request that other checks cover, or that depend on the program and the time.
const UPLOAD_IGNORED: &[&str] =
    &["/source_sdk", "/source_sdk_version", "/smile_client_id", "/timestamp", "/signature"];

/// Members of an upload request that may also be texts, as the reference has both forms (sections 3.2 and 3.4).
const TEXT_OR_NOT: &[&str] = &["/allow_new_enroll", "/partner_params/job_type"];

/// Optional members that must have the expected value if present.
const OPTIONAL: &[&str] = &["file_name", "misc_information.file_name", "package_information"];

/// Members of `info.json` that are not compared: they depend on the program and the time, or are unused. Images are
/// compared separately.
const INFO_IGNORED: &[&str] = &[
    "/package_information/language",
    "/misc_information/timestamp",
    "/misc_information/signature",
    "/misc_information/userData",
    "/server_information",
    "/images",
];

/// Checks that the signature of a message matches its timestamp.
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
    if fits { Vec::new() } else { vec![format!("{what}: the signature does not match its timestamp")] }
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
        normalized(value)
    };
    let all = Difference::all(&without(expected), &without(got)).into_iter();
    let may_be = |it: &Difference| it.got.is_none() && OPTIONAL.contains(&it.path.as_str());
    all.filter(|it| !may_be(it)).map(|difference| format!("{what}: {difference}")).collect()
}

/// Normalizes a value: an empty member, or `false`, means the same as an absent one.
fn normalized(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, normalized(value)))
            .filter(|(name, value)| !(is_nothing(value) || is_false(name, value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(normalized).collect(),
        other => other,
    }
}

/// Returns `true` for a false flag that official clients write as text.
fn is_false(name: &str, value: &Value) -> bool {
    ["entered", "allow_new_enroll"].contains(&name) && *value == json!("false")
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
