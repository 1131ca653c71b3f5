//! Cases of strict checks.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Content;

/// A job, and what is probably wrong with it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StrictCase {
    /// The path of the file.
    pub id: String,
    /// What the case shows, in one line.
    pub description: String,
    /// Where the expected values come from.
    pub source: String,
    /// The job, in the loose form.
    pub job: Value,
    /// Whether it can be sent all the same. If so, it is looked at as a typed job too, with the same outcome.
    pub can_be_sent: bool,
    /// Where it is to be sent: `sandbox` or `production`. Absent when that is not known.
    #[serde(default)]
    pub environment: Option<String>,
    /// The files that the job names, by path. Absent when the images are not to be read.
    #[serde(default)]
    pub files: Option<BTreeMap<String, Content>>,
    /// Files that are this many bytes long: what is given of them, and zeros.
    #[serde(default)]
    pub lengths: BTreeMap<String, usize>,
    /// The time that the job's request is signed at. Absent when it is not judged.
    #[serde(default)]
    pub timestamp: Option<String>,
    /// What must be said of the time.
    #[serde(default)]
    pub expect_of_timestamp: Vec<WarningExpected>,
    /// What must be said, in any order.
    pub expect: Vec<WarningExpected>,
    /// What must be said as well once the images have been read.
    #[serde(default)]
    pub expect_of_images: Vec<WarningExpected>,
}

/// Something that is probably wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WarningExpected {
    /// What: `id-number.shape`.
    pub code: String,
    /// The path of the field: `id_info.id_number`.
    pub field: String,
}
