//! Verdict on a verification: a clear decision about the person, from one or several results.

mod job;
mod stored;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    product::Product,
    result::JobResult,
    result_code::{Category, Fault, ResultCode, ResultCodeRow},
    v3,
};
use job::Job;
use stored::StoredVerdict;

/// Conclusion from one result, or from all results of a job, about the person: a decision with its reason.
///
/// Approved means that every part that the product needs is approved and that nothing contradicts. The rules and their
/// sources:
///
/// - A code is read for its product, as it can mean several things; a code that no table has is never an approval. (The
///   documentation's tables of result codes.)
/// - Only results of one job count, the newest first. A result that cannot be read outweighs older ones. (A job under
///   review sends a provisional result first and the person's later; `history` may be that of the user.)
/// - Some products have codes of images and of a lookup, such as Biometric KYC and Enhanced Document Verification. They
///   need both: a result of each, or one of the images whose `Verify_ID_Number` is `Verified`. (The documentation: a
///   job is good only if both are.)
/// - An approval becomes provisional if a step failed, was rejected or not verified, if a person's judgement is not an
///   approval, or if the message says that it is not the final one. (Caution; the sources do not say.)
/// - The search for the same face under other names (Smile Secure) is not a part of the job. A match makes an approval,
///   or a provisional decision, a finding; a rejection stays one. (The documentation's page on it.)
///
/// ```
/// use smileid_types::{Decision, JobResult, Product, Verdict};
///
/// let face = r#"{"ResultCode": "0810", "PartnerParams": {"job_type": 1}}"#;
/// let result: JobResult = serde_json::from_str(face)?;
/// assert_eq!(Verdict::for_result(&result, &Product::BiometricKyc).decision, Decision::Provisional); // the ID is not known
/// assert_eq!(Verdict::for_result(&result, &Product::DocVerification).decision, Decision::Unknown); // another product's
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A verdict can be stored and read back. The table row is stored as its products, and looked up again. What is read is
/// believed, so store it where only your own programs write.
///
/// ```
/// use smileid_types::{Product, ResultCode, Verdict};
///
/// let verdict = Verdict::for_code(Some(&ResultCode::from("0840")), &Product::SmartSelfieRegistration);
/// let stored = serde_json::to_string(&verdict)?;
/// assert_eq!(stored, r#"{"decision":"approved","code":"0840","products":["smartselfie_registration"]}"#);
/// assert_eq!(serde_json::from_str::<Verdict>(&stored)?, verdict);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "StoredVerdict", from = "StoredVerdict")]
#[non_exhaustive]
pub struct Verdict {
    /// Decision about the person, such as approved.
    pub decision: Decision,
    /// Result code on which the decision is based, if there is one.
    pub code: Option<ResultCode>,
    /// Table row of the result code on which the decision is based.
    pub row: Option<&'static ResultCodeRow>,
    /// V3 status on which the decision is based. V3 has no result codes.
    pub status: Option<v3::Status>,
    /// Reason for the V3 status.
    pub status_reason: Option<v3::Reason>,
    /// Reason why the decision is weaker than the result code or status alone. None if it is not weaker.
    pub doubt: Option<Uncertainty>,
}

/// Decision about the person, such as approved or rejected.
///
/// The serialized form is the [word](Self::word), or `{"not_done": {"fault": "issuer", "retry": true}}`. Reading any other
/// word is an error: a decision that this version does not know never becomes an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decision {
    /// The person passed the verification.
    Approved,
    /// There is no result yet, and the job continues.
    Pending,
    /// Nothing is decided yet: a person will review the job, or the result of a part of the job is missing.
    Provisional,
    /// The person failed the verification.
    Rejected,
    /// The check could not be made, so nothing is known about the person.
    NotDone {
        /// Party that has to act before the check can be made.
        fault: Fault,
        /// True if the check may succeed later with the same input.
        retry: bool,
    },
    /// A search found matches or none, or fraud was found. A person has to review it: this is not a pass or a failure.
    Finding,
    /// There is no result code, or it is unknown for the product. This is not an approval.
    Unknown,
}

impl Decision {
    /// Returns the decision in one word, for logs, databases and other programs: `approved`, `pending`, `provisional`,
    /// `rejected`, `not_done`, `finding` or `unknown`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Provisional => "provisional",
            Self::Rejected => "rejected",
            Self::NotDone { .. } => "not_done",
            Self::Finding => "finding",
            Self::Unknown => "unknown",
        }
    }
}

/// Shows the decision as its [word](Decision::word), such as `approved`.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Reason why a decision is weaker than the result code or status alone.
///
/// The serialized form is the variant's name in small letters: `lookup_missing`. Reading any other word is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Uncertainty {
    /// The result belongs to another product than the requested one.
    AnotherProduct,
    /// The images passed, but no result verifies the ID.
    LookupMissing,
    /// The ID lookup passed, but no result verifies the images.
    ImagesMissing,
    /// The result is not final: another one will follow.
    NotFinal,
    /// Another part of the message, or the review by a person, contradicts the result code.
    Contradicted,
    /// The search for the same face under other user ids has no clear outcome.
    SearchUnclear,
    /// The same face was found under another user id, or another sign of fraud was found.
    FraudFound,
    /// A callback reports the result, and the API has not confirmed it.
    Unconfirmed,
}

