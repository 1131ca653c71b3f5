//! `Actions` of results: the steps of a job with their outcomes.
//!
//! Each product has a fixed set of actions. Their values for jobs that do not pass are inferred from the values that
//! the official SDKs know.

use smileid_protocol::types::{Action, ActionValue, Actions, Category, JobResult, JobType};

use super::{
    is_document, lookup,
    verdict::{CORRUPT, INVALID, ISSUER_UNAVAILABLE, NO_AUTHORITY_IMAGE, NO_ID_CARD, NO_SELFIE, Verdict},
};
use crate::sandbox::arrival::{Contents, Defect};

/// Returns the `Actions` of a job whose archive can be used.
pub(super) fn judged(
    job_type: JobType,
    contents: &Contents<'_>,
    verdict: &Verdict,
    lookup: Option<&JobResult>,
) -> Actions {
    let category = verdict.category;
    let mut steps = Steps::for_job_type(job_type);
    if job_type == JobType::EnhancedDocumentVerification {
        let asked = if verdict.is_approved() { ActionValue::Verified } else { ActionValue::NotDone };
        steps.set(&Action::VerifyIdNumber, asked);
    }
    if let Some(actions) = lookup.and_then(|lookup| lookup.actions.as_ref()) {
        for (step, value) in actions {
            steps.set(step, value.clone());
        }
    }
    let face = Face::from_verdict(verdict, is_document(job_type));
    steps.set(&Action::SelfieProvided, face.provided);
    steps.set(&Action::SelfieCheck, face.check);
    if contents.has_liveness {
        steps.set(&Action::LivenessCheck, face.liveness);
    }

    let is_open = matches!(category, Category::Approved | Category::Provisional);
    let unavailable = match lookup.and_then(lookup::found) {
        _ if is_open => None,
        Some(lookup::Found::IssuerUnavailable) => Some(ActionValue::IssuerUnavailable),
        Some(lookup::Found::No) => Some(ActionValue::IdAuthorityPhotoNotAvailable),
        _ if verdict.code.as_str() == ISSUER_UNAVAILABLE => Some(ActionValue::IssuerUnavailable),
        _ => None,
    };
    if let Some(unavailable) = unavailable.filter(|_| job_type == JobType::BiometricKyc) {
        steps.set(&Action::SelfieToIdAuthorityCompare, unavailable);
        steps.set(&Action::RegisterSelfie, ActionValue::Failed);
    } else {
        if lookup.is_some() {
            steps.set(&Action::SelfieToIdAuthorityCompare, face.compare.clone());
        }
        if contents.has_id_card {
            steps.set(&Action::SelfieToIdCardCompare, face.compare.clone());
        }
        store(&mut steps, job_type, &face.compare, category);
    }
    let looked_at = verdict.is_by_person() || category == Category::Provisional;
    if looked_at || verdict.text == AFTER_REVIEW {
        steps.set(&Action::HumanReviewCompare, face.human_compare);
        steps.set(&Action::HumanReviewLivenessCheck, face.human_liveness);
        steps.set(&Action::HumanReviewSelfieCheck, face.human_check);
        steps.set(&Action::HumanReviewDocumentCheck, ActionValue::Passed);
    }
    steps.0
}

/// Text of the result for a document that a person reviewed. The result code is the same without a review, so the text tells them
/// apart. A test compares the text with the table.
const AFTER_REVIEW: &str = "Document Verified After Human Review";

/// Values of the steps that compare faces, derived from a verdict.
struct Face {
    provided: ActionValue,
    check: ActionValue,
    liveness: ActionValue,
    compare: ActionValue,
    human_check: ActionValue,
    human_liveness: ActionValue,
    human_compare: ActionValue,
}

impl Face {
    /// Derives the values from the result code by a pattern: the first two digits say if a person decided, the last digit says
    /// why.
    fn from_verdict(verdict: &Verdict, is_document: bool) -> Self {
        use ActionValue::{
            Completed, Failed, IdAuthorityPhotoNotAvailable, NotApplicable, Passed, ProvisionallyApproved,
            UnableToDetermine, UnderReview,
        };

        let passed = Self {
            provided: Passed,
            check: Passed,
            liveness: Passed,
            compare: Completed,
            human_check: NotApplicable,
            human_liveness: Passed,
            human_compare: Passed,
        };
        let nothing = Self {
            provided: NotApplicable,
            check: NotApplicable,
            liveness: NotApplicable,
            compare: NotApplicable,
            human_check: NotApplicable,
            human_liveness: NotApplicable,
            human_compare: NotApplicable,
        };
        let code = verdict.code.as_str();
        match (verdict.category, code.get(..2), code.chars().last()) {
            (Category::Approved, ..) => passed,
            // If the document is unusable, so is its photo.
            (_, Some("08"), Some('2' | '6')) if is_document => Self { compare: UnableToDetermine, ..passed },
            (Category::Provisional, Some("08"), Some('5')) => Self {
                compare: UnableToDetermine,
                human_liveness: NotApplicable,
                human_compare: UnderReview,
                ..passed
            },
            (Category::Provisional, Some("12"), _) => {
                Self { liveness: ProvisionallyApproved, human_liveness: UnableToDetermine, ..passed }
            }
            (Category::Provisional, ..) => Self {
                liveness: ProvisionallyApproved,
                compare: ProvisionallyApproved,
                human_liveness: UnderReview,
                human_compare: UnderReview,
                ..passed
            },
            _ if [CORRUPT, INVALID].contains(&code) => match verdict.text.as_ref() {
                NO_SELFIE => Self { provided: Failed, ..nothing },
                NO_ID_CARD => Self { compare: UnableToDetermine, ..passed },
                NO_AUTHORITY_IMAGE => Self { compare: IdAuthorityPhotoNotAvailable, ..passed },
                _ => nothing,
            },
            (_, Some("08"), Some('3')) | (_, Some("09"), Some('7')) => {
                Self { check: Failed, liveness: Failed, ..passed }
            }
            (_, Some("09"), Some('1')) => Self { provided: Failed, ..nothing },
            (_, Some("09"), Some('2')) => Self { provided: Passed, check: Failed, ..nothing },
            (_, Some("12"), Some('1')) if code == IMAGE_UNUSABLE => Self {
                check: Failed,
                human_check: Failed,
                human_liveness: NotApplicable,
                human_compare: NotApplicable,
                ..passed
            },
            (_, Some("12"), Some('2')) => Self { liveness: Failed, human_liveness: Failed, ..passed },
            (_, Some("12"), _) => Self { compare: Failed, human_compare: Failed, ..passed },
            (Category::Rejected, ..) => Self { compare: Failed, ..passed },
            _ => Self { compare: UnableToDetermine, ..passed },
        }
    }
}

