//! `POST /v2/async-verify-address`: checks an address and calls back (job type 12).
//!
//! Wire: recorded from the official Ruby SDK, which uses the v1 path; documented at the v2 path.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, PartnerParams, lenient, redact};

use super::accepted::Accepted;
use crate::{
    auth::{Anonymous, SignedHeaders},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Checks an address.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The country: `NG` or `ZA`.
    pub country: String,
    /// The address.
    pub address: String,
    /// Where the result is sent.
    pub callback_url: String,
    /// The person's names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// The person's ID number; needed in South Africa.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub id_number: Option<String>,
    /// The number of the account with the electricity company; needed in Nigeria.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub utility_number: Option<String>,
    /// The electricity company; needed in Nigeria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utility_provider: Option<String>,
    /// The partner's own members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Checks a Nigerian address by an account with the electricity company.
    pub fn nigeria(
        address: impl Into<String>,
        utility_number: impl Into<String>,
        utility_provider: impl Into<String>,
        callback_url: impl Into<String>,
    ) -> Self {
        Self {
            country: "NG".to_owned(),
            address: address.into(),
            callback_url: callback_url.into(),
            utility_number: Some(utility_number.into()),
            utility_provider: Some(utility_provider.into()),
            ..Self::default()
        }
    }

    /// Checks a South African address by an ID number.
    pub fn south_africa(
        address: impl Into<String>,
        id_number: impl Into<String>,
        callback_url: impl Into<String>,
    ) -> Self {
        Self {
            country: "ZA".to_owned(),
            address: address.into(),
            callback_url: callback_url.into(),
            id_number: Some(id_number.into()),
            ..Self::default()
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("country", &self.country)
            .field("id_number", &redact::personal(&self.id_number))
            .field("utility_provider", &self.utility_provider)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::async_verify_address", "/v2/async-verify-address")
        .also_at(&["/v1/async-verify-address"]);
    type Auth = SignedHeaders;
    type Codec = Json;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
