//! What the three steps of a BVN holder's consent have in common: their request.
//!
//! A BVN with consent (`BVN_MFA`) is read in three steps: ask with the number, choose where the code is sent, hand the
//! code in. The session then stands in for the number in a lookup.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_types::{Extra, lenient, redact};

use crate::auth::{Secret, secret};

/// A step of the consent. Each step has the fields that it needs.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentStep {
    /// The country of the ID: `NG`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The kind of ID: `BVN_MFA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_type: Option<String>,
    /// The number of the ID; the first step.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub id_number: Option<String>,
    /// The session that the first step began.
    #[serde(
        default,
        deserialize_with = "secret::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub session_id: Option<Secret>,
    /// Where the code is sent; the second step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The code; the third step.
    #[serde(
        default,
        deserialize_with = "secret::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub otp: Option<Secret>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ConsentStep {
    pub(super) fn with_id(
        mut self,
        country: impl Into<String>,
        id_type: impl Into<String>,
        id_number: impl Into<String>,
    ) -> Self {
        self.country = Some(country.into());
        self.id_type = Some(id_type.into());
        self.id_number = Some(id_number.into());
        self
    }
}

impl fmt::Debug for ConsentStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentStep")
            .field("country", &self.country)
            .field("id_type", &self.id_type)
            .field("id_number", &redact::personal(&self.id_number))
            .field("mode", &self.mode)
            .field("otp", &self.otp)
            .finish_non_exhaustive()
    }
}

/// The answer to a step.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentState {
    /// Whether the step was taken.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub success: Option<bool>,
    /// The session, after the first step.
    #[serde(
        default,
        deserialize_with = "secret::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub session_id: Option<Secret>,
    /// Where the code can be sent, by mode, with the address masked: `{"sms": "0800…"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modes: Option<Vec<Value>>,
    /// The answer in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for ConsentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentState")
            .field("success", &self.success)
            .field("modes", &redact::personal(&self.modes))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::v1::{totp_consent, totp_consent_mode, totp_consent_otp};

    #[test]
    fn later_steps_repeat_the_id_when_told_to() {
        let id = json!({"country": "NG", "id_type": "BVN_MFA", "id_number": "00000000000"});
        let with = |more: Value| {
            let mut step = id.clone();
            step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            step
        };
        let (country, id_type, id_number) = ("NG", "BVN_MFA", "00000000000");
        let first = totp_consent::Request::new(country, id_type, id_number);
        assert_eq!(serde_json::to_value(first).unwrap(), id);
        let second = totp_consent_mode::Request::new("s", "sms");
        assert_eq!(serde_json::to_value(&second).unwrap(), json!({"session_id": "s", "mode": "sms"}));
        assert_eq!(
            serde_json::to_value(second.with_id(country, id_type, id_number)).unwrap(),
            with(json!({"session_id": "s", "mode": "sms"}))
        );
        let third = totp_consent_otp::Request::new("s", "000000").with_id(country, id_type, id_number);
        assert_eq!(serde_json::to_value(third).unwrap(), with(json!({"session_id": "s", "otp": "000000"})));
    }
}
