//! Cases of archives.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_protocol::package::inspect::{Finding, Place, Severity};

use super::{Content, Keys};

/// An archive that is built, or one that is opened.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PackageCase {
    /// A job, and the archive it becomes.
    #[serde(default)]
    pub build: Option<Build>,
    /// An archive, and what is found in it.
    #[serde(default)]
    pub open: Option<Open>,
}

/// A job, and the archive it becomes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Build {
    /// Who sends the job.
    pub credentials: Keys,
    /// When the upload request is signed.
    pub timestamp: String,
    /// The job, in the SDKs' form.
    pub job: Value,
    /// The callback of jobs that name none.
    #[serde(default)]
    pub default_callback: Option<String>,
    /// The files that the job names, by path.
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    /// The reply to the upload request.
    pub reply: Value,
    /// What must come of it.
    pub expect: BuiltExpected,
}

/// What an archive must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BuiltExpected {
    /// The upload request without its proof, and without `source_sdk` and `source_sdk_version`.
    pub upload: Value,
    /// The entries, in order.
    pub entries: Vec<EntryExpected>,
    /// `info.json`.
    pub info: Value,
    /// How many bytes the archive has.
    pub length: u64,
    /// The SHA-256 of the archive, in hexadecimal.
    pub sha256: String,
    /// What is found when it is opened again: nothing but what the images bring along.
    #[serde(default)]
    pub findings: Vec<FindingExpected>,
}

/// An entry of an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EntryExpected {
    /// Its name.
    pub name: String,
    /// The path, among the files of the case, of what it holds. Absent for `info.json`.
    #[serde(default)]
    pub file: Option<String>,
}

/// An archive, and what is found in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Open {
    /// The archive: a file beside the case.
    pub archive: String,
    /// Its bytes.
    #[serde(skip)]
    pub bytes: Bytes,
    /// What must come of it.
    pub expect: OpenExpected,
}

/// What must come of opening an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OpenExpected {
    /// Whether it can be used.
    pub usable: bool,
    /// Everything that is found, in any order.
    pub findings: Vec<FindingExpected>,
    /// `info.json`. Absent when the case is not about it.
    #[serde(default)]
    pub info: Option<Value>,
    /// The SHA-256 of each file, in hexadecimal, by name. Absent when the case is not about them.
    #[serde(default)]
    pub files: Option<BTreeMap<String, String>>,
}

/// Something that is found in an archive: at an entry, at a member of `info.json`, or of the whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FindingExpected {
    /// What: `image.file-missing`.
    pub code: String,
    /// How much it matters: `fatal`, `problem` or `quirk`.
    pub severity: String,
    /// The name of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The JSON pointer of the member of `info.json`: `/images/0/file_name`.
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
