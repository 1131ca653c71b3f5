//! `POST /v1/aml`: searches the lists of sanctions and of politically exposed persons, and the news (job type 10).
//!
//! Wire: recorded from the official Ruby SDK; the reply from its specs and the documentation.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{AmlResult, Extra, JobType, PartnerParams, lenient};

use crate::{
    SOURCE_SDK, SOURCE_SDK_VERSION,
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Searches for a person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The partner's name for the person. Beside the partner's parameters here, not in them.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub user_id: String,
    /// The partner's name for the job.
    #[serde(deserialize_with = "lenient::text_or_number")]
    pub job_id: String,
    /// Always [`JobType::AmlCheck`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_type: Option<JobType>,
    /// All names in one.
    pub full_name: String,
    /// The countries to search in, two capital letters each.
    pub countries: Vec<String>,
    /// Year of birth.
    #[serde(
        default,
        deserialize_with = "lenient::optional_text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub birth_year: Option<String>,
    /// Other names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<String>>,
    /// Whether only exact matches count. The official SDK sends true unless told.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub strict_match: Option<bool>,
    /// Whether the name of an enrolled user is taken instead.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub search_existing_user: Option<bool>,
    /// The partner's own members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_params: Option<PartnerParams>,
    /// What the request was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk_version: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Request {
    /// Searches for a person in some countries, for exact matches.
    pub fn new(
        user_id: impl Into<String>,
        job_id: impl Into<String>,
        full_name: impl Into<String>,
        countries: Vec<String>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            job_id: job_id.into(),
            job_type: Some(JobType::AmlCheck),
            full_name: full_name.into(),
            countries,
            birth_year: None,
            aliases: None,
            strict_match: Some(true),
            search_existing_user: Some(false),
            partner_params: None,
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            extra: Extra::default(),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("job_id", &self.job_id)
            .field("countries", &self.countries)
            .field("strict_match", &self.strict_match)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::aml", "/v1/aml");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = AmlResult;
    type ReplyAuth = MaybeSignedReply;
}
