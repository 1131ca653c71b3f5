//! Handles V3 requests for the status of a job, and requests to send its callback again.

use http::StatusCode;
use smileid_protocol::{
    types::v3::{JobStatus, Status},
    v3::{Accepted, replay, status},
};

use super::{Context, TokenHandler};
use crate::{
    refusal::{Refused, v3 as refusal},
    state::tenant::Tenant,
};

impl TokenHandler for status::Request {
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<JobStatus, Refused> {
        let id = self.job_id.as_str();
        let mut reply = JobStatus::default();
        reply.job_id = Some(id.to_owned());
        reply.created_at = Some(context.now.timestamp().to_string());
        let job = tenant.ask_v3(id, context.settings.processing, context.now);
        let (status, user_id) =
            job.map_or((Status::NotFound, "unknown"), |job| (job.status(), job.user_id.as_str()));
        let message = match &status {
            Status::NotFound => "Job not found",
            status if status.is_final() => "Job completed",
            _ => "Job is still processing",
        };
        reply.user_id = Some(user_id.to_owned());
        (reply.status, reply.message) = (Some(status), Some(message.to_owned()));
        Ok(reply)
    }
}

impl TokenHandler for replay::Request {
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Accepted, Refused> {
        let id = self.job_id().as_str();
        let refused = |status: StatusCode| refusal::refused(status, refusal::usual_message(status));
        let job = tenant.v3_jobs.get(id).ok_or_else(|| refused(StatusCode::NOT_FOUND))?;
        if job.result().is_none() {
            return Err(refused(StatusCode::CONFLICT));
        }
        let url = self.callback_url().clone().or_else(|| job.url.clone());
        let url =
            url.ok_or_else(|| refusal::refused(StatusCode::BAD_REQUEST, "No valid callback URL available"))?;
        let mut accepted = Accepted::default();
        accepted.status = Some("accepted".to_owned());
        accepted.message = Some("Callback replay accepted".to_owned());
        accepted.job_id = Some(id.to_owned());
        accepted.user_id = Some(job.user_id.clone());
        tenant.call_back(id, url, context.now);
        Ok(accepted)
    }
}
