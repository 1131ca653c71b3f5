//! Format of cases about signatures.

use serde::Deserialize;
use serde_json::Value;

/// Inputs of a signature, and its expected steps or the expected error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignatureCase {
    /// Id of the partner.
    pub partner_id: String,
    /// API key of the partner.
    pub api_key: String,
    /// Timestamp of a message. It is a text, unless it must be refused.
    pub timestamp: Value,
    /// A received signature to verify. If absent, the case tests signing.
    #[serde(default)]
    pub received: Option<String>,
    /// Result that the case expects.
    pub expect: SignatureExpected,
}

/// Expected result of a signature case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureExpected {
    /// The signature is valid, with these steps.
    Signed(Signed),
    /// The input is refused: `partner_id`, `api_key` or `timestamp`. For a received signature: `malformed` or `mismatch`.
    Refused(String),
}

/// Steps of computing a signature.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Signed {
    /// The signed text: timestamp, partner id and `sid_request`.
    pub message: String,
    /// HMAC-SHA256 of the signed text, in lower-case hexadecimal. The key is the UTF-8 text of the API key.
    pub hex: String,
    /// HMAC-SHA256 in base64: the signature in messages.
    pub base64: String,
}