impl Verdict {
    /// Returns the verdict on a single result of a job for a product.
    pub fn for_result(result: &JobResult, product: &Product) -> Self {
        let Some(product) = product.row() else { return Self::unknown(result.result_code.clone()) };
        let is_of_it = |job_type| product.job_types.is_empty() || product.job_types.contains(&job_type);
        // Smile Secure searches have no job type of their own: the result has the type of the job that started the
        // search.
        if product.product != Product::SmileSecure && !result.job_type().is_none_or(is_of_it) {
            let doubt = Some(Uncertainty::AnotherProduct);
            return Self { doubt, ..Self::unknown(result.result_code.clone()) };
        }
        Job::new([result], |row| row.products.contains(&product.product)).verdict()
    }

    /// Returns the verdict on all results of a job, passed newest first: from a status response and its history, or from
    /// callbacks. The newest result identifies the job; results of other jobs are ignored.
    pub fn for_job<'a>(results: impl IntoIterator<Item = &'a JobResult>) -> Self {
        let mut results = results.into_iter().peekable();
        let Some(newest) = results.peek() else { return Self::unknown(None) };
        let Some(job_type) = newest.job_type() else { return Self::unknown(newest.result_code.clone()) };
        Job::new(results, |row| row.job_types.contains(&job_type)).verdict()
    }

    /// Returns the verdict on a result code alone, for messages that are not a [`JobResult`].
    pub fn for_code(code: Option<&ResultCode>, product: &Product) -> Self {
        let result = JobResult { result_code: code.cloned(), ..JobResult::default() };
        Self::for_result(&result, product)
    }

    /// Changes an approval to a provisional decision with the reason `doubt`, if `is_doubtful`.
    #[must_use]
    pub fn doubting(mut self, is_doubtful: bool, doubt: Uncertainty) -> Self {
        if is_doubtful && self.decision == Decision::Approved {
            self.decision = Decision::Provisional;
            self.doubt = Some(doubt);
        }
        self
    }

    /// Returns the reason for the decision, in a sentence.
    pub fn reason(&self) -> &'static str {
        match (self.doubt, self.row, &self.code) {
            _ if self.decision == Decision::Pending => "There is no result yet.",
            (Some(doubt), _, _) => doubt.reason(),
            (None, Some(row), _) => row.meaning,
            (None, None, None) if self.status.is_some() => self.reason_of_status(),
            (None, None, Some(_)) => "The result code is not known for this product.",
            (None, None, None) => "There is no result code.",
        }
    }

    fn reason_of_status(&self) -> &'static str {
        let reason = self.status_reason.as_ref().and_then(v3::Reason::row).map(|row| row.meaning);
        let status = self.status.as_ref().and_then(v3::Status::meaning);
        reason.or(status).unwrap_or("The status is not known.")
    }

    /// Returns the recommended action after the decision, in a sentence.
    pub fn advice(&self) -> &'static str {
        match (self.decision, self.doubt) {
            (Decision::Approved, _) => "Continue: the person passed.",
            (Decision::Pending, _) => "Wait for the result: by callback, or with another status request.",
            (Decision::Provisional, Some(Uncertainty::Contradicted | Uncertainty::SearchUnclear))
            | (Decision::Finding, _) => "Let a person review the findings.",
            (Decision::Provisional, _) => {
                "Wait for the final result, by callback or another status request, before anything that cannot be undone."
            }
            (Decision::Rejected, _) => {
                "Do not continue. The person may try again with better images or other data."
            }
            (Decision::NotDone { fault: Fault::Input, .. }, _) => {
                "Ask the person to correct the ID number. The sandbox accepts test numbers only, and production accepts none of them."
            }
            (Decision::NotDone { fault: Fault::Account, .. }, _) => {
                "Ask Smile ID to enable the product for the account."
            }
            (Decision::NotDone { fault: Fault::Issuer | Fault::Platform, .. }, _) => {
                "Try again later with a new job; the person does not need to do anything."
            }
            (Decision::Unknown, _) => {
                "Treat the job as undecided, and look up the code or status, which may be newer than this version."
            }
        }
    }

    /// Returns the verdict on a job that has no result yet.
    pub const fn pending() -> Self {
        Self {
            decision: Decision::Pending,
            code: None,
            row: None,
            status: None,
            status_reason: None,
            doubt: None,
        }
    }

    fn unknown(code: Option<ResultCode>) -> Self {
        Self { decision: Decision::Unknown, code, row: None, status: None, status_reason: None, doubt: None }
    }

    fn for_row(code: Option<ResultCode>, row: &'static ResultCodeRow) -> Self {
        let decision = match (row.category, row.fault) {
            (Category::Approved, _) => Decision::Approved,
            (Category::Provisional, _) => Decision::Provisional,
            (Category::Rejected, _) => Decision::Rejected,
            (Category::Information, _) => Decision::Finding,
            (Category::Error, Some(fault)) => {
                Decision::NotDone { fault, retry: matches!(fault, Fault::Issuer | Fault::Platform) }
            }
            (Category::Error, None) => Decision::NotDone { fault: Fault::Platform, retry: false },
        };
        Self { decision, code, row: Some(row), status: None, status_reason: None, doubt: None }
    }
}

impl Uncertainty {
    fn reason(self) -> &'static str {
        match self {
            Self::AnotherProduct => "The result is from a job of another product.",
            Self::LookupMissing => "The images passed, but no result verifies the ID.",
            Self::ImagesMissing => "The ID was found, but no result verifies the images.",
            Self::NotFinal => "The result code says passed, but another result will follow.",
            Self::Contradicted => "The result code says passed, but other data of the job contradicts it.",
            Self::SearchUnclear => {
                "The job passed, but the search for the same face under other user ids failed or cannot be read."
            }
            Self::FraudFound => "The job passed so far, but the same face was found under other user ids.",
            Self::Unconfirmed => "A callback reports a result that the API has not confirmed.",
        }
    }
}

#[cfg(test)]
mod tests;
