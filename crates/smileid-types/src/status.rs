//! Members of a status response beside the job result, such as the links to the images.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

use crate::{member::Member, redact, result::JobResult};

/// The `result` member of a status response: the job result, or a text with the reason for its absence.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum StatusResult {
    /// The job has a result.
    Result(Box<JobResult>),
    /// The job has no result. The text gives the reason, such as `No zip file received`.
    Text(String),
}

impl StatusResult {
    /// Returns the job result, if there is one.
    pub fn result(&self) -> Option<&JobResult> {
        match self {
            Self::Result(result) => Some(result),
            Self::Text(_) => None,
        }
    }

    /// Converts the member into the job result, if there is one.
    pub fn into_result(self) -> Option<JobResult> {
        match self {
            Self::Result(result) => Some(*result),
            Self::Text(_) => None,
        }
    }
}

impl Member for StatusResult {
    fn fit(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text.clone())),
            object => JobResult::fit(object).map(|result| Self::Result(Box::new(result))),
        }
    }
}

impl<'de> Deserialize<'de> for StatusResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::fit(&Value::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom("expected a text or a result"))
    }
}

impl fmt::Debug for StatusResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Result(result) => result.fmt(f),
            Self::Text(text) => redact::text(&Some(text)).fmt(f),
        }
    }
}

open_struct! {
    /// Links to the images of a job. The links expire, and each gives access to its image without authentication.
    #[debug(rest)]
    pub struct ImageLinks {
        /// URL of the selfie.
        #[debug(link)]
        selfie_image: String = "selfie_image",
        /// URL of the image of the ID card's front.
        #[debug(link)]
        id_card_image: String = "id_card_image",
        /// URL of the image of the ID card's back.
        #[debug(link)]
        id_card_back: String = "id_card_back",
        /// Reason for the absence of the links.
        #[debug(text)]
        error: String = "error",
    }
}
