//! Outcomes of jobs: decided when the archive arrives, and shown when the job is complete.
//!
//! No source says how the sandbox compares faces, so the comparison passes unless `sandbox_result` requests another
//! result.

mod actions;
pub(crate) mod address;
pub(crate) mod aml;
pub(crate) mod basic_kyc;
pub(crate) mod compared;
pub(crate) mod lookup;
pub(crate) mod phone;
pub(crate) mod selfie;

mod verdict;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use smileid_protocol::{
    callback::Callback,
    types::{Antifraud, Category, JobResult, JobType, PersonalInfo, SuspectUser},
};

pub(crate) use verdict::rejecting;

use self::verdict::{CORRUPT, INVALID, NO_ID_CARD, NO_SELFIE, Verdict};
use super::{
    announced::Announced,
    arrival::{Contents, Defect},
    sample,
};
use crate::{
    control::scenario::{PatchedResult, SelectedScenario},
    model::bounded::{text_weight, weight},
};

/// Value of `JSONVersion`, the version of the result format.
const JSON_VERSION: &str = "1.0.0";

/// Outcome of a job or lookup, in stages. A job without stages is never complete.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Time until the first stage, if a scenario sets another time than the mock server's configuration.
    pub(crate) takes: Option<Duration>,
    stages: Vec<Stage>,
}

/// Stage of a job: results that become known at the same time. The first stage has the automatic results, the second those of a
/// review by a person.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stage {
    /// Time after the previous stage; zero for the first stage, which is due when the job is complete.
    pub(crate) after: Duration,
    /// New results of this stage, in the order of their callbacks.
    pub(crate) results: Vec<JobResult>,
    /// Result of the search for the same face under other user ids. It is sent in a separate callback after the results, and is
    /// not in the history.
    pub(crate) suspects: Option<Box<JobResult>>,
    /// True if the API counts the job as passed from this stage on.
    pub(crate) approved: bool,
    /// True if this stage enrols the user with the selfie, or replaces the enrolled selfie.
    pub(crate) enrols: bool,
}

/// Estimates the memory use of a result, in bytes. Members from the partner may be JSON of any structure.
pub(crate) fn result_bytes(result: &JobResult) -> usize {
    text_weight(result) + result.partner_params.as_ref().map_or(0, weight) + weight(&result.extra)
}

/// Estimates the memory use of a callback, in bytes.
pub(crate) fn callback_bytes(callback: &Callback) -> usize {
    callback.result().map_or_else(|| text_weight(callback), result_bytes)
}

impl Outcome {
    /// Returns the stages, in order of time.
    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Returns the results of the stages up to and including `stage`, the newest first.
    pub(crate) fn results_through(&self, stage: usize) -> impl Iterator<Item = &JobResult> {
        let past = self.stages.iter().take(stage.saturating_add(1)).rev();
        past.flat_map(|stage| stage.results.iter().rev())
    }

    /// Returns the approximate memory use, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let results = self.stages.iter().flat_map(Stage::callbacks);
        results.map(result_bytes).sum()
    }
}

impl Stage {
    /// Returns the results for callbacks, in order.
    pub(crate) fn callbacks(&self) -> impl Iterator<Item = &JobResult> {
        self.results.iter().chain(self.suspects.as_deref())
    }
}

/// Creates an outcome with a single stage.
impl From<Stage> for Outcome {
    fn from(stage: Stage) -> Self {
        Self { takes: None, stages: vec![stage] }
    }
}

/// Returns true if the result code means that the job passed.
pub(crate) fn is_approved(result: &JobResult) -> bool {
    let job_type = result.partner_params.as_ref().and_then(|params| params.job_type);
    let row = |code| verdict::row(code, job_type.unwrap_or(JobType::EnhancedKyc));
    result.result_code.as_ref().and_then(row).is_some_and(|row| row.category == Category::Approved)
}

/// Decides the outcome of a job whose archive arrived. The job fails if the archive cannot be used, even with a scenario.
pub(crate) fn decide(number: &str, announced: &Announced, contents: Result<Contents<'_>, Defect>) -> Outcome {
    let mut outcome = match contents {
        Ok(contents) => judged(number, announced, &contents),
        Err(defect) => failed(number, announced, defect),
    };
    outcome.takes = announced.selected.as_ref().and_then(|selected| selected.scenario.after);
    outcome
}

