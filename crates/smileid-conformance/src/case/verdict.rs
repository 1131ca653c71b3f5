//! Format of cases about verdicts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A received result and its expected verdict.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictCase {
    /// Received message, without its signature.
    pub received: ReceivedResult,
    /// Verdict that the case expects.
    pub expect: VerdictExpected,
}

/// A message from which a verdict is determined. It may have no result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceivedResult {
    /// Response to a status request of version 1.
    Status(Value),
    /// Body of a callback of version 1.
    Callback(Value),
    /// Response to a lookup of an ID or a business.
    Lookup(Value),
    /// Response to a status request of version 3.
    V3Status(Value),
    /// Body of a callback of version 3.
    V3Callback(Value),
}

/// Expected verdict on a result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictExpected {
    /// Expected decision, such as approved.
    pub decision: DecisionWord,
    /// Result code on which the decision is based. Absent if there is none.
    #[serde(default)]
    pub code: Option<String>,
    /// Reason in a V3 result, which has no result code.
    #[serde(default)]
    pub reason: Option<String>,
    /// If the check could not be made: true if the same input may succeed later.
    #[serde(default)]
    pub retry: Option<bool>,
}

/// Decision about a person, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecisionWord {
    /// The person passed.
    Approved,
    /// The job has no result yet. Only in version 3, which has this as a status.
    Pending,
    /// The decision may still change.
    Provisional,
    /// The person did not pass.
    Rejected,
    /// The check could not be made.
    NotDone,
    /// A finding that a person must review.
    Finding,
    /// The decision cannot be determined.
    Unknown,
}

impl DecisionWord {
    /// Decisions that a callback receiver can report.
    pub const ALL: [Self; 6] =
        [Self::Approved, Self::Provisional, Self::Rejected, Self::NotDone, Self::Finding, Self::Unknown];

    /// Returns the word for the decision in case files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Provisional => "provisional",
            Self::Rejected => "rejected",
            Self::NotDone => "not_done",
            Self::Finding => "finding",
            Self::Unknown => "unknown",
        }
    }
}
