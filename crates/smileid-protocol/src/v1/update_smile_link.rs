//! `PUT /v1/smile_links/{ref_id}`: changes a link, or ends it.
//!
//! Wire: documented for `is_disabled`; which other members may change, and the reply, are inferred.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{lenient, redact};

use super::create_smile_link::{LinkSettings, SmileLink};
use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Changes a link. What is absent stays as it was.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The API's name for it.
    pub ref_id: String,
    /// Whether it no longer works.
    #[serde(
        default,
        deserialize_with = "lenient::optional_bool_or_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub is_disabled: Option<bool>,
    /// Where the result is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// What else is changed.
    #[serde(flatten)]
    pub settings: LinkSettings,
}

impl Request {
    /// Changes `settings` of a link.
    pub fn change(ref_id: impl Into<String>, settings: LinkSettings) -> Self {
        Self { ref_id: ref_id.into(), settings, ..Self::default() }
    }

    /// Ends a link.
    pub fn disable(ref_id: impl Into<String>) -> Self {
        Self { ref_id: ref_id.into(), is_disabled: Some(true), ..Self::default() }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("ref_id", &redact::link(&Some(&self.ref_id)))
            .field("is_disabled", &self.is_disabled)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::put("v1::update_smile_link", "/v1/smile_links/{ref_id}");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = SmileLink;
    type ReplyAuth = Anonymous;
}
