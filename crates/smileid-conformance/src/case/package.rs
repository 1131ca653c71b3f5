//! Case format for archives.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_protocol::package::inspect::{Finding, Place, Severity};

use super::{Content, Keys};

/// An archive to build, or an archive to open.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PackageCase {
    /// A job and the archive to build from it.
    #[serde(default)]
    pub build: Option<Build>,
    /// An archive and the findings in it.
    #[serde(default)]
    pub open: Option<Open>,
}

/// A job and the archive to build from it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Build {
    /// Credentials of the sender.
    pub credentials: Keys,
    /// Timestamp of the upload request.
    pub timestamp: String,
    /// The job, in the format of the official SDKs.
    pub job: Value,
    /// Callback URL for jobs without one.
    #[serde(default)]
    pub default_callback: Option<String>,
    /// Files that the job names, by path.
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    /// The response to the upload request.
    pub reply: Value,
    /// The expected result.
    pub expect: BuiltExpected,
}

/// Expected content of an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BuiltExpected {
    /// The upload request, without timestamp, signature, `source_sdk` and `source_sdk_version`.
    pub upload: Value,
    /// The entries, in order.
    pub entries: Vec<EntryExpected>,
    /// The content of `info.json`.
    pub info: Value,
    /// The length of the archive, in bytes.
    pub length: u64,
    /// The SHA-256 of the archive, in hexadecimal.
    pub sha256: String,
    /// Expected findings when the archive is opened again. Only the images of the case may cause findings.
    #[serde(default)]
    pub findings: Vec<FindingExpected>,
}

/// An entry of an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EntryExpected {
    /// File name of the entry in the archive.
    pub name: String,
    /// Path of the content among the `files` of the case. Absent for `info.json`.
    #[serde(default)]
    pub file: Option<String>,
}

/// An archive and the findings in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Open {
    /// The name of the archive file beside the case.
    pub archive: String,
    /// The bytes of the archive.
    #[serde(skip)]
    pub bytes: Bytes,
    /// The expected result.
    pub expect: OpenExpected,
}

/// Expected result of opening an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OpenExpected {
    /// True if the archive can be used, with or without findings.
    pub usable: bool,
    /// All findings, in any order.
    pub findings: Vec<FindingExpected>,
    /// The content of `info.json`. Absent if the case does not check it.
    #[serde(default)]
    pub info: Option<Value>,
    /// The SHA-256 of each file, in hexadecimal, by name. Absent if the case does not check the files.
    #[serde(default)]
    pub files: Option<BTreeMap<String, String>>,
}

/// A finding about an entry, a member of `info.json`, or the whole archive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FindingExpected {
    /// The code: `image.file-missing`.
    pub code: String,
    /// The severity: `fatal`, `problem` or `quirk`.
    pub severity: String,
    /// The name of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The JSON pointer of a member of `info.json`: `/images/0/file_name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl From<&Finding> for FindingExpected {
    fn from(finding: &Finding) -> Self {
        let severity = match finding.severity() {
            Severity::Fatal => "fatal",
            Severity::Problem => "problem",
            Severity::Quirk => "quirk",
            _ => "unknown",
        };
        let (entry, pointer) = match &finding.place {
            Place::Entry(name) => (Some(name.clone()), None),
            Place::Info(pointer) => (None, Some(pointer.clone())),
            _ => (None, None),
        };
        Self { code: finding.code.to_string(), severity: severity.to_owned(), entry, pointer }
    }
}
