//! Case format for callbacks.

use serde::Deserialize;
use serde_json::Value;

use super::Keys;

/// A callback and its expected result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackCase {
    /// The body, as received.
    pub body: String,
    /// The receiver's keys. It has several while a key is being replaced.
    pub keys: Vec<Keys>,
    /// Time of the receiver, in milliseconds since 1970.
    pub now: i64,
    /// Maximum difference between the callback's time and `now`. Absent for no limit.
    #[serde(default)]
    pub window: Option<WindowSeconds>,
    /// The expected result.
    pub expect: CallbackExpected,
}

/// Maximum difference between the time of a callback and the receiver's, in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WindowSeconds {
    /// Maximum age.
    pub max_age: u64,
    /// Maximum time in the future.
    pub max_ahead: u64,
}

/// Expected result of reading a callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackExpected {
    /// It can be read.
    Read(Box<CallbackRead>),
    /// It is refused.
    Refused(CallbackRefused),
}

/// Expected content of a callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackRead {
    /// The kind: `result`, `phone` or `selfie`.
    pub kind: String,
    /// The expected proof of its origin.
    pub origin: OriginExpected,
    /// The value in its own JSON format: the body without its proof.
    pub value: Value,
}

/// Expected proof of a callback's origin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum OriginExpected {
    /// It was recently signed with one of the keys.
    Proven {
        /// The time of the signature.
        timestamp: String,
    },
    /// It is not signed.
    Missing,
    /// Its signature is not valid base64 of 32 bytes.
    Malformed,
    /// Its signature does not match any key, or belongs to another time or partner.
    Mismatch,
    /// It was signed too long ago.
    Stale {
        /// Its age.
        milliseconds: u64,
    },
    /// It was signed in the future.
    Ahead {
        /// Its time in the future.
        milliseconds: u64,
    },
    /// Its timestamp cannot be parsed.
    UnreadableTime,
}

/// Reason why a callback cannot be read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackRefused {
    /// The body is not a valid message.
    Json {
        /// The member that the error must name, if a single one is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// One member of the proof is missing.
    HalfAProof {
        /// The missing member.
        member: String,
    },
}
