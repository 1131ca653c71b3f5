//! What a job or a lookup ends with: a code, and what belongs to it.

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

/// What a job or a lookup ends with.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) code: ResultCode,
    pub(super) text: Cow<'static, str>,
    pub(super) category: Category,
}

impl Verdict {
    /// What the table says of a code, for the product or, where it has no row for that, for any.
    pub(super) fn of(code: &str, job_type: JobType) -> Self {
        let code = ResultCode::from(code);
        let row = row(&code, job_type);
        let text = row.and_then(|row| row.texts.first()).copied().unwrap_or_default();
        Self { text: text.into(), category: row.map_or(Category::Rejected, |row| row.category), code }
    }

    pub(super) fn with_text(self, text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), ..self }
    }

    /// What a scenario asks for, if it asks for a code. One that no table knows is no approval.
    pub(super) fn chosen(chosen: &SelectedScenario) -> Option<Self> {
        let scenario = &chosen.scenario;
        Some(Self::asked_for(scenario.code.as_deref()?, scenario.text.as_deref(), &chosen.product))
    }

    /// What a person finds in the end.
    pub(super) fn reviewed(review: &Review, product: &Product) -> Self {
        Self::asked_for(&review.code, review.text.as_deref(), product)
    }

    /// What the search for the same face under other names came to.
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

    /// Whether a person came to it.
    pub(super) fn is_by_person(&self) -> bool {
        is_by_person(self.code.as_str())
    }
}

/// The row of a code for a product or, where it has none for that, for any.
pub(super) fn row(code: &ResultCode, job_type: JobType) -> Option<&'static ResultCodeRow> {
    let any = || ResultCode::rows().iter().find(|row| row.code == code.as_str());
    code.row(job_type).or_else(any)
}

/// The codes that an archive or an ID authority leads to; a test holds them against the table.
pub(super) const INVALID: &str = "0001";
pub(super) const CORRUPT: &str = "0903";
pub(super) const ISSUER_UNAVAILABLE: &str = "0908";

/// Texts that the table lists for [`INVALID`] beside the first.
pub(super) const NO_AUTHORITY_IMAGE: &str = "ID Authority image not available";
pub(super) const NO_ID_CARD: &str = "ID Card image unusable";
pub(super) const NO_SELFIE: &str = "Selfie image unusable";

/// What a job ends with whose archive is good. None when it never ends.
pub(super) fn of_images(announced: &Announced, lookup: Option<&JobResult>) -> Option<Verdict> {
    let job_type = announced.job_type;
    let chosen = announced.chosen.as_ref().filter(|chosen| !chosen.is_lookup());
    if let Some(verdict) = chosen.and_then(Verdict::chosen) {
        return Some(verdict);
    }
    if let Some(wish) = Wish::of(&announced.params) {
        return wish.verdict(job_type);
    }
    // A document has the photo that the selfie is compared with, whatever its issuer says.
    let found = lookup.filter(|_| job_type == JobType::BiometricKyc).and_then(lookup::found);
    match found {
        None | Some(lookup::Found::Yes) => Wish::Approved.verdict(job_type),
        // That the job ends so is inferred: the sandbox's pages tell of the lookup alone.
        Some(lookup::Found::IssuerUnavailable) => Some(Verdict::of(ISSUER_UNAVAILABLE, job_type)),
        Some(lookup::Found::No) => Some(Verdict::of(INVALID, job_type).with_text(NO_AUTHORITY_IMAGE)),
    }
}

/// The scenario of somebody who is known for fraud: the job is taken, and fails.
pub(crate) fn rejecting(job_type: JobType) -> Option<SelectedScenario> {
    let verdict = Wish::Rejected.verdict(job_type)?;
    let mut scenario = Scenario::new(verdict.code.as_str());
    scenario.text = Some(verdict.text.into_owned());
    Some(SelectedScenario { scenario, product: image_product(job_type)? })
}

/// What a partner asks the sandbox for, in `sandbox_result`.
#[derive(Clone, Copy)]
pub(super) enum Wish {
    Approved,
    Rejected,
    Provisional,
}

impl Wish {
    /// Other values are as good as none.
    pub(super) fn of(params: &PartnerParams) -> Option<Self> {
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

    /// None where no code is known for it: documents know no provisional one.
    pub(super) fn verdict(self, job_type: JobType) -> Option<Verdict> {
        // Nobody has published a result of job type 9. It compares with a document, so it gets a document's codes;
        // that is a guess, and no row of the table speaks of it.
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

/// The text of a code that has none in the tables, as of job types 8 and 9: a plain word rather than that of another
/// product.
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
            let verdict = Verdict::of(code, JobType::BiometricKyc);
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
            let verdict = Wish::of(&params).and_then(|wish| wish.verdict(JobType::SmartSelfieRegistration));
            assert_eq!(verdict.as_ref().map(|verdict| verdict.code.as_str()), code);
        }
    }
}
