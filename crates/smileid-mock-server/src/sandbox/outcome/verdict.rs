//! Verdict of a job or lookup: a result code, its text and its category.

use std::borrow::Cow;

use serde_json::Value;
use smileid_protocol::types::{
    Category, JobResult, JobType, PartnerParams, Product, ResultCode, ResultCodeRow, sandbox,
};

use super::lookup;
use crate::{
    control::scenario::{Review, Scenario, SelectedScenario, image_product, is_by_person},
    sandbox::announced::Announced,
};

/// Verdict of a job or lookup: a result code, its text and its category.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) code: ResultCode,
    pub(super) text: Cow<'static, str>,
    pub(super) category: Category,
}

impl Verdict {
    /// Returns the verdict for a code in the table: for the product of the job type, otherwise for any product.
    pub(super) fn from_code(code: &str, job_type: JobType) -> Self {
        let code = ResultCode::from(code);
        let row = row(&code, job_type);
        let text = row.and_then(|row| row.texts.first()).copied().unwrap_or_default();
        Self { text: text.into(), category: row.map_or(Category::Rejected, |row| row.category), code }
    }

    pub(super) fn with_text(self, text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), ..self }
    }

    /// Returns the verdict of a scenario, if the scenario has a code. An unknown code counts as a rejection.
    pub(super) fn from_scenario(selected: &SelectedScenario) -> Option<Self> {
        let scenario = &selected.scenario;
        Some(Self::asked_for(scenario.code.as_deref()?, scenario.text.as_deref(), &selected.product))
    }

    /// Returns the verdict of a review by a person.
    pub(super) fn reviewed(review: &Review, product: &Product) -> Self {
        Self::asked_for(&review.code, review.text.as_deref(), product)
    }

    /// Returns the verdict of the search for the same face under other user ids.
    pub(super) fn searched(code: &str) -> Self {
        Self::asked_for(code, None, &Product::SmileSecure)
    }

    fn asked_for(code: &str, text: Option<&str>, product: &Product) -> Self {
        let code = ResultCode::from(code);
        let row = code.row_for(product);
        let category = row.map_or(Category::Rejected, |row| row.category);
        let usual = row.map(|row| row.texts.first().copied().unwrap_or(plain_text(category)));
        let text = text.map(|text| text.to_owned().into());
        Self { text: text.unwrap_or(usual.unwrap_or_default().into()), category, code }
    }

    pub(super) fn is_approved(&self) -> bool {
        self.category == Category::Approved
    }

    /// Returns true if a person decided, not a machine.
    pub(super) fn is_by_person(&self) -> bool {
        is_by_person(self.code.as_str())
    }
}

/// Returns the table row of a result code: for the product of the job type, otherwise for any product.
pub(super) fn row(code: &ResultCode, job_type: JobType) -> Option<&'static ResultCodeRow> {
    let any = || ResultCode::rows().iter().find(|row| row.code == code.as_str());
    code.row(job_type).or_else(any)
}

/// Result codes for defects of an archive and errors of an ID authority; a test compares them with the table.
pub(super) const INVALID: &str = "0001";
pub(super) const CORRUPT: &str = "0903";
pub(super) const ISSUER_UNAVAILABLE: &str = "0908";

/// Other texts of [`INVALID`] in the API's table of result codes.
pub(super) const NO_AUTHORITY_IMAGE: &str = "ID Authority image not available";
pub(super) const NO_ID_CARD: &str = "ID Card image unusable";
pub(super) const NO_SELFIE: &str = "Selfie image unusable";

/// Returns the verdict of a job whose archive can be used. None if the job is never complete.
pub(super) fn of_images(announced: &Announced, lookup: Option<&JobResult>) -> Option<Verdict> {
    let job_type = announced.job_type;
    let selected = announced.selected.as_ref().filter(|selected| !selected.is_lookup());
    if let Some(verdict) = selected.and_then(Verdict::from_scenario) {
        return Some(verdict);
    }
    if let Some(wish) = Wish::from_params(&announced.params) {
        return wish.verdict(job_type);
    }
    // For documents, the selfie is compared with the photo on the document, so the lookup does not matter.
    let found = lookup.filter(|_| job_type == JobType::BiometricKyc).and_then(lookup::found);
    match found {
        None | Some(lookup::Found::Yes) => Wish::Approved.verdict(job_type),
        // Inferred: the sandbox's pages describe only the result of the lookup, not that of the job.
        Some(lookup::Found::IssuerUnavailable) => Some(Verdict::from_code(ISSUER_UNAVAILABLE, job_type)),
        Some(lookup::Found::No) => Some(Verdict::from_code(INVALID, job_type).with_text(NO_AUTHORITY_IMAGE)),
    }
}

