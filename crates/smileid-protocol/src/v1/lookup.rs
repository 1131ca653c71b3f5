//! What the lookups of a person's ID and of a business have in common: their request.

use std::fmt;

use serde::{Deserialize, Serialize};
use smileid_types::{IdInfo, PartnerParams, redact};

use crate::{SOURCE_SDK, SOURCE_SDK_VERSION, job::CallbackUrl};

/// Looks up the number of an ID or a registration.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lookup {
    /// The partner's names for the job.
    pub partner_params: PartnerParams,
    /// What the request was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_sdk_version: Option<String>,
    /// Where the result is sent, by the asynchronous calls. The PHP SDK sends it in the others too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The ID, whose members stand beside the others.
    #[serde(flatten)]
    pub id_info: IdInfo,
}

impl Lookup {
    /// Looks up the number of `id_info`.
    pub fn new(partner_params: PartnerParams, id_info: IdInfo) -> Self {
        Self {
            partner_params,
            source_sdk: Some(SOURCE_SDK.to_owned()),
            source_sdk_version: Some(SOURCE_SDK_VERSION.to_owned()),
            callback_url: None,
            id_info,
        }
    }

    /// Has the result sent to `url`, as the asynchronous calls need it.
    #[must_use]
    pub fn with_callback(mut self, url: &CallbackUrl) -> Self {
        self.callback_url = Some(url.as_str().to_owned());
        self
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup")
            .field("partner_params", &self.partner_params)
            .field("callback_url", &redact::link(&self.callback_url))
            .field("id_info", &self.id_info)
            .finish_non_exhaustive()
    }
}
