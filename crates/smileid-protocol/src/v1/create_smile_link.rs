//! `POST /v1/smile_links`: makes a link that leads a person through a verification.
//!
//! Wire: documented, and seen in integrations. Pages differ on the names in the reply; both are read.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, PartnerParams, lenient, redact};

use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Makes a link. Where its result is sent is all that must be there; the constructor asks for what makes a link of use.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// Where the result is sent.
    pub callback_url: String,
    /// The rest of it.
    #[serde(flatten)]
    pub settings: LinkSettings,
}

impl Request {
    /// A link to verify one of `id_types`.
    pub fn new(
        name: impl Into<String>,
        company_name: impl Into<String>,
        id_types: Vec<LinkIdType>,
        callback_url: impl Into<String>,
        data_privacy_policy_url: impl Into<String>,
    ) -> Self {
        Self {
            callback_url: callback_url.into(),
            settings: LinkSettings {
                name: Some(name.into()),
                company_name: Some(company_name.into()),
                id_types: Some(id_types),
                data_privacy_policy_url: Some(data_privacy_policy_url.into()),
                ..LinkSettings::default()
            },
        }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::create_smile_link", "/v1/smile_links");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What a link is made with, and what of it can be changed. `Debug` does not show who it is for.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkSettings {
    /// What the link is called in the portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who asks, as the person sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// What the person may choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_types: Option<Vec<LinkIdType>>,
    /// Where the person reads what becomes of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_privacy_policy_url: Option<String>,
    /// Where the person is sent afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// What the person sees as a logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// Whether it works once.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub is_single_use: Option<bool>,
    /// The partner's name for the person.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub user_id: Option<String>,
    /// The partner's own members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// Until when it works, at most about 90 days ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for LinkSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkSettings")
            .field("name", &self.name)
            .field("id_types", &self.id_types)
            .field("is_single_use", &self.is_single_use)
            .field("user_id", &redact::personal(&self.user_id))
            .field("partner_params", &self.partner_params)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What a person may choose from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkIdType {
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The kind of ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_type: Option<String>,
    /// How it is verified: `biometric_kyc`, `doc_verification`, `enhanced_kyc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_method: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl LinkIdType {
    /// An ID of a country, verified by a method.
    pub fn new(country: impl Into<String>, id_type: impl Into<String>, method: impl Into<String>) -> Self {
        Self {
            country: Some(country.into()),
            id_type: Some(id_type.into()),
            verification_method: Some(method.into()),
            extra: Extra::default(),
        }
    }
}

/// A link. `Debug` does not show the address, nor the name that makes one with the partner's.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SmileLink {
    /// The API's name for it.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub ref_id: Option<String>,
    /// The address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The address, under the other name it is documented by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_url: Option<String>,
    /// Whether it no longer works.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub is_disabled: Option<bool>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl SmileLink {
    /// The address, under whichever name it came.
    pub fn address(&self) -> Option<&str> {
        self.link.as_deref().or(self.link_url.as_deref())
    }
}

impl fmt::Debug for SmileLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmileLink")
            .field("ref_id", &redact::link(&self.ref_id))
            .field("link", &redact::link(&self.link))
            .field("link_url", &redact::link(&self.link_url))
            .field("is_disabled", &self.is_disabled)
            .finish_non_exhaustive()
    }
}
