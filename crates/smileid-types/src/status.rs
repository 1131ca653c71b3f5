//! The parts of a job status reply that are not results.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

use crate::{extra::Extra, redact, result::JobResult};

/// The `result` of a job status reply: a result, or a text that says why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum StatusResult {
    /// The result.
    Result(Box<JobResult>),
    /// Why there is none: `No zip file received`.
    Text(String),
}

impl StatusResult {
    /// The result, when there is one.
    pub fn result(&self) -> Option<&JobResult> {
        match self {
            Self::Result(result) => Some(result),
            Self::Text(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for StatusResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            // What serde_json says of the value may quote it, and it may be personal.
            object => JobResult::deserialize(object)
                .map(|result| Self::Result(Box::new(result)))
                .map_err(|_| D::Error::custom("`result` is neither a text nor a result")),
        }
    }
}

/// Links to the images of a job. They expire, and whoever has one can see the image.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageLinks {
    /// The selfie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selfie_image: Option<String>,
    /// The front of the ID card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_card_image: Option<String>,
    /// The back of the ID card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_card_back: Option<String>,
    /// Why there are no links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl fmt::Debug for ImageLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageLinks")
            .field("selfie_image", &redact::link(&self.selfie_image))
            .field("id_card_image", &redact::link(&self.id_card_image))
            .field("id_card_back", &redact::link(&self.id_card_back))
            .field("error", &self.error)
            .field("extra", &self.extra)
            .finish()
    }
}
