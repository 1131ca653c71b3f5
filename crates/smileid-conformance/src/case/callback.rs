//! Format of cases about callbacks.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Keys;

/// A callback and the expected result of reading it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackCase {
    /// Body of the callback, as received.
    pub body: String,
    /// Headers of a V3 callback, which contain the signature and the ids. Absent for version 1.
    #[serde(default)]
    pub headers: Option<BTreeMap<String, String>>,
    /// API keys of the receiver. There are several while a key is replaced.
    pub keys: Vec<Keys>,
    /// Current time of the receiver, in milliseconds since 1970.
    pub now: i64,
    /// Maximum difference between the callback's timestamp and `now`. If absent, there is no limit.
    #[serde(default)]
    pub window: Option<WindowSeconds>,
    /// Result that the case expects.
    pub expect: CallbackExpected,
}

/// Maximum difference between a callback's timestamp and the receiver's clock, in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WindowSeconds {
    /// Maximum age of the callback, in seconds.
    pub max_age: u64,
    /// Maximum time that the callback may be in the future, in seconds.
    pub max_ahead: u64,
}

/// Expected result of reading a callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackExpected {
    /// The callback can be read.
    Read(Box<CallbackRead>),
    /// The callback is refused.
    Refused(CallbackRefused),
}

/// Expected content of a callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackRead {
    /// Kind of the callback: `result`, `phone` or `selfie`; `v3` for those of version 3.
    pub kind: String,
    /// Expected result of the signature check.
    pub origin: OriginExpected,
    /// The callback in its JSON format, without timestamp and signature.
    pub value: Value,
}

/// Expected result of checking a callback's signature and age.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum OriginExpected {
    /// The signature is right, and the timestamp is within the window.
    Proven {
        /// Timestamp of the signature.
        timestamp: String,
    },
    /// The callback has no signature.
    Missing,
    /// The signature is not the base64 text of 32 bytes.
    Malformed,
    /// The signature does not match timestamp and partner id with any of the keys.
    Mismatch,
    /// The signature is right, but too old.
    Stale {
        /// Age of the callback, in milliseconds.
        milliseconds: u64,
    },
    /// The signature is right, but its timestamp is in the future.
    Ahead {
        /// Time by which the timestamp is in the future, in milliseconds.
        milliseconds: u64,
    },
    /// The timestamp of the callback has an unknown format.
    UnreadableTime,
}

/// Reason why a callback cannot be read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackRefused {
    /// The body is not a valid message.
    Json {
        /// Member that the error must name, if only one member is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// A header with the signature is missing, in version 3.
    NoProof {
        /// Name of the missing header.
        member: String,
    },
    /// The ids in headers and body differ, in version 3.
    Form {},
    /// Only one of timestamp and signature is present.
    HalfAProof {
        /// Name of the missing member.
        member: String,
    },
}
