//! Cases of jobs in the SDKs' form.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Content;

/// A job as the users of the official SDKs write it, and what must come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SdkJobCase {
    /// The four arguments of `submit_job`: `partner_params`, `image_details`, `id_info`, `options`.
    pub job: Value,
    /// The callback of jobs that name none.
    #[serde(default)]
    pub default_callback: Option<String>,
    /// The files that there are, by path. Absent when the images are not to be read.
    #[serde(default)]
    pub files: Option<BTreeMap<String, Content>>,
    /// What must come of it.
    pub expect: SdkJobExpected,
}

/// What must come of a job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum SdkJobExpected {
    /// It can be sent.
    Ok(SdkJobOk),
    /// It cannot, and nothing is sent.
    Invalid(Invalid),
}

/// A job that can be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SdkJobOk {
    /// The number of its type.
    pub job_type: u16,
    /// How its result arrives: `"at_once"`, `{"at_once": {"callback": url}}`, or `{"callback": url or null, "follow":
    /// {"history": …, "image_links": …} or null}`.
    pub delivery: Value,
}

/// Why a job cannot be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Invalid {
    /// The path of the field: `image_details[0].image`.
    pub field: String,
    /// What is wrong with it: `missing`.
    pub problem: String,
}
