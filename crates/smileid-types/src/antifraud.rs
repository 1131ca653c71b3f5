//! The search for the same face under other names (Smile Secure).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{extra::Extra, lenient, redact, result_code::ResultCode};

/// What the search found: in its own callback the suspects alone, inside a biometric result under two headings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Antifraud {
    /// The suspects, in the search's own callback.
    #[serde(rename = "SuspectUsers", default, skip_serializing_if = "Option::is_none")]
    pub suspect_users: Option<Vec<SuspectUser>>,
    /// Whether fraud was found and by what, inside a biometric result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<FraudSummary>,
    /// The search, inside a biometric result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smile_secure: Option<SmileSecure>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Antifraud {
    /// Every suspect, wherever the message has them.
    pub fn suspects(&self) -> impl Iterator<Item = &SuspectUser> {
        let inside = self.smile_secure.iter().flat_map(|search| &search.suspect_users);
        self.suspect_users.iter().chain(inside).flatten()
    }
}

/// Whether fraud was found and by what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FraudSummary {
    /// What found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraud_sources: Option<Vec<String>>,
    /// Whether it was found.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub fraud_detected: Option<bool>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The search inside a biometric result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct SmileSecure {
    /// What the search came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<ResultCode>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_text: Option<String>,
    /// The suspects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspect_users: Option<Vec<SuspectUser>>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Another user who may be the same person.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SuspectUser {
    /// The partner's name for that user.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub user_id: Option<String>,
    /// Why, in the search's own callback: `same-person`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why, inside a biometric result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<String>>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for SuspectUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SuspectUser")
            .field("user_id", &redact::personal(&self.user_id))
            .field("reason", &self.reason)
            .field("reasons", &self.reasons)
            .field("extra", &self.extra)
            .finish()
    }
}
