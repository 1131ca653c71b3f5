//! Handles upload requests, which start an image job. A refused request does not use up the job id.

use smileid_protocol::{
    job::lint::{self, Warning},
    types::{ErrorCode, IdInfo, JobType},
    v1::upload::{Request, Response},
};

use super::handler::{Context, Handler, names};
use crate::{
    refusal::{ErrorStyle, Refused},
    request::origin,
    sandbox::{announced::Announced, outcome},
    state::tenant::{Job, Purpose, Tenant},
};

impl Handler for Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::Upload;

    fn warnings(&self) -> Vec<Warning> {
        lint::received(&self.partner_params, &IdInfo::default(), &[])
    }

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Response, Refused> {
        let origin = origin::from_request(context.request)?;
        let mut announced = announced(&self, &origin, context)?;
        let is_retry = check_name(&self, &announced, tenant)?;
        check_user(&self, &announced, tenant)?;
        if announced.selected.is_none() && tenant.users.is_fraudulent(&announced.user_id) {
            announced.selected = outcome::rejecting(announced.job_type);
        }

        let job = if is_retry { tenant.jobs.announce_again(announced) } else { tenant.announce(announced) };
        let (number, attempts) = match job {
            Some(job) => (job.number().to_owned(), job.attempts()),
            None => return Err(Self::ERROR_STYLE.fault()),
        };
        let partner = tenant.credentials().partner_id();
        let ref_id = context.settings.presigner.ref_id(partner, &number, attempts);
        let file_name = self.file_name.as_deref();
        let url = context.settings.presigner.upload_url(&origin, partner, &ref_id, file_name, context.now);
        let mut response = Response::new(url, number, ref_id);
        response.camera_config = Some("null".into());
        Ok(response)
    }
}

fn announced(request: &Request, origin: &str, context: &Context<'_>) -> Result<Announced, Refused> {
    let params = &request.partner_params;
    let job_type = params.job_type.ok_or_else(|| Request::ERROR_STYLE.missing("partner_params.job_type"))?;
    let (user_id, job_id) = names(params, Request::ERROR_STYLE)?;
    let has_images = matches!(
        job_type,
        JobType::BiometricKyc
            | JobType::SmartSelfieAuthentication
            | JobType::SmartSelfieRegistration
            | JobType::DocumentVerification
            | JobType::UpdatePhoto
            | JobType::CompareUserInfo
            | JobType::EnhancedDocumentVerification
    );
    if !has_images {
        return Err(Refused::new(ErrorCode::INVALID_JOB_TYPE));
    }
    Ok(Announced {
        user_id: user_id.to_owned(),
        job_id: job_id.to_owned(),
        job_type,
        params: params.clone(),
        use_enrolled_image: request.use_enrolled_image == Some(true) && judges_document(job_type),
        callback_url: request.callback_url.clone().filter(|url| !url.trim().is_empty()),
        origin: origin.to_owned(),
        selected: context.selected.clone(),
    })
}

/// Returns true for job types that verify a document. Only these use `use_enrolled_image`; other types ignore it, because tests
/// of an official SDK send it with every type.
fn judges_document(job_type: JobType) -> bool {
    matches!(job_type, JobType::DocumentVerification | JobType::EnhancedDocumentVerification)
}

/// Accepts a repeated upload request for the same job, if its archive has not arrived. Refuses any other request with a used job
/// id.
fn check_name(request: &Request, announced: &Announced, tenant: &Tenant) -> Result<bool, Refused> {
    match tenant.jobs.named(&announced.job_id) {
        None => Ok(false),
        Some(job) if request.retry == Some(true) && is_same_job(job, announced) && job.awaits_archive() => {
            Ok(true)
        }
        Some(_) => Err(Refused::new(ErrorCode::JOB_EXISTS)),
    }
}

/// Returns true if a repeated upload request has the same user and job type as the stored job. Other members may differ.
fn is_same_job(job: &Job, announced: &Announced) -> bool {
    let before = job.announced();
    before.user_id == announced.user_id && before.job_type == announced.job_type
}

fn check_user(request: &Request, announced: &Announced, tenant: &Tenant) -> Result<(), Refused> {
    let purpose = match announced.job_type {
        JobType::BiometricKyc | JobType::SmartSelfieRegistration => {
            Purpose::Enrol { again: request.allow_new_enroll == Some(true) }
        }
        JobType::SmartSelfieAuthentication | JobType::UpdatePhoto => Purpose::Compare,
        _ => Purpose::Other,
    };
    let compares_too = announced.use_enrolled_image.then_some(Purpose::Compare);
    let refusal = [purpose]
        .into_iter()
        .chain(compares_too)
        .find_map(|purpose| tenant.users.refusal(&announced.user_id, purpose));
    refusal.map_or(Ok(()), |code| Err(Refused::new(code)))
}
