//! Case format for verdicts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A received result and its expected verdict.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictCase {
    /// The message, without its proof.
    pub received: ReceivedResult,
    /// The expected verdict.
    pub expect: VerdictExpected,
}

/// A message from which a verdict is determined. Its result may be missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceivedResult {
    /// The response to a job status request.
    Status(Value),
    /// A callback.
    Callback(Value),
    /// The response to a lookup of an ID or a business.
    Lookup(Value),
}

/// Expected verdict on a result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictExpected {
    /// The decision.
    pub decision: DecisionWord,
    /// The result code that the decision depends on. Absent if there is none.
    #[serde(default)]
    pub code: Option<String>,
    /// For a check that was not done: whether the same input may succeed later.
    #[serde(default)]
    pub retry: Option<bool>,
}

/// Decision on a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecisionWord {
    /// The result is an approval.
    Approved,
    /// The result may still change.
    Provisional,
    /// The result is a rejection.
    Rejected,
    /// The check could not be done.
    NotDone,
    /// A finding that a person must review.
    Finding,
    /// The decision cannot be determined.
    Unknown,
}

impl DecisionWord {
    /// All decisions.
    pub const ALL: [Self; 6] =
        [Self::Approved, Self::Provisional, Self::Rejected, Self::NotDone, Self::Finding, Self::Unknown];

    /// The word in case files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Provisional => "provisional",
            Self::Rejected => "rejected",
            Self::NotDone => "not_done",
            Self::Finding => "finding",
            Self::Unknown => "unknown",
        }
    }
}
