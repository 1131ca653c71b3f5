//! Archives: built from jobs, and opened.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use smileid_protocol::{
    auth::{AuthScheme as _, Credentials, Seal, SignedUpload},
    job::{
        CallbackUrl, ReadyJob,
        loose::{CheckedJob, LooseJob},
    },
    package::{
        INFO_JSON,
        inspect::{self, Archive, ArchiveError, Finding, Limits},
        layout::Segment,
    },
    timestamp::Timestamp,
    v1::upload,
};

use crate::{
    case::{Build, BuiltExpected, Open, OpenExpected, Opened, PackageCase},
    check::{Body, part},
    directions::credentials,
    failure::{Doing as _, Failure, same, same_text, same_whole},
    loose::read_file,
    signature::hex,
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
    let Some(built) = Built::of(case)? else { return Ok(()) };
    let mut written = json_of("the upload request", &built.request)?;
    // They name the program and its version, which change; everything else is the job's.
    if let Some(members) = written.as_object_mut() {
        members.remove("source_sdk");
        members.remove("source_sdk_version");
    }
    same("the upload request", &built.expect.upload, &written)
}

fn entries(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::of(case)? else { return Ok(()) };
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
                continue; // compared as JSON, by another check
            }
            return Err(Failure::contradiction(format!("the entry `{name}` needs a `file`")));
        };
        let Some(wanted) = built.build.files.get(file) else {
            return Err(Failure::contradiction(format!("there is no file `{file}`")));
        };
        same_text(&format!("the SHA-256 of the entry `{name}`"), &sha256(&wanted.0), &sha256(content))?;
    }
    Ok(())
}

fn info_json(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::of(case)? else { return Ok(()) };
    let entries = stored_entries(&built.archive)?;
    let info = entries.iter().find(|(name, _)| name == INFO_JSON).map(|(_, content)| content.as_ref());
    let info: Value = serde_json::from_slice(info.unwrap_or_default()).doing("reading info.json")?;
    same("info.json", &built.expect.info, &info)
}

fn bytes(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::of(case)? else { return Ok(()) };
    let length = u64::try_from(built.archive.len()).doing("counting the bytes")?;
    same("the announced length", &Value::from(built.expect.length), &Value::from(built.announced))?;
    same("the length", &Value::from(built.expect.length), &Value::from(length))?;
    same_text("the SHA-256", &built.expect.sha256, &sha256(&built.archive))
}

/// What is built must open without a finding, and hold what was put into it.
fn opens_again(case: &PackageCase) -> Result<(), Failure> {
    let Some(built) = Built::of(case)? else { return Ok(()) };
    let archive = inspect::open(&built.archive, Limits::default()).doing("opening the archive")?;
    same("the findings", &json!([]), &findings(&archive))?;
    same("info.json", &built.expect.info, &json_of("info.json", &archive.info)?)
}

fn open(case: &PackageCase) -> Result<(), Failure> {
    let Some(Open { bytes, expect, .. }) = &case.open else { return Ok(()) };
    let opened = inspect::open(bytes, Limits::default());
    match (expect, opened) {
        (OpenExpected::Refused(expected), Err(error)) => {
            same_whole("the refusal", expected, &refusal(&error))
        }
        (OpenExpected::Refused(_), Ok(archive)) => {
            Err(Failure::Accepted { what: format!("the archive, with the findings {},", findings(&archive)) })
        }
        (OpenExpected::Opened(_), Err(error)) => Err(error).doing("opening the archive"),
        (OpenExpected::Opened(expected), Ok(archive)) => same_archive(expected, &archive),
    }
}

fn same_archive(expected: &Opened, archive: &Archive) -> Result<(), Failure> {
    let files: BTreeMap<&str, String> =
        archive.files.iter().map(|(name, content)| (name.as_str(), sha256(content))).collect();
    same("the SHA-256 of the files", &json!(expected.files), &json!(files))?;
    same("the findings", &sorted(&expected.findings), &findings(archive))?;
    match &expected.info {
        Some(info) => same("info.json", info, &json_of("info.json", &archive.info)?),
        None => Ok(()),
    }
}

