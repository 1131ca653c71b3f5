//! Checks that this project's crates build archives from jobs, and open archives, correctly.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, RequestProof, SignedUpload},
    job::{
        CallbackUrl, ReadyJob,
        sdk_job::{CheckedJob, SdkJob},
    },
    package::{
        INFO_JSON,
        inspect::{self, Inspection, Limits},
        layout::Segment,
    },
    timestamp::Timestamp,
    v1::upload,
};

use crate::{
    case::{Build, BuiltExpected, FindingExpected, Open, PackageCase, read_file},
    check::{Body, part},
    digest::sha256,
    failure::{Doing as _, Failure, same, same_text},
};

pub(crate) fn parts(case: &Arc<PackageCase>) -> Vec<(&'static str, Body)> {
    let mut parts = Vec::new();
    if case.build.is_some() {
        parts.push(part("upload_request", case, upload_request));
        parts.push(part("entries", case, entries));
        parts.push(part("info_json", case, info_json));
        parts.push(part("bytes", case, bytes));
        parts.push(part("opens_again", case, opens_again));
    }
    if case.open.is_some() {
        parts.push(part("open", case, open));
    }
    parts
}

fn upload_request(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::from_case(case)? else { return Ok(()) };
    let mut written = json_of("the upload request", &built.request)?;
    // These members contain this program's version, which changes.
    if let Some(members) = written.as_object_mut() {
        members.remove("source_sdk");
        members.remove("source_sdk_version");
    }
    same("the upload request", &built.expect.upload, &written)
}

fn entries(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::from_case(case)? else { return Ok(()) };
    let entries = stored_entries(&built.archive)?;
    let names = |names: Vec<&str>| Value::from(names);
    same(
        "the names of the entries",
        &names(built.expect.entries.iter().map(|entry| entry.name.as_str()).collect()),
        &names(entries.iter().map(|(name, _)| name.as_str()).collect()),
    )?;
    for (expected, (name, content)) in built.expect.entries.iter().zip(&entries) {
        let Some(file) = &expected.file else {
            if name == INFO_JSON {
                continue; // compared as JSON by another check
            }
            return Err(Failure::contradiction(format!("the entry `{name}` needs a `file`")));
        };
        let Some(wanted) = built.build.files.get(file) else {
            return Err(Failure::contradiction(format!("the file `{file}` does not exist")));
        };
        same_text(&format!("the SHA-256 of the entry `{name}`"), &sha256(&wanted.0), &sha256(content))?;
    }
    Ok(())
}

fn info_json(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::from_case(case)? else { return Ok(()) };
    let entries = stored_entries(&built.archive)?;
    let info = entries.iter().find(|(name, _)| name == INFO_JSON).map(|(_, content)| content.as_ref());
    let info: Value = serde_json::from_slice(info.unwrap_or_default()).doing("reading info.json")?;
    same("info.json", &built.expect.info, &info)
}

fn bytes(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::from_case(case)? else { return Ok(()) };
    let length = u64::try_from(built.archive.len()).doing("counting the bytes")?;
    same("the announced length", &Value::from(built.expect.length), &Value::from(built.announced))?;
    same("the length", &Value::from(built.expect.length), &Value::from(length))?;
    same_text("the SHA-256", &built.expect.sha256, &sha256(&built.archive))
}

/// Checks that a built archive opens with the same content.
fn opens_again(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::from_case(case)? else { return Ok(()) };
    let inspection = inspect::inspect(&built.archive, Limits::default());
    same_findings(&built.expect.findings, &inspection)?;
    let archive = inspection.into_archive().doing("opening the archive")?;
    same("info.json", &built.expect.info, &json_of("info.json", &archive.info)?)
}

fn open(case: &PackageCase) -> Result<(), Failure> {
    let Some(Open { bytes, expect, .. }) = &case.open else { return Ok(()) };
    let inspection = inspect::inspect(bytes, Limits::default());
    same_findings(&expect.findings, &inspection)?;
    if let Some(files) = &expect.files {
        let found: BTreeMap<&str, String> =
            inspection.files.iter().map(|(name, content)| (name.as_str(), sha256(content))).collect();
        same("the SHA-256 of the files", &json!(files), &json!(found))?;
    }
    if let Some(info) = &expect.info {
        same("info.json", info, &json_of("info.json", &inspection.info)?)?;
    }
    let opened = inspect::open(bytes, Limits::default());
    same("whether it is usable", &json!(expect.usable), &json!(opened.is_ok()))
}

