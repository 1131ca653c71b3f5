//! Cases of signatures.

use serde::Deserialize;
use serde_json::Value;

/// How a message is signed, every step of it, or what must be refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignatureCase {
    /// The partner's id.
    pub partner_id: String,
    /// The key.
    pub api_key: String,
    /// The timestamp as it stands in the JSON of a message: text, unless it must be refused.
    pub timestamp: Value,
    /// A signature that arrived. Without one, the case is about making the signature.
    #[serde(default)]
    pub received: Option<String>,
    /// What must come of it.
    pub expect: SignatureExpected,
}

/// What must come of a signature.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureExpected {
    /// The message is signed, by these steps.
    Signed(Signed),
    /// This part is refused: `partner_id`, `api_key`, `timestamp`, or, of a received signature, `malformed` or
    /// `mismatch`.
    Refused(String),
}

/// The steps of a signature.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Signed {
    /// The text that is signed: timestamp, partner id and `sid_request`.
    pub message: String,
    /// Its HMAC-SHA256 under the UTF-8 text of the key, in lower-case hexadecimal.
    pub hex: String,
    /// The same in base64: the signature as it travels.
    pub base64: String,
}