/// A job that became an archive.
struct Built<'a> {
    build: &'a Build,
    expect: &'a BuiltExpected,
    request: upload::Request,
    archive: Vec<u8>,
    announced: u64,
}

impl<'a> Built<'a> {
    fn of(case: &'a PackageCase) -> Result<Option<Self>, Failure> {
        let Some(build) = &case.build else { return Ok(None) };
        let key = credentials(&build.credentials)?;
        let (ready, callback) = ready(build)?;
        let request = ready.upload_request(callback.as_ref());
        let seal = seal(&key, &build.timestamp)?;
        let reply = serde_json::from_value(build.reply.clone()).doing("reading the upload reply")?;
        let layout = ready.archive(&request, &seal, &reply).doing("building the archive")?;
        let announced = layout.length;
        let archive = layout.segments.into_iter().flat_map(Segment::into_bytes).collect();
        Ok(Some(Self { build, expect: &build.expect, request, archive, announced }))
    }
}

fn ready(build: &Build) -> Result<(ReadyJob, Option<CallbackUrl>), Failure> {
    let default = build.default_callback.as_deref().map(CallbackUrl::parse);
    let default = default.transpose().doing("reading the default callback")?;
    let job = LooseJob::from_json(&build.job).doing("reading the job")?;
    let CheckedJob::Images(job, delivery) = job.check(default).doing("checking the job")? else {
        return Err(Failure::contradiction("a lookup has no archive"));
    };
    let ready = job.read(|path| read_file(&build.files, path)).doing("reading the images")?;
    Ok((ready, delivery.callback_url().cloned()))
}

fn seal(key: &Credentials, timestamp: &str) -> Result<Seal, Failure> {
    Ok(SignedUpload::prove(key, &Timestamp::new(timestamp).doing("taking the timestamp")?))
}

/// The entries of an archive that holds nothing but stored ones, read from its local headers alone.
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

fn findings(archive: &Archive) -> Value {
    let findings: Vec<_> = archive.findings.iter().map(finding).collect();
    sorted(&findings)
}

fn finding(finding: &Finding) -> Value {
    match finding {
        Finding::InfoJsonNotFirst => json!({"kind": "info_json_not_first"}),
        Finding::NoImages => json!({"kind": "no_images"}),
        Finding::NeitherFileNorBase64 { index } => json!({"kind": "neither_file_nor_base64", "index": index}),
        Finding::TypeDoesNotMatch { index } => json!({"kind": "type_does_not_match", "index": index}),
        Finding::NotAnImage { index } => json!({"kind": "not_an_image", "index": index}),
        Finding::NotListed { name } => json!({"kind": "not_listed", "name": name}),
        other => json!({"kind": "unknown", "says": other.to_string()}),
    }
}

fn refusal(error: &ArchiveError) -> Value {
    match error {
        ArchiveError::NotAnArchive(_) => json!({"kind": "not_an_archive"}),
        ArchiveError::TooLarge => json!({"kind": "too_large"}),
        ArchiveError::Damaged { name, .. } => json!({"kind": "damaged", "name": name}),
        ArchiveError::NoInfoJson => json!({"kind": "no_info_json"}),
        ArchiveError::InfoJson(_) => json!({"kind": "info_json"}),
        ArchiveError::FileMissing { index } => json!({"kind": "file_missing", "index": index}),
        other => json!({"kind": "unknown", "says": other.to_string()}),
    }
}

/// The order of findings says nothing, so it is not compared.
fn sorted(values: &[Value]) -> Value {
    let mut values = values.to_vec();
    values.sort_by_key(Value::to_string);
    Value::from(values)
}

fn json_of(what: &str, value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).doing(&format!("writing {what}"))
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
