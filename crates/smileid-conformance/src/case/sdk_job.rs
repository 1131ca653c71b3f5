//! Format of cases with jobs in the form of the official SDKs.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Content;

/// A job in the form of the official SDKs, and the expected result of checking it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SdkJobCase {
    /// The four arguments of `submit_job`: `partner_params`, `image_details`, `id_info`, `options`.
    pub job: Value,
    /// Callback URL for a job that has none.
    #[serde(default)]
    pub default_callback: Option<String>,
    /// Content of the image files, by path. If absent, the images are not read.
    #[serde(default)]
    pub files: Option<BTreeMap<String, Content>>,
    /// Result that the case expects.
    pub expect: SdkJobExpected,
}

/// Expected result of checking a job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum SdkJobExpected {
    /// The job is valid and can be sent.
    Ok(SdkJobOk),
    /// The job is invalid and must not be sent.
    Invalid(Invalid),
}

/// Expected properties of a job that can be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SdkJobOk {
    /// Number of the job type.
    pub job_type: u16,
    /// Delivery of the job's result: `"at_once"`, `{"at_once": {"callback": url}}`, or `{"callback": url or null, "follow":
    /// {"history": …, "image_links": …} or null}`.
    pub delivery: Value,
}

/// Reason why a job cannot be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Invalid {
    /// Path of the wrong field, such as `image_details[0].image`.
    pub field: String,
    /// Name of the problem, such as `missing`.
    pub problem: String,
}
