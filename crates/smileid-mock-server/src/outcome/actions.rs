//! What a result says was done, step by step.
//!
//! Each product has a fixed set of steps. Which value a step has when a job does not pass is inferred from the values
//! that the official SDKs know.

use smileid_protocol::types::{Action, ActionValue, Actions, Category, JobResult, JobType};

use super::{Verdict, is_document, lookup};
use crate::arrival::{Contents, Defect};

/// The steps of a job that was judged.
pub(super) fn judged(
    job_type: JobType,
    contents: &Contents<'_>,
    verdict: &Verdict,
    lookup: Option<&JobResult>,
) -> Actions {
    let mut steps = Steps::of(job_type);
    steps.set(&Action::SelfieProvided, ActionValue::Passed);
    steps.set(&Action::SelfieCheck, ActionValue::Passed);
    if contents.has_liveness {
        let value = match verdict.category {
            Category::Provisional => ActionValue::ProvisionallyApproved,
            _ => ActionValue::Passed, // what fails a job here is the compare
        };
        steps.set(&Action::LivenessCheck, value);
    }
    if let Some(actions) = lookup.and_then(|lookup| lookup.actions.as_ref()) {
        for (step, value) in actions {
            steps.set(step, value.clone());
        }
    }

    match lookup.and_then(lookup::found) {
        Some(found @ (lookup::Found::No | lookup::Found::IssuerUnavailable))
            if !matches!(verdict.category, Category::Approved | Category::Provisional) =>
        {
            let value = match found {
                lookup::Found::IssuerUnavailable => ActionValue::IssuerUnavailable,
                _ => ActionValue::IdAuthorityPhotoNotAvailable,
            };
            steps.set(&Action::SelfieToIdAuthorityCompare, value);
            steps.set(&Action::RegisterSelfie, ActionValue::Failed);
        }
        found => {
            let compare = compared(verdict.category);
            if found.is_some() {
                steps.set(&Action::SelfieToIdAuthorityCompare, compare.clone());
            }
            if contents.has_id_card {
                steps.set(&Action::SelfieToIdCardCompare, compare.clone());
            }
            store(&mut steps, job_type, &compare, verdict.category);
        }
    }
    if verdict.category == Category::Provisional {
        steps.set(&Action::HumanReviewLivenessCheck, ActionValue::UnderReview);
        steps.set(&Action::HumanReviewCompare, ActionValue::UnderReview);
    }
    steps.0
}

/// The steps of a job whose archive could not be used: none was taken.
pub(super) fn failed(job_type: JobType, defect: Defect) -> Actions {
    let mut steps = Steps::of(job_type);
    if defect == Defect::Selfie {
        steps.set(&Action::SelfieProvided, ActionValue::Failed);
    }
    steps.0
}

/// What only some products do with a selfie or a document.
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

/// A compare that passed is completed, not passed.
fn compared(category: Category) -> ActionValue {
    match category {
        Category::Approved => ActionValue::Completed,
        Category::Provisional => ActionValue::ProvisionallyApproved,
        Category::Rejected => ActionValue::Failed,
        _ => ActionValue::UnableToDetermine,
    }
}

fn stored(category: Category) -> ActionValue {
    match category {
        Category::Approved => ActionValue::Approved,
        Category::Provisional => ActionValue::ProvisionallyApproved,
        _ => ActionValue::Rejected,
    }
}

/// The steps of one product.
struct Steps(Actions);

impl Steps {
    /// All of them, none taken yet.
    fn of(job_type: JobType) -> Self {
        let steps = if is_document(job_type) { DOCUMENT } else { BIOMETRIC };
        Self(steps.iter().map(|step| (step.clone(), ActionValue::NotApplicable)).collect())
    }

    /// Sets a step, if the product has it.
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
