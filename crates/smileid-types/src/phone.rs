//! The result of a phone number check.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{extra::Extra, lenient, partner_params::PartnerParams, result_code::ResultCode};

/// The result of a phone number check, as its reply and its callback carry it.
///
/// Source: the documentation's phone number verification page; its lower-case names differ from other results'. That the
/// reply has the shape of the callback is inferred.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PhoneResult {
    /// The result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ResultCode>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Which of the given fields match, by their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_fields: Option<Matches>,
    /// The API's name for the job.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub job_id: Option<String>,
    /// The product, in words.
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
    /// When the job was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Which fields match. Their values are kept as they come: no source shows their type.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Matches(pub Value);

impl std::fmt::Debug for Matches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Value::Object(fields) => f.debug_set().entries(fields.keys()).finish(),
            _ => f.write_str("[personal]"),
        }
    }
}
