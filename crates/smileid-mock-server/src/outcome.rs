//! What comes of a job, decided as soon as its archive is there and shown when the job is complete.
//!
//! No source says what the sandbox makes of images, so a face compare passes unless `sandbox_result` says otherwise.

mod actions;
pub(crate) mod address;
pub(crate) mod aml;
pub(crate) mod basic_kyc;
pub(crate) mod compared;
pub(crate) mod lookup;
pub(crate) mod phone;
pub(crate) mod selfie;

use std::time::Duration;

use serde_json::Value;
use smileid_protocol::{
    auth::PartnerId,
    types::{Category, JobResult, JobType, PartnerParams, PersonalInfo, ResultCode, ResultCodeRow, sandbox},
};

use crate::{
    arrival::{Arrival, Contents, Defect},
    sample,
    tenant::Announced,
};

/// Version of the format of results.
const JSON_VERSION: &str = "1.0.0";

/// What comes of a job or a lookup, in stages. Without any, it never completes.
#[derive(Default)]
pub(crate) struct Outcome {
    /// How long it takes until the first stage, where that is not as the mock's processing has it.
    pub(crate) takes: Option<Duration>,
    stages: Vec<Stage>,
}

/// What becomes known of a job at one time: first what the machine found, later what a person did.
pub(crate) struct Stage {
    /// How long after the stage before; none for the first, which comes when the job is done.
    pub(crate) after: Duration,
    /// What is new, in the order in which it is called back.
    pub(crate) results: Vec<JobResult>,
    /// What the search for the same face under other names came to. It has a callback of its own, after those of the
    /// results, and is in no history.
    pub(crate) suspects: Option<Box<JobResult>>,
    /// Whether the API counts the job as passed from now on.
    pub(crate) approved: bool,
    /// Whether it leaves the user with a (new) enrolled selfie.
    pub(crate) enrols: bool,
}

impl Outcome {
    /// What becomes known, in the order of time.
    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The results of the stages up to and with `stage`, the newest first.
    pub(crate) fn results_through(&self, stage: usize) -> impl Iterator<Item = &JobResult> {
        let past = self.stages.iter().take(stage.saturating_add(1)).rev();
        past.flat_map(|stage| stage.results.iter().rev())
    }

    /// About how much it holds.
    pub(crate) fn bytes(&self) -> usize {
        let results = self.stages.iter().flat_map(Stage::callbacks);
        results.map(|result| serde_json::to_vec(result).map_or(0, |json| json.len())).sum()
    }
}

impl Stage {
    /// What is called back, in this order.
    pub(crate) fn callbacks(&self) -> impl Iterator<Item = &JobResult> {
        self.results.iter().chain(self.suspects.as_deref())
    }
}

/// An outcome that is known at once, whole.
impl From<Stage> for Outcome {
    fn from(stage: Stage) -> Self {
        Self { takes: None, stages: vec![stage] }
    }
}

/// Whether a result, by its own code, is that of a job that passed.
pub(crate) fn is_approved(result: &JobResult) -> bool {
    let job_type = result.partner_params.as_ref().and_then(|params| params.job_type);
    let row = |code| row(code, job_type.unwrap_or(JobType::EnhancedKyc));
    result.result_code.as_ref().and_then(row).is_some_and(|row| row.category == Category::Approved)
}

/// Decides what comes of a job whose archive is there.
pub(crate) fn decide(number: &str, announced: &Announced, partner: &PartnerId, arrival: &Arrival) -> Outcome {
    let contents = match arrival.contents(announced, partner) {
        Ok(contents) => contents,
        Err(defect) => return failed(number, announced, defect),
    };
    let by_number = announced.job_type == JobType::BiometricKyc && contents.id_info.entered == Some(true);
    let lookup = by_number.then(|| lookup::id(number, &announced.params, contents.id_info));

    let Some(verdict) = verdict(announced, lookup.as_ref()) else { return Outcome::default() };
    let approved = verdict.category == Category::Approved;
    let mut result = compared(number, announced, &verdict);
    result.actions = Some(actions::judged(announced.job_type, &contents, &verdict, lookup.as_ref()));
    if approved {
        result.confidence_value = Some("99".to_owned());
        if is_document(announced.job_type) {
            result.personal_info = read_from_document(&contents);
        }
    }
    let enrols = approved && stores_selfie(announced.job_type);
    let results = lookup.into_iter().chain([result]).collect();
    Stage { after: Duration::ZERO, results, suspects: None, approved, enrols }.into()
}

/// What a job ends with.
#[derive(Clone, Debug)]
struct Verdict {
    code: ResultCode,
    text: &'static str,
    category: Category,
}

impl Verdict {
    /// What the table says of a code, for the product or, where it has no row for that, for any.
    fn of(code: &str, job_type: JobType) -> Self {
        let code = ResultCode::from(code);
        let row = row(&code, job_type);
        Self {
            text: row.and_then(|row| row.texts.first()).copied().unwrap_or_default(),
            category: row.map_or(Category::Rejected, |row| row.category),
            code,
        }
    }
}

/// The codes that an archive or an ID authority leads to; a test holds them against the table.
const INVALID: &str = "0001";
const CORRUPT: &str = "0903";
const ISSUER_UNAVAILABLE: &str = "0908";

