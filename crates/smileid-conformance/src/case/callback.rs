//! Cases of what the API sends to a callback URL.

use serde::Deserialize;
use serde_json::Value;

use super::Keys;

/// A callback, and what must come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackCase {
    /// The body, as it came.
    pub body: String,
    /// The keys that the receiver has: several while one is being replaced.
    pub keys: Vec<Keys>,
    /// The receiver's time, in milliseconds since 1970.
    pub now: i64,
    /// How far the callback's time may be from it. Absent for any distance.
    #[serde(default)]
    pub window: Option<WindowSeconds>,
    /// What must come of it.
    pub expect: CallbackExpected,
}

/// How far the time of a callback may be from the receiver's, in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WindowSeconds {
    /// How old it may be.
    pub max_age: u64,
    /// How far ahead it may be.
    pub max_ahead: u64,
}

/// What must come of a callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackExpected {
    /// It reads.
    Read(Box<CallbackRead>),
    /// It does not.
    Refused(CallbackRefused),
}

/// What a callback reads as.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackRead {
    /// What it is: `result`, `phone` or `selfie`.
    pub kind: String,
    /// What is proven of who sent it.
    pub origin: OriginExpected,
    /// The value, in its own JSON form: the body without its proof.
    pub value: Value,
}

/// What is proven of who sent a callback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum OriginExpected {
    /// It was signed with one of the keys, lately.
    Proven {
        /// When.
        timestamp: String,
    },
    /// It is not signed.
    Missing,
    /// Its signature is no signature.
    Malformed,
    /// Its signature was not made with any of the keys, or for another time or partner.
    Mismatch,
    /// It was signed too long ago.
    Stale {
        /// How long ago.
        milliseconds: u64,
    },
    /// It was signed in the future.
    Ahead {
        /// How far ahead.
        milliseconds: u64,
    },
    /// Nobody can say when it was signed.
    UnreadableTime,
}

/// Why a callback does not read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackRefused {
    /// The body is not the message.
    Json {
        /// The member that the error must name, when one alone is wrong.
        #[serde(default)]
        member: Option<String>,
    },
    /// A member of the proof is not there although the other is.
    HalfAProof {
        /// Which.
        member: String,
    },
}