/// Result code of a review by a person who found no usable face. It is an exception from the pattern, in which the comparison
/// would have failed.
const IMAGE_UNUSABLE: &str = "1241";

/// Returns the `Actions` of a job whose archive could not be used: all are `Not Done`.
pub(super) fn failed(job_type: JobType, defect: Defect) -> Actions {
    let mut steps = Steps::for_job_type(job_type);
    if defect == Defect::Selfie {
        steps.set(&Action::SelfieProvided, ActionValue::Failed);
    }
    steps.0
}

/// Sets the steps for a selfie or a document that only some products have.
fn store(steps: &mut Steps, job_type: JobType, compare: &ActionValue, category: Category) {
    let stored = stored(category);
    match job_type {
        JobType::SmartSelfieAuthentication => {
            steps.set(&Action::SelfieToRegisteredSelfieCompare, compare.clone());
        }
        JobType::UpdatePhoto => {
            steps.set(&Action::SelfieToRegisteredSelfieCompare, compare.clone());
            steps.set(&Action::UpdateRegisteredSelfieOnFile, stored);
        }
        JobType::BiometricKyc | JobType::SmartSelfieRegistration => {
            steps.set(&Action::RegisterSelfie, stored);
        }
        _ if is_document(job_type) => {
            let genuine =
                if category == Category::Approved { ActionValue::Passed } else { ActionValue::Failed };
            let returned =
                if category == Category::Approved { ActionValue::Returned } else { ActionValue::NotReturned };
            steps.set(&Action::RegisterSelfie, stored);
            steps.set(&Action::DocumentCheck, genuine.clone());
            steps.set(&Action::VerifyDocument, genuine);
            steps.set(&Action::ReturnPersonalInfo, returned);
        }
        _ => {}
    }
}

fn stored(category: Category) -> ActionValue {
    match category {
        Category::Approved => ActionValue::Approved,
        Category::Provisional => ActionValue::ProvisionallyApproved,
        _ => ActionValue::Rejected,
    }
}

/// Steps of one product.
struct Steps(Actions);

impl Steps {
    /// Returns all steps of the product, each with its initial value.
    fn for_job_type(job_type: JobType) -> Self {
        let steps = if is_document(job_type) { DOCUMENT } else { BIOMETRIC };
        // This product also verifies the document with its issuer.
        let issuer = (job_type == JobType::EnhancedDocumentVerification).then_some(&Action::VerifyIdNumber);
        let steps = steps.iter().chain(issuer);
        Self(steps.map(|step| (step.clone(), ActionValue::NotApplicable)).collect())
    }

    /// Sets the outcome of a step, if the product has the step.
    fn set(&mut self, step: &Action, value: ActionValue) {
        if let Some(current) = self.0.get_mut(step) {
            *current = value;
        }
    }
}

const BIOMETRIC: &[Action] = &[
    Action::HumanReviewCompare,
    Action::HumanReviewLivenessCheck,
    Action::HumanReviewSelfieCheck,
    Action::HumanReviewUpdateSelfie,
    Action::LivenessCheck,
    Action::RegisterSelfie,
    Action::ReturnPersonalInfo,
    Action::SelfieCheck,
    Action::SelfieProvided,
    Action::SelfieToIdAuthorityCompare,
    Action::SelfieToIdCardCompare,
    Action::SelfieToRegisteredSelfieCompare,
    Action::UpdateRegisteredSelfieOnFile,
    Action::VerifyIdNumber,
];

const DOCUMENT: &[Action] = &[
    Action::DocumentCheck,
    Action::HumanReviewCompare,
    Action::HumanReviewDocumentCheck,
    Action::HumanReviewLivenessCheck,
    Action::LivenessCheck,
    Action::RegisterSelfie,
    Action::ReturnPersonalInfo,
    Action::SelfieToIdCardCompare,
    Action::VerifyDocument,
];