/// Returns the scenario for a user who is marked as fraudulent: the job is accepted, and its result is a rejection.
pub(crate) fn rejecting(job_type: JobType) -> Option<SelectedScenario> {
    let verdict = Wish::Rejected.verdict(job_type)?;
    let mut scenario = Scenario::new(verdict.code.as_str());
    scenario.text = Some(verdict.text.into_owned());
    Some(SelectedScenario { scenario, product: image_product(job_type)? })
}

/// Result that the partner selects in the sandbox with `sandbox_result`.
#[derive(Clone, Copy)]
pub(super) enum Wish {
    Approved,
    Rejected,
    Provisional,
}

impl Wish {
    /// Reads the selected result. Unknown values are ignored.
    pub(super) fn from_params(params: &PartnerParams) -> Option<Self> {
        let text = match params.extra().get("sandbox_result")? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Self::read(&text)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        [Self::Approved, Self::Rejected, Self::Provisional].into_iter().find(|wish| wish.wire() == text)
    }

    fn wire(self) -> &'static str {
        match self {
            Self::Approved => "0",
            Self::Rejected => "1",
            Self::Provisional => "2",
        }
    }

    fn category(self) -> Category {
        match self {
            Self::Approved => Category::Approved,
            Self::Rejected => Category::Rejected,
            Self::Provisional => Category::Provisional,
        }
    }

    /// Returns the verdict that the partner selects. None if the job type has no code for it: documents have no provisional code.
    pub(super) fn verdict(self, job_type: JobType) -> Option<Verdict> {
        // No result of job type 9 is published. It compares with a document, so it gets a document's codes. This is a
        // guess, so the table has no row for it.
        let coded_as = match job_type {
            JobType::CompareUserInfo => JobType::DocumentVerification,
            other => other,
        };
        let code = sandbox::result_code(coded_as, self.wire())?;
        let row = code.row(job_type);
        let text = row.and_then(|row| row.texts.first()).copied();
        let category = row.map_or(self.category(), |row| row.category);
        Some(Verdict { text: text.unwrap_or(plain_text(category)).into(), category, code })
    }
}

/// Returns a text for a result code without a text in the tables, as for job types 8 and 9.
fn plain_text(category: Category) -> &'static str {
    match category {
        Category::Approved => "Approved",
        Category::Provisional => "Provisionally Approved",
        _ => "Rejected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_texts_are_those_of_the_table() {
        for code in [INVALID, CORRUPT, ISSUER_UNAVAILABLE] {
            let verdict = Verdict::from_code(code, JobType::BiometricKyc);
            assert!(verdict.code.row(JobType::BiometricKyc).is_some() && !verdict.text.is_empty(), "{code}");
        }
        let row = ResultCode::from(INVALID).row(JobType::BiometricKyc).unwrap();
        for text in [NO_AUTHORITY_IMAGE, NO_ID_CARD, NO_SELFIE] {
            assert!(row.texts.contains(&text), "{text}");
        }
    }

    #[test]
    fn every_job_with_images_can_be_approved_and_rejected() {
        for job_type in [1, 2, 4, 6, 8, 9, 11].map(JobType::from) {
            for wish in [Wish::Approved, Wish::Rejected] {
                let verdict = wish.verdict(job_type).expect("a code");
                assert_eq!(verdict.category, wish.category(), "{job_type} {verdict:?}");
                assert!(!verdict.text.is_empty(), "{job_type} {verdict:?}");
            }
        }
    }

    #[test]
    fn a_wish_is_text_or_number() {
        for (value, code) in [
            (Value::from("1"), Some("0841")),
            (Value::from(1), Some("0841")),
            (Value::from(" 2 "), Some("0844")),
            (Value::from("7"), None),
            (Value::Null, None),
            (Value::from(true), None),
        ] {
            let mut params = PartnerParams::new("u", "j", JobType::SmartSelfieRegistration);
            params.set_extra("sandbox_result", value).unwrap();
            let verdict =
                Wish::from_params(&params).and_then(|wish| wish.verdict(JobType::SmartSelfieRegistration));
            assert_eq!(verdict.as_ref().map(|verdict| verdict.code.as_str()), code);
        }
    }
}