fn judged(number: &str, announced: &Announced, contents: &Contents<'_>) -> Outcome {
    let job_type = announced.job_type;
    let selected = announced.selected.as_ref();
    let selected_lookup = selected.filter(|selected| selected.is_lookup());
    let by_number = job_type == JobType::BiometricKyc && contents.id_info.entered == Some(true);
    let lookup = (by_number || selected_lookup.is_some())
        .then(|| lookup::id(number, &announced.params, contents.id_info, selected_lookup));
    let Some(verdict) = verdict::of_images(announced, lookup.as_ref()) else { return Outcome::default() };

    let result = |verdict: &Verdict| {
        let mut result = compared(number, announced, verdict);
        result.actions = Some(actions::judged(job_type, contents, verdict, lookup.as_ref()));
        if verdict.is_approved() {
            result.confidence_value = Some("99".to_owned());
            if is_document(job_type) {
                result.personal_info = read_from_document(contents);
            }
        }
        finished(result, selected.filter(|selected| !selected.is_lookup()))
    };
    let stage = |verdict: &Verdict, after, results| {
        let approved = verdict.is_approved() && lookup.as_ref().is_none_or(lookup::is_verified);
        let enrols = selected.and_then(|selected| selected.scenario.enrols);
        let enrols = enrols.unwrap_or(approved && stores_selfie(job_type));
        Stage { after, results, suspects: None, approved, enrols }
    };
    let results = lookup.clone().into_iter().chain([result(&verdict)]).collect();
    let mut outcome = Outcome::from(stage(&verdict, Duration::ZERO, results));
    let Some(selected) = selected else { return outcome };
    if let Some(code) = &selected.scenario.smile_secure {
        outcome.stages[0].suspects = Some(Box::new(suspects(number, announced, code)));
    }
    if let Some(review) =
        selected.scenario.review.as_ref().filter(|_| verdict.category == Category::Provisional)
    {
        let verdict = Verdict::reviewed(review, &selected.product);
        let after = review.after.unwrap_or_default();
        outcome.stages.push(stage(&verdict, after, vec![result(&verdict)]));
    }
    outcome
}

/// Applies the scenario's changes to a result, if there is a scenario.
fn finished<T: PatchedResult>(result: T, selected: Option<&SelectedScenario>) -> T {
    match selected {
        Some(selected) => selected.finish(result),
        None => result,
    }
}

fn failed(number: &str, announced: &Announced, defect: Defect) -> Outcome {
    let job_type = announced.job_type;
    let verdict = match defect {
        Defect::Corrupt => Verdict::from_code(CORRUPT, job_type),
        Defect::InfoJson | Defect::Contradiction | Defect::File | Defect::Strict => {
            Verdict::from_code(INVALID, job_type)
        }
        Defect::Selfie => Verdict::from_code(INVALID, job_type).with_text(NO_SELFIE),
        Defect::IdCard => Verdict::from_code(INVALID, job_type).with_text(NO_ID_CARD),
    };
    let mut result = compared(number, announced, &verdict);
    result.actions = Some(actions::failed(job_type, defect));
    Stage { after: Duration::ZERO, results: vec![result], suspects: None, approved: false, enrols: false }
        .into()
}

/// Returns the result of the search for the same face, as its callback contains it.
fn suspects(number: &str, announced: &Announced, code: &str) -> JobResult {
    let verdict = Verdict::searched(code);
    let mut antifraud = Antifraud::default();
    antifraud.suspect_users = match code {
        SUSPECTS => Some(vec![suspect(announced)]),
        NO_SUSPECTS => Some(Vec::new()),
        _ => None,
    };
    let mut result = JobResult::default();
    result.smile_job_id = Some(number.to_owned());
    result.partner_params = Some(announced.params.clone());
    result.result_text = Some(verdict.text.into_owned());
    result.result_code = Some(verdict.code);
    result.antifraud = Some(antifraud);
    result
}

/// Result codes of successful searches; a test compares them with the table.
const NO_SUSPECTS: &str = "5210";
const SUSPECTS: &str = "5211";

/// Returns an invented user with the same face. The mock server does not search its users.
fn suspect(announced: &Announced) -> SuspectUser {
    let mut user = SuspectUser::default();
    user.user_id = Some(format!("{}-suspect", announced.user_id));
    user.reason = Some("same-person".to_owned());
    user
}

/// Returns the result of an image job, without its `Actions`.
fn compared(number: &str, announced: &Announced, verdict: &Verdict) -> JobResult {
    let mut result = JobResult::default();
    result.json_version = Some(JSON_VERSION.to_owned());
    result.smile_job_id = Some(number.to_owned());
    result.partner_params = Some(announced.params.clone());
    let kind = if is_document(announced.job_type) { "Document Verification" } else { "SAIA" };
    result.result_type = Some(kind.to_owned());
    result.result_text = Some(verdict.text.clone().into_owned());
    result.result_code = Some(verdict.code.clone());
    // A review by a person is final, even if the person could not decide.
    result.is_final_result = Some(verdict.category != Category::Provisional || verdict.is_by_person());
    result.is_machine_result = Some(!verdict.is_by_person());
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

/// Returns true if an approved job of this type enrols the user with the selfie, or replaces the enrolled selfie.
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
