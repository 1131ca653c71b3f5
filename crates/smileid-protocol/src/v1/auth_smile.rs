//! `POST /v1/auth_smile`: a mobile app without the API key asks the API to sign for it.
//!
//! Wire: seen in the mobile SDKs. The token in it is a secret of the app's; the signature in the reply is one too.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smileid_types::{Extra, JobType, PartnerParams, lenient, redact};

use crate::{
    auth::{Anonymous, PartnerId, Secret, Signature},
    codec::Json,
    endpoint::{Endpoint, Spec},
    timestamp::{Timestamp, optional_text_or_integer},
};

/// Asks for a signature.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The partner.
    pub partner_id: PartnerId,
    /// The app's secret.
    pub auth_token: Secret,
    /// What the job does.
    pub job_type: JobType,
    /// Whether it enrols.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub enrollment: Option<bool>,
    /// Whether it is for production.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub production: Option<bool>,
    /// Whether a signature is wished: always.
    #[serde(deserialize_with = "lenient::bool_or_text")]
    pub signature: bool,
    /// The partner's name for the person.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub user_id: Option<String>,
    /// The partner's name for the job.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub job_id: Option<String>,
    /// The country of the ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The kind of ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_type: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Asks for a signature.
    pub fn new(partner_id: PartnerId, auth_token: impl Into<Secret>, job_type: JobType) -> Self {
        Self {
            partner_id,
            auth_token: auth_token.into(),
            job_type,
            enrollment: None,
            production: None,
            signature: true,
            user_id: None,
            job_id: None,
            country: None,
            id_type: None,
            extra: Extra::default(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("partner_id", &self.partner_id)
            .field("job_type", &self.job_type)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::auth_smile", "/v1/auth_smile").retry_safe();
    type Auth = Anonymous;
    type Codec = Json;
    type Response = Response;
    type ReplyAuth = Anonymous;
}

/// A signature to send on. `Debug` does not show where results are sent, nor what the app may do.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// Whether there is one.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub success: Option<bool>,
    /// The signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// When it was made.
    #[serde(default, deserialize_with = "optional_text_or_integer", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// The partner's names for the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// Where results are sent; null for nowhere.
    #[serde(default, deserialize_with = "lenient::present", skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<Option<String>>,
    /// What the app may do, in a form of the API's own.
    #[serde(default, deserialize_with = "lenient::present", skip_serializing_if = "Option::is_none")]
    pub policy: Option<Value>,
    /// Whether the person's consent is needed, and given.
    #[serde(default, deserialize_with = "lenient::present", skip_serializing_if = "Option::is_none")]
    pub consent_info: Option<Value>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("success", &self.success)
            .field("timestamp", &self.timestamp)
            .field("partner_params", &self.partner_params)
            .field("callback_url", &redact::link(&self.callback_url))
            .finish_non_exhaustive()
    }
}