pub(crate) fn same_findings(expected: &[FindingExpected], inspection: &Inspection) -> Result<(), Failure> {
    let mut expected = expected.to_vec();
    let mut found: Vec<_> = inspection.findings.iter().map(FindingExpected::from).collect();
    // Findings have no defined order.
    expected.sort();
    found.sort();
    same("the findings", &json!(expected), &json!(found))
}

/// Archive that was built from the job in a case, with its upload request.
pub(crate) struct Built<'a> {
    build: &'a Build,
    expect: &'a BuiltExpected,
    pub(crate) request: upload::Request,
    pub(crate) archive: Vec<u8>,
    announced: u64,
}

impl<'a> Built<'a> {
    pub(crate) fn from_case(case: &'a PackageCase) -> Result<Option<Self>, Failure> {
        let Some(build) = &case.build else { return Ok(None) };
        let key = build.credentials.credentials()?;
        let (ready, callback) = ready(build)?;
        let request = ready.upload_request(callback.as_ref());
        let proof = proof(&key, &build.timestamp)?;
        let reply = serde_json::from_value(build.reply.clone()).doing("reading the upload response")?;
        let layout = ready.archive(&request, &proof, &reply).doing("building the archive")?;
        let announced = layout.length;
        let archive = layout.segments.into_iter().flat_map(Segment::into_bytes).collect();
        Ok(Some(Self { build, expect: &build.expect, request, archive, announced }))
    }
}

fn ready(build: &Build) -> Result<(ReadyJob, Option<CallbackUrl>), Failure> {
    let default = build.default_callback.as_deref().map(CallbackUrl::parse);
    let default = default.transpose().doing("reading the default callback")?;
    let job = SdkJob::from_json(&build.job).doing("reading the job")?;
    let CheckedJob::Images(job, delivery) = job.check(default).doing("checking the job")? else {
        return Err(Failure::contradiction("a lookup has no archive"));
    };
    let ready = job.read(|path| read_file(&build.files, path)).doing("reading the images")?;
    Ok((ready, delivery.callback_url().cloned()))
}

fn proof(key: &Credentials, timestamp: &str) -> Result<RequestProof, Failure> {
    Ok(SignedUpload::prove(key, &Timestamp::new(timestamp).doing("reading the timestamp")?))
}

/// Reads the entries of an archive without compression, from their local headers.
fn stored_entries(archive: &[u8]) -> Result<Vec<(String, Bytes)>, Failure> {
    let cut = || Failure::contradiction("the archive ends within an entry");
    let mut entries = Vec::new();
    let mut rest = archive;
    while let Some(header) = rest.strip_prefix(b"PK\x03\x04") {
        let number = |at: usize, width: usize| {
            let bytes = header.get(at..at + width)?;
            Some(bytes.iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte)))
        };
        let (Some(size), Some(name), Some(extra)) = (number(14, 4), number(22, 2), number(24, 2)) else {
            return Err(cut());
        };
        let start = 26 + name + extra;
        let (Some(name), Some(content)) = (header.get(26..26 + name), header.get(start..start + size)) else {
            return Err(cut());
        };
        entries.push((String::from_utf8_lossy(name).into_owned(), Bytes::copy_from_slice(content)));
        rest = header.get(start + size..).unwrap_or_default();
    }
    Ok(entries)
}

fn json_of(what: &str, value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).doing(&format!("writing {what}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use smileid_protocol::package::inspect::FindingCode;

    use crate::{Suite, case::Kind};

    #[test]
    fn every_finding_code_has_a_case() {
        let suite = Suite::embedded();
        let cases: BTreeSet<String> = suite
            .iter()
            .flat_map(Suite::cases)
            .filter_map(|case| match case.kind() {
                Kind::Package(case) => case.open.as_ref(),
                _ => None,
            })
            .flat_map(|open| open.expect.findings.iter().map(|finding| finding.code.clone()))
            .collect();
        let codes: BTreeSet<String> = FindingCode::LISTED.iter().map(ToString::to_string).collect();
        assert_eq!(codes, cases);
    }
}