/// Texts that the table lists for [`INVALID`] beside the first.
const NO_AUTHORITY_IMAGE: &str = "ID Authority image not available";
const NO_ID_CARD: &str = "ID Card image unusable";
const NO_SELFIE: &str = "Selfie image unusable";

/// None when the job never ends.
fn verdict(announced: &Announced, lookup: Option<&JobResult>) -> Option<Verdict> {
    let job_type = announced.job_type;
    if let Some(wish) = Wish::of(&announced.params) {
        return wish.verdict(job_type);
    }
    match lookup.and_then(lookup::found) {
        None | Some(lookup::Found::Yes) => Wish::Approved.verdict(job_type),
        // That the job ends so is inferred: the sandbox's pages tell of the lookup alone.
        Some(lookup::Found::IssuerUnavailable) => Some(Verdict::of(ISSUER_UNAVAILABLE, job_type)),
        Some(lookup::Found::No) => {
            Some(Verdict { text: NO_AUTHORITY_IMAGE, ..Verdict::of(INVALID, job_type) })
        }
    }
}

/// What a partner asks the sandbox for, in `sandbox_result`.
#[derive(Clone, Copy)]
enum Wish {
    Approved,
    Rejected,
    Provisional,
}

impl Wish {
    /// Other values are as good as none.
    fn of(params: &PartnerParams) -> Option<Self> {
        let text = match params.extra().get("sandbox_result")? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Self::read(&text)
    }

    fn read(text: &str) -> Option<Self> {
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
    fn verdict(self, job_type: JobType) -> Option<Verdict> {
        // Nobody has published a result of job type 9. It compares with a document, so it gets a document's codes;
        // that is a guess, and no row of the table speaks of it.
        let coded_as = match job_type {
            JobType::CompareUserInfo => JobType::DocumentVerification,
            other => other,
        };
        let code = sandbox::result_code(coded_as, self.wire())?;
        let row = code.row(job_type);
        let text = row.and_then(|row| row.texts.first()).copied();
        Some(Verdict {
            category: row.map_or(self.category(), |row| row.category),
            // Job types 8 and 9 have no rows, so their text is a plain word rather than that of another product.
            text: text.unwrap_or(match self {
                Self::Approved => "Approved",
                Self::Rejected => "Rejected",
                Self::Provisional => "Provisionally Approved",
            }),
            code,
        })
    }
}

fn failed(number: &str, announced: &Announced, defect: Defect) -> Outcome {
    let job_type = announced.job_type;
    let verdict = match defect {
        Defect::Corrupt => Verdict::of(CORRUPT, job_type),
        Defect::InfoJson | Defect::Contradiction | Defect::File => Verdict::of(INVALID, job_type),
        Defect::Selfie => Verdict { text: NO_SELFIE, ..Verdict::of(INVALID, job_type) },
        Defect::IdCard => Verdict { text: NO_ID_CARD, ..Verdict::of(INVALID, job_type) },
    };
    let mut result = compared(number, announced, &verdict);
    result.actions = Some(actions::failed(job_type, defect));
    Stage { after: Duration::ZERO, results: vec![result], suspects: None, approved: false, enrols: false }
        .into()
}

/// The result of a job with images, without what was done for it.
fn compared(number: &str, announced: &Announced, verdict: &Verdict) -> JobResult {
    let mut result = JobResult::default();
    result.json_version = Some(JSON_VERSION.to_owned());
    result.smile_job_id = Some(number.to_owned());
    result.partner_params = Some(announced.params.clone());
    let kind = if is_document(announced.job_type) { "Document Verification" } else { "SAIA" };
    result.result_type = Some(kind.to_owned());
    result.result_text = Some(verdict.text.to_owned());
    result.result_code = Some(verdict.code.clone());
    result.is_final_result = Some(verdict.category != Category::Provisional);
    result.is_machine_result = Some(true);
    result.source = Some("WebAPI".to_owned());
    result
}

fn read_from_document(contents: &Contents<'_>) -> PersonalInfo {
    let mut person = sample::person();
    person.country.clone_from(&contents.id_info.country);
    person.id_type.clone_from(&contents.id_info.id_type);
    person.id_number = contents.id_info.id_number.clone().or_else(|| Some(sample::NOT_AVAILABLE.to_owned()));
    person
}

/// Whether an approved job of this type leaves the user with a (new) enrolled selfie.
fn stores_selfie(job_type: JobType) -> bool {
    matches!(
        job_type,
        JobType::BiometricKyc
            | JobType::SmartSelfieRegistration
            | JobType::DocumentVerification
            | JobType::UpdatePhoto
            | JobType::EnhancedDocumentVerification
    )
}

fn is_document(job_type: JobType) -> bool {
    matches!(job_type, JobType::DocumentVerification | JobType::EnhancedDocumentVerification)
}

/// The row of a code for a product or, where it has none for that, for any.
fn row(code: &ResultCode, job_type: JobType) -> Option<&'static ResultCodeRow> {
    let any = || ResultCode::rows().iter().find(|row| row.code == code.as_str());
    code.row(job_type).or_else(any)
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
