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
    /// Body of a callback.
    Callback(Value),
    /// The response to a lookup of an ID or a business.
    Lookup(Value),
    /// The response to a status request of version 3.
    V3Status(Value),
    /// The body of a callback of version 3.
    V3Callback(Value),
}

/// Expected verdict on a result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictExpected {
    /// Expected decision, such as approved.
    pub decision: DecisionWord,
    /// The result code that the decision depends on. Absent if there is none.
    #[serde(default)]
    pub code: Option<String>,
    /// The reason of a result of version 3, which has no codes.
    #[serde(default)]
    pub reason: Option<String>,
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
    /// There is no result yet. Only in version 3, whose jobs have this as a status.
    Pending,
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
    /// The decisions that a receiver of callbacks can report.
    pub const ALL: [Self; 6] =
        [Self::Approved, Self::Provisional, Self::Rejected, Self::NotDone, Self::Finding, Self::Unknown];

    /// The word in case files.
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
