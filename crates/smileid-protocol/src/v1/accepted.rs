//! What calls answer whose result comes to the callback URL.

use serde::{Deserialize, Serialize};
use smileid_types::{Extra, lenient};

/// The request was taken; its result will be called back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Accepted {
    /// Whether it was.
    #[serde(deserialize_with = "lenient::bool_or_text")]
    pub success: bool,
    /// Members that this type has no field for.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Accepted {
    /// It was taken.
    pub fn yes() -> Self {
        Self { success: true, extra: Extra::default() }
    }
}
