//! Case format for callbacks.

use std::collections::BTreeMap;

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
    /// The headers of a callback of version 3, which contain the proof and the ids. Absent for version 1.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// The receiver's API keys. There are several while a key is being replaced.
    pub keys: Vec<Keys>,
    /// Current time of the receiver, in milliseconds since 1970.
    pub now: i64,
    /// Maximum difference between the callback's timestamp and `now`. If absent, there is no limit.
    #[serde(default)]
    pub window: Option<WindowSeconds>,
    /// The expected result.
    pub expect: CallbackExpected,
}

/// Maximum difference between a callback's timestamp and the receiver's clock, in seconds.
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
    /// Kind of the callback: `result`, `phone` or `selfie`; `v3` for those of version 3.
    pub kind: String,
    /// The expected proof of its origin.
    pub origin: OriginExpected,
    /// The callback in its JSON format, without timestamp and signature.
    pub value: Value,
}

/// Expected proof of a callback's origin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum OriginExpected {
    /// The signature is right, and the timestamp is within the window.
    Proven {
        /// The time of the signature.
        timestamp: String,
    },
    /// It is not signed.
    Missing,
    /// Its signature is not valid base64 of 32 bytes.
    Malformed,
    /// The signature does not match timestamp and partner id with any of the keys.
    Mismatch,
    /// The signature is right, but too old.
    Stale {
        /// Age of the callback, in milliseconds.
        milliseconds: u64,
    },
    /// The signature is right, but its timestamp is too far in the future.
    Ahead {
        /// How far the timestamp is in the future, in milliseconds.
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
    /// A header of the proof is missing, in version 3.
    NoProof {
        /// Name of the header that the message lacks.
        member: String,
    },
    /// The ids in headers and body differ, in version 3.
    Form {},
    /// One of timestamp and signature is missing.
    HalfAProof {
        /// The missing member.
        member: String,
    },
}
