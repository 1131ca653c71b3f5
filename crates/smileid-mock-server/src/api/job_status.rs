//! Handles requests for the status of a job.

use smileid_protocol::{
    types::{ErrorCode, ImageLinks, StatusResult},
    v1::job_status::{Request, Response},
};

use super::handler::{Context, Handler, required};
use crate::{
    refusal::{ErrorStyle, Refused, first_text},
    request::origin,
    sandbox::outcome,
    state::tenant::Tenant,
};

impl Handler for Request {
    const ERROR_STYLE: ErrorStyle = ErrorStyle::JobStatus;

    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Response, Refused> {
        let user_id = required(Some(&self.user_id), "user_id", Self::ERROR_STYLE)?;
        let job_id = required(Some(&self.job_id), "job_id", Self::ERROR_STYLE)?;
        let partner = tenant.credentials().partner_id().clone();
        if !tenant.jobs.has(user_id, job_id) {
            return lookup(&self, tenant, context);
        }
        let job = tenant.ask(user_id, job_id, context.settings.processing, context.now);
        let job = job.ok_or_else(|| Refused::new(ErrorCode::JOB_NOT_FOUND))?;

        context.odd.borrow_mut().extend_from_slice(job.diagnosis());

        let mut response = Response::default();
        if job.awaits_archive() {
            let text = first_text(&ErrorCode::NO_ARCHIVE_YET).to_owned();
            response.result = Some(StatusResult::Text(text));
            response.code = Some(ErrorCode::NO_ARCHIVE_YET);
            return Ok(response);
        }
        response.code = Some(ErrorCode::STATUS_ANSWERED);
        if job.is_complete() {
            // A provisional result also completes a job, even if a review follows.
            response.job_complete = true;
            response.job_success = job.is_success();
            response.result = job.results().next().map(|it| StatusResult::Result(Box::new(it.clone())));
            response.history = self.history.then(|| job.results().cloned().collect());
            if self.image_links {
                let origin = origin::from_request(context.request)?;
                let of_job = (&partner, job.number());
                let links =
                    context.settings.presigner.image_links(&origin, of_job, context.images, context.now);
                response.image_links = Some(links);
            }
        }
        Ok(response)
    }
}

/// Returns the status of an asynchronous lookup, which the official JavaScript SDK requests too.
fn lookup(request: &Request, tenant: &mut Tenant, context: &Context<'_>) -> Result<Response, Refused> {
    let asked =
        tenant.ask_lookup(&request.user_id, &request.job_id, context.settings.processing, context.now);
    let results = asked.ok_or_else(|| Refused::new(ErrorCode::JOB_NOT_FOUND))?;
    let mut response = Response::default();
    response.code = Some(ErrorCode::STATUS_ANSWERED);
    if let Some(result) = results.first() {
        response.job_complete = true;
        response.job_success = outcome::is_approved(result);
        response.result = Some(StatusResult::Result(Box::new(result.clone())));
        response.history = request.history.then(|| results.to_vec());
        response.image_links = request.image_links.then(ImageLinks::default);
    }
    Ok(response)
}
