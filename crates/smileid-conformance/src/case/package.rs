//! Format of cases about archives.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_protocol::package::inspect::{Finding, Place, Severity};

use super::{Content, Keys};

/// A case about an archive: one to build, or one to open.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PackageCase {
    /// Job from which an archive is built, and the expected archive.
    #[serde(default)]
    pub build: Option<Build>,
    /// Archive that is opened, and the expected findings.
    #[serde(default)]
    pub open: Option<Open>,
}

/// Job from which an archive is built, and the expected archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Build {
    /// Credentials of the partner that sends the request.
    pub credentials: Keys,
    /// Timestamp of the upload request.
    pub timestamp: String,
    /// Job in the form of the official SDKs.
    pub job: Value,
    /// Callback URL for a job that has none.
    #[serde(default)]
    pub default_callback: Option<String>,
    /// Content of the files that the job names, by path.
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    /// Response to the upload request.
    pub reply: Value,
    /// Result that the case expects.
    pub expect: BuiltExpected,
}

/// Expected content of an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BuiltExpected {
    /// The upload request, without timestamp, signature, `source_sdk` and `source_sdk_version`.
    pub upload: Value,
    /// Entries of the archive, in order.
    pub entries: Vec<EntryExpected>,
    /// Content of `info.json` in the archive.
    pub info: Value,
    /// Length of the archive, in bytes.
    pub length: u64,
    /// SHA-256 of the archive, in hexadecimal.
    pub sha256: String,
    /// Expected findings when the archive is opened again. Only the images of the case may cause findings.
    #[serde(default)]
    pub findings: Vec<FindingExpected>,
}

/// An expected entry of an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EntryExpected {
    /// Name of the entry.
    pub name: String,
    /// Path of the entry's content in `files` of the case. Absent for `info.json`.
    #[serde(default)]
    pub file: Option<String>,
}

/// Archive that is opened, and the expected findings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Open {
    /// Name of the archive file, in the folder of the case.
    pub archive: String,
    /// Bytes of the archive.
    #[serde(skip)]
    pub bytes: Bytes,
    /// Result that the case expects.
    pub expect: OpenExpected,
}

/// Expected result of opening an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OpenExpected {
    /// True if the archive can be used, with or without findings.
    pub usable: bool,
    /// All findings about the archive, in any order.
    pub findings: Vec<FindingExpected>,
    /// Content of `info.json` in the archive. Absent if the case does not check it.
    #[serde(default)]
    pub info: Option<Value>,
    /// SHA-256 of each file in the archive, in hexadecimal, by name. Absent if the case does not check the files.
    #[serde(default)]
    pub files: Option<BTreeMap<String, String>>,
}

/// An expected finding about an entry, a member of `info.json`, or the whole archive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FindingExpected {
    /// Code of the finding, such as `image.file-missing`.
    pub code: String,
    /// Severity of the finding: `fatal`, `problem` or `quirk`.
    pub severity: String,
    /// Name of the entry that the finding is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// JSON pointer of the member of `info.json` that the finding is about, such as `/images/0/file_name`.
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
