//! Case format for signatures.

use serde::Deserialize;
use serde_json::Value;

/// Inputs of a signature and its expected steps, or the expected refusal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignatureCase {
    /// The partner's id.
    pub partner_id: String,
    /// The API key.
    pub api_key: String,
    /// The timestamp in the JSON of a message. Text, unless it must be refused.
    pub timestamp: Value,
    /// A received signature to verify. If absent, the case tests signing.
    #[serde(default)]
    pub received: Option<String>,
    /// The expected result.
    pub expect: SignatureExpected,
}

/// Expected result of a signature case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureExpected {
    /// The signature, step by step.
    Signed(Signed),
    /// The refused part: `partner_id`, `api_key` or `timestamp`. For a received signature: `malformed` or `mismatch`.
    Refused(String),
}

/// Steps of a signature.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Signed {
    /// The signed text: timestamp, partner id and `sid_request`.
    pub message: String,
    /// The HMAC-SHA256 of the text, in lower-case hexadecimal. The key is the UTF-8 text of the API key.
    pub hex: String,
    /// The HMAC in base64: the signature in messages.
    pub base64: String,
}
