//! Case format for jobs of the official SDKs.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Content;

/// A job in the format of the official SDKs, and its expected result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SdkJobCase {
    /// The four arguments of `submit_job`: `partner_params`, `image_details`, `id_info`, `options`.
    pub job: Value,
    /// Callback URL for jobs that have none of their own.
    #[serde(default)]
    pub default_callback: Option<String>,
    /// Contents of the image files, by path. If absent, the case does not read images.
    #[serde(default)]
    pub files: Option<BTreeMap<String, Content>>,
    /// The expected result.
    pub expect: SdkJobExpected,
}

/// Expected result of a job.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum SdkJobExpected {
    /// The job is valid and can be sent.
    Ok(SdkJobOk),
    /// The job is invalid and must not be sent.
    Invalid(Invalid),
}

/// A job that can be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SdkJobOk {
    /// The number of its job type.
    pub job_type: u16,
    /// The delivery of its result: `"at_once"`, `{"at_once": {"callback": url}}`, or `{"callback": url or null,
    /// "follow": {"history": …, "image_links": …} or null}`.
    pub delivery: Value,
}

/// Reason why a job cannot be sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Invalid {
    /// The path of the field: `image_details[0].image`.
    pub field: String,
    /// The problem: `missing`.
    pub problem: String,
}
