//! Checks the content of jobs with the same checks that this project's client makes before sending. Images are checked in another
//! module.

use serde::Deserialize as _;
use serde_json::{Value, json};
use smileid_protocol::{
    job::{
        CallbackUrl, InvalidInput, JobRef, Problem,
        lint::{self, WarningCode},
        sdk_job::{ImageDetail, SdkJob},
    },
    types::{IdInfo, JobType},
};

use super::{mask, rule::Breach, tally::Notes};

/// Checks the job in a request to an endpoint.
pub(super) fn of_request(endpoint: &str, body: &Value, notes: &mut Notes<'_>) {
    let callback = body.get("callback_url").and_then(Value::as_str).filter(|url| !url.trim().is_empty());
    if callback.is_some_and(|url| CallbackUrl::parse(url).is_err()) {
        notes.add_at(Breach::CallbackForm.code(), "/callback_url");
    }
    let job_type = match endpoint {
        "upload" => None,
        "id_verification" | "async_id_verification" => Some(JobType::EnhancedKyc),
        "business_verification" | "async_business_verification" => Some(JobType::BusinessVerification),
        _ => return,
    };
    if let Some(params) = body.get("partner_params").filter(|params| params.is_object()) {
        names(params, notes);
    }
    let Some(job_type) = job_type else { return };
    match IdInfo::deserialize(body) {
        Ok(id_info) => of_person(job_type, &id_info, false, "", notes),
        Err(_) => forms(&job(job_type, &readable(body)), "", notes),
    }
}

/// Returns the person's data, without members of a wrong type, which another rule reports.
fn readable(body: &Value) -> IdInfo {
    let mut members = body.as_object().cloned().unwrap_or_default();
    members.retain(|name, value| IdInfo::deserialize(json!({name: value})).is_ok());
    IdInfo::deserialize(Value::Object(members)).unwrap_or_default()
}

/// Checks that user id and job id are present and not empty. Another rule reports ids that are not texts.
fn names(params: &Value, notes: &mut Notes<'_>) {
    let name = |member: &str| match params.get(member) {
        None | Some(Value::Null) => "",
        Some(name) => name.as_str().unwrap_or("?"),
    };
    if let Err(InvalidInput { field, .. }) = JobRef::new(name("user_id"), name("job_id")) {
        let place = format!("/{} (section 3.2)", field.replace('.', "/"));
        notes.add_at(Breach::MemberMissing.code(), &place);
    }
}

/// Checks the person's data, which is at `place` in the message.
pub(super) fn of_person(
    job_type: JobType,
    id_info: &IdInfo,
    has_card: bool,
    place: &str,
    notes: &mut Notes<'_>,
) {
    let job = job(job_type, id_info);
    forms(&job, place, notes);
    if let Err(InvalidInput { field, problem: Problem::Missing | Problem::Empty, .. }) = job.check(None) {
        let is_needed = match job_type {
            JobType::BiometricKyc => !has_card,
            JobType::EnhancedKyc
            | JobType::BusinessVerification
            | JobType::DocumentVerification
            | JobType::EnhancedDocumentVerification => true,
            // The Java SDK sets `entered` in these jobs, too.
            _ => false,
        };
        let breach = if is_needed { Breach::IdInfoMissing } else { Breach::EnteredWithoutId };
        notes.add_at(breach.code(), &member(place, &field));
    }
}

fn forms(job: &SdkJob, place: &str, notes: &mut Notes<'_>) {
    for warning in lint::sdk_job(job, None) {
        let breach = match warning.code {
            WarningCode::CountryShape => Breach::CountryForm,
            WarningCode::DobShape | WarningCode::DobNoDate => Breach::DobForm,
            // Warnings of other checks are ignored: they depend on tables that may be older than the API.
            _ => continue,
        };
        notes.add_at(breach.code(), &member(place, &warning.field));
    }
}

/// Returns a job with correct values except for the data about the person.
fn job(job_type: JobType, id_info: &IdInfo) -> SdkJob {
    let image = |image_type: i64| {
        let mut image = ImageDetail::default();
        image.image_type_id = Some(image_type);
        image.file_name = Some("image.jpg".into());
        image
    };
    let mut job = SdkJob::default();
    job.partner_params.user_id = Some("user".to_owned());
    job.partner_params.job_id = Some("job".to_owned());
    job.partner_params.job_type = Some(job_type.number().into());
    job.image_details = Some(vec![image(0), image(1)]);
    job.id_info = id_info.clone();
    job.options.return_job_status = true;
    job
}

fn member(place: &str, field: &str) -> String {
    format!("{place}/{}", mask::name(field.strip_prefix("id_info.").unwrap_or(field)))
}
