//! The result of the synchronous selfie calls.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{extra::Extra, lenient, partner_params::PartnerParams, redact, result_code::ResultCode};

open_enum! {
    /// How a selfie was judged by the synchronous calls.
    pub enum SelfieStatus: str {
        /// It matches, or the user is enrolled.
        Approved = "approved",
        /// A person will look.
        Pending = "pending",
        /// It does not match, or is no live person's.
        Rejected = "rejected",
    }
}

/// The result of `smart-selfie-enroll` and `smart-selfie-authentication`.
///
/// Source: the models of the mobile SDKs.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SelfieResult {
    /// The result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ResultCode>,
    /// How the selfie was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SelfieStatus>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The API's name for the job.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub job_id: Option<String>,
    /// `smart_selfie_enrollment` or `smart_selfie_authentication`.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub job_type: Option<String>,
    /// The partner.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub partner_id: Option<String>,
    /// What the partner sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// The partner's name for the person.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub user_id: Option<String>,
    /// When the job was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for SelfieResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SelfieResult")
            .field("code", &self.code)
            .field("status", &self.status)
            .field("message", &self.message)
            .field("job_id", &self.job_id)
            .field("user_id", &redact::personal(&self.user_id))
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}
