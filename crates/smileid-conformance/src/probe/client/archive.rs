//! Checks uploaded archives against the rules for clients.

use bytes::Bytes;
use http::{
    Request,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde::Deserialize as _;
use serde_json::Value;
use smileid_protocol::{
    auth::{
        Credentials,
        doctor::{Received, SignatureIssue},
    },
    codec::read_json,
    package::inspect::{self, Finding, FindingCode, Inspection, Limits, Place},
    types::{ImageSubject, JobType},
    v1::put_archive,
};

use super::{api_key, history::Announcement, job, mask, members, proof, rule::Breach, tally::Notes};

/// Checks the upload of an archive and its content.
pub(super) fn judge(
    request: &Request<Bytes>,
    key: &Credentials,
    announcement: Option<&Announcement>,
    notes: &mut Notes<'_>,
) {
    if request.headers().get(CONTENT_TYPE).is_none_or(|it| it != put_archive::CONTENT) {
        notes.add(Breach::ArchiveContentType.code());
    }
    if !request.headers().contains_key(CONTENT_LENGTH) {
        notes.add(Breach::ArchiveContentLength.code());
    }
    let inspection = inspect::inspect(request.body(), Limits::default());
    let info = inspection.info_json.as_ref().and_then(|text| read_json::<Value>(text).ok());
    let misc = info.as_ref().and_then(|info| info.get("misc_information"));
    let is_legacy = misc.is_some_and(proof::is_legacy);
    // The Python SDK writes an unused entry for each image in base64. One rule reports all of them.
    let leftover = inspection.findings.iter().find(|it| it.code == FindingCode::EntryBase64ImgString);
    let has_own_rule = |finding: &Finding| match finding.code {
        FindingCode::NameDuplicate => leftover.is_some_and(|it| it.place == finding.place),
        _ => is_legacy && is_of_proof(&finding.place),
    };
    for finding in inspection.findings.iter().filter(|finding| !has_own_rule(finding)) {
        match part(&finding.place) {
            Some(part) => notes.add_at(finding.code.as_str(), &part),
            None => notes.add(finding.code.as_str()),
        }
    }
    if let Some(info) = &info {
        judge_info(info, &inspection, key, announcement, notes);
    }
}

fn judge_info(
    info: &Value,
    inspection: &Inspection,
    key: &Credentials,
    announcement: Option<&Announcement>,
    notes: &mut Notes<'_>,
) {
    let found: Vec<_> = inspection.findings.iter().map(|finding| &finding.place).collect();
    let has_finding = |pointer: &str| found.iter().any(|it| matches!(it, Place::Info(at) if at == pointer));
    members::of_info(info, has_finding, notes);
    for pointer in members::local_paths(info).into_iter().filter(|pointer| !has_finding(pointer)) {
        notes.add_at(Breach::LocalPath.code(), &in_info(&pointer));
    }
    for pointer in api_key::in_json(info, key) {
        notes.add_at(Breach::KeySent.code(), &in_info(&pointer));
    }
    let misc = info.get("misc_information");
    let job_type = announcement
        .and_then(|it| it.job_type)
        .or_else(|| JobType::deserialize(misc?.pointer("/partner_params/job_type")?).ok());
    if let (Some(job_type), Some(read)) = (job_type, &inspection.info) {
        let has_card = has_image(inspection, ImageSubject::IdCard);
        job::of_person(job_type, &read.id_info, has_card, "info.json at /id_info", notes);
    }
    let Some(misc) = misc else { return };
    check_proof(misc, key, notes);
    let Some(announcement) = announcement else { return };
    for name in announcement.differing(misc) {
        notes.add_at(Breach::InfoDiffers.code(), &format!("info.json at /misc_information/{name}"));
    }
    let is_document = matches!(
        announcement.job_type,
        Some(JobType::DocumentVerification | JobType::EnhancedDocumentVerification)
    );
    let has_selfie = inspection.info.is_none() || has_image(inspection, ImageSubject::Selfie);
    if is_document && !has_selfie && !announcement.is_enrolled {
        notes.add(Breach::EnrolledImageNotSent.code());
    }
}

fn is_of_proof(place: &Place) -> bool {
    let members = ["/misc_information/timestamp", "/misc_information/signature"];
    matches!(place, Place::Info(pointer) if members.contains(&pointer.as_str()))
}

fn has_image(inspection: &Inspection, subject: ImageSubject) -> bool {
    let images = inspection.info.iter().flat_map(|info| &info.images);
    images.into_iter().any(|image| image.image_type.subject() == Some(subject))
}

/// Checks the signature in `info.json`. It may be that of the upload request or, as the Ruby and Java SDKs do, a new one.
fn check_proof(misc: &Value, key: &Credentials, notes: &mut Notes<'_>) {
    if proof::is_legacy(misc) {
        notes.add_at(SignatureIssue::SecKey.code(), "info.json at /misc_information/sec_key");
    }
    let text = |name| misc.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(timestamp), Some(signature)) = (text("timestamp"), text("signature")) else { return };
    let received = Received::new(timestamp, signature);
    // The judge does not know the key of another partner. Another rule reports a differing partner id.
    if text("smile_client_id").is_some_and(|partner| partner != key.partner_id().as_str()) {
        return;
    }
    for code in proof::wrong(key, received) {
        notes.add_at(code, "info.json at /misc_information/signature");
    }
}

/// Returns the place of a finding, with names masked that may identify a person.
fn part(place: &Place) -> Option<String> {
    match place {
        Place::Entry(name) => Some(format!("entry {}", mask::file_name(name))),
        Place::Info(pointer) if pointer.is_empty() => Some("info.json".to_owned()),
        Place::Info(pointer) => Some(in_info(pointer)),
        _ => None,
    }
}

fn in_info(pointer: &str) -> String {
    format!("info.json at {}", mask::pointer(pointer))
}
