//! Cases of verdicts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A result as it is received, and what may be made of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictCase {
    /// The message, without its proof.
    pub received: ReceivedResult,
    /// What must come of it.
    pub expect: VerdictExpected,
}

/// A message with a result, or without the one that it should have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceivedResult {
    /// The reply to a question for a job's status.
    Status(Value),
    /// What came to a callback URL.
    Callback(Value),
    /// The reply to a lookup of an ID or a business.
    Lookup(Value),
}

/// What a result comes to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VerdictExpected {
    /// What it comes to.
    pub decision: DecisionWord,
    /// The result code that the decision is about. Absent when there is none.
    #[serde(default)]
    pub code: Option<String>,
    /// Of what was not done: whether the same input may do better later.
    #[serde(default)]
    pub retry: Option<bool>,
}

/// What a result comes to, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecisionWord {
    /// Good.
    Approved,
    /// Not the last word.
    Provisional,
    /// Not good.
    Rejected,
    /// The check could not be made.
    NotDone,
    /// Something was found that a person looks at.
    Finding,
    /// Nobody can say.
    Unknown,
}

impl DecisionWord {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Approved, Self::Provisional, Self::Rejected, Self::NotDone, Self::Finding, Self::Unknown];

    /// The word, as cases have it.
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
