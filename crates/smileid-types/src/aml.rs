//! The result of a search in the lists of sanctions, of politically exposed persons, and in the news.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    action::Actions, extra::Extra, lenient, partner_params::PartnerParams, redact, result_code::ResultCode,
};

/// The result of an AML check. Somebody found is a finding to look at, neither a pass nor a failure.
///
/// Source: the specs of the official Ruby SDK and the documentation's AML page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AmlResult {
    /// `Listed`, or `Not Listed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actions: Option<Actions>,
    /// What the partner sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// The API's number for the job.
    #[serde(
        rename = "SmileJobID",
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub smile_job_id: Option<String>,
    /// The result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<ResultCode>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_text: Option<String>,
    /// Whether only exact matches were looked for.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub strict_match: Option<bool>,
    /// How many persons were found.
    #[serde(
        rename = "no_of_persons_found",
        default,
        deserialize_with = "lenient::optional_count_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub no_of_persons_found: Option<u64>,
    /// The persons.
    #[serde(rename = "people", default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<ListedPerson>>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A person on a list. What the lists say of them is kept as it comes: its shapes are too many to type.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListedPerson {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Other names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<Value>>,
    /// Dates of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates_of_birth: Option<Vec<Value>>,
    /// Nationalities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationalities: Option<Vec<Value>>,
    /// Addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Vec<Value>>,
    /// Related persons and companies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub associations: Option<Vec<Value>>,
    /// Sanctions against them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sanctions: Option<Vec<Value>>,
    /// What the news say of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adverse_media: Option<Vec<Value>>,
    /// Their public offices: `pep_level`, `political_positions`, `sources`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pep: Option<Value>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for ListedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |list: &Option<Vec<Value>>| list.as_ref().map(Vec::len);
        f.debug_struct("ListedPerson")
            .field("name", &redact::personal(&self.name))
            .field("sanctions", &count(&self.sanctions))
            .field("adverse_media", &count(&self.adverse_media))
            .field("pep", &redact::personal(&self.pep))
            .finish_non_exhaustive()
    }
}
