//! Cases of signatures that are refused, and why.

use serde::Deserialize;
use serde_json::Value;

use super::Keys;

/// A proof that came, and what must be suspected of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DoctorCase {
    /// The path of the file.
    pub id: String,
    /// What the case shows, in one line.
    pub description: String,
    /// Where the expected values come from.
    pub source: String,
    /// Whose key the proof should have been made with.
    pub credentials: Keys,
    /// Other credentials that it may have been made with.
    #[serde(default)]
    pub candidates: Vec<CandidateKeys>,
    /// The proof that came.
    pub received: ReceivedProof,
    /// A right proof of the same partner, of which nothing may be suspected.
    pub right: ReceivedProof,
    /// What must be suspected, in order: `{"code": "other-key", "name": "sandbox"}`.
    pub expect: Vec<Value>,
}

/// Other credentials, under a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CandidateKeys {
    /// The name.
    pub name: String,
    /// The partner's id.
    pub partner_id: String,
    /// The key, a made-up one.
    pub api_key: String,
}

/// A proof as it came.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReceivedProof {
    /// The partner that the message names. Replies name none.
    #[serde(default)]
    pub partner_id: Option<String>,
    /// The timestamp.
    pub timestamp: String,
    /// The signature.
    pub signature: String,
    /// The timestamp that stands elsewhere in the message.
    #[serde(default)]
    pub timestamp_elsewhere: Option<String>,
}
