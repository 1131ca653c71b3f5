//! What the two phone number checks have in common: their request.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, PartnerParams, lenient};

use crate::job::CallbackUrl;

/// Checks whose phone number it is.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PhoneCheck {
    /// The country that the number is of.
    pub country: String,
    /// The number.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub phone_number: String,
    /// What is held against the number's owner.
    #[serde(default)]
    pub match_fields: MatchFields,
    /// Where the result is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The partner's own members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl PhoneCheck {
    /// Checks whose phone number it is.
    pub fn new(
        country: impl Into<String>,
        phone_number: impl Into<String>,
        match_fields: MatchFields,
    ) -> Self {
        Self { country: country.into(), phone_number: phone_number.into(), match_fields, ..Self::default() }
    }

    /// Has the result sent to `url`, as the asynchronous call needs it.
    #[must_use]
    pub fn with_callback(mut self, url: &CallbackUrl) -> Self {
        self.callback_url = Some(url.as_str().to_owned());
        self
    }
}

impl fmt::Debug for PhoneCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhoneCheck")
            .field("country", &self.country)
            .field("partner_params", &self.partner_params)
            .finish_non_exhaustive()
    }
}

/// What is held against the number's owner.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MatchFields {
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Other name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_name: Option<String>,
    /// ID number.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub id_number: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for MatchFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}
