//! Route that lists image jobs and V3 jobs.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smileid_protocol::auth::PartnerId;

use super::{Call, Failure, Json, Nothing, Operation};
use crate::{
    diagnose::Reason,
    state::tenant::{Job, V3Job},
};

/// Lists image jobs and V3 jobs, without personal data.
pub(super) struct Jobs;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are the names of the query")]
pub(super) struct Wanted {
    /// Only jobs of this partner.
    partner_id: Option<String>,
    /// Only jobs with this `user_id`.
    user_id: Option<String>,
    /// Only jobs with this `job_id`.
    job_id: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Known {
    /// Image jobs, grouped by partner; the oldest of a partner first.
    jobs: Vec<Shown>,
    /// V3 jobs, grouped by partner; the oldest of a partner first.
    v3_jobs: Vec<ShownV3>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "V3Job")]
struct ShownV3 {
    partner_id: String,
    /// Id of the person, from the partner or created by the API.
    user_id: String,
    /// The id that the API gave the job.
    job_id: String,
    product: String,
    /// Status of the job: `processing` until it is complete.
    status: String,
    /// Reason for the status, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Job")]
struct Shown {
    partner_id: String,
    /// The id that the partner gave the person.
    user_id: String,
    /// The id that the partner gave the job.
    job_id: String,
    /// Number that the API gave the job, `smile_job_id`.
    smile_job_id: String,
    job_type: u16,
    stage: Stage,
    /// Result code, after the job is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    result_code: Option<String>,
    /// Number of upload requests for the job.
    attempts: u32,
    /// Findings about the archive of the job.
    findings: Vec<Reason>,
}

/// Stage of a job.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Stage {
    /// The archive of the job has not arrived.
    Announced,
    /// The archive of the job has arrived, and there is no result yet.
    Processing,
    /// The job has a result.
    Complete,
}

impl Operation for Jobs {
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/jobs";
    const SUMMARY: &'static str = "Lists image jobs, with the findings about their archives, and V3 jobs";
    type Params = Wanted;
    type Body = Nothing;
    type Reply = Json<Known>;

    fn answer(call: Call<'_>, wanted: Wanted, _: Nothing) -> Result<Json<Known>, Failure> {
        let is_wanted = |wanted: &Option<String>, it: &str| wanted.as_ref().is_none_or(|wanted| wanted == it);
        let partners: Vec<_> = call.service.engine().state.tenants.ids().cloned().collect();
        let (mut jobs, mut v3_jobs) = (Vec::new(), Vec::new());
        for partner in partners.iter().filter(|id| is_wanted(&wanted.partner_id, id.as_str())) {
            call.service.engine().pass(Some(partner), call.wall);
            let engine = call.service.engine();
            let state = &engine.state;
            let of_partner = state.tenants.get(partner).into_iter().flat_map(|tenant| tenant.jobs.list());
            let of_partner = of_partner.filter(|job| {
                let announced = job.announced();
                is_wanted(&wanted.user_id, &announced.user_id) && is_wanted(&wanted.job_id, &announced.job_id)
            });
            jobs.extend(of_partner.map(|job| Shown::new(job, partner)));
            let of_partner = state.tenants.get(partner).into_iter().flat_map(|tenant| tenant.v3_jobs.list());
            let of_partner = of_partner.filter(|job| {
                is_wanted(&wanted.user_id, &job.user_id) && is_wanted(&wanted.job_id, job.id())
            });
            v3_jobs.extend(of_partner.map(|job| ShownV3::new(job, partner)));
        }
        Ok(Json(Known { jobs, v3_jobs }))
    }
}

impl ShownV3 {
    fn new(job: &V3Job, partner: &PartnerId) -> Self {
        let reason = job.result().and_then(|result| result.reason.as_ref());
        Self {
            partner_id: partner.to_string(),
            user_id: job.user_id.clone(),
            job_id: job.id().to_owned(),
            product: job.product.as_str().to_owned(),
            status: job.status().as_str().to_owned(),
            reason: reason.map(|reason| reason.as_str().to_owned()),
        }
    }
}

impl Shown {
    fn new(job: &Job, partner: &PartnerId) -> Self {
        let announced = job.announced();
        let code = job.results().next().and_then(|result| result.result_code.as_ref());
        let stage = if job.awaits_archive() {
            Stage::Announced
        } else if job.is_complete() {
            Stage::Complete
        } else {
            Stage::Processing
        };
        Self {
            partner_id: partner.to_string(),
            user_id: announced.user_id.clone(),
            job_id: announced.job_id.clone(),
            smile_job_id: job.number().to_owned(),
            job_type: announced.job_type.number(),
            stage,
            result_code: code.map(|code| code.as_str().to_owned()),
            attempts: job.attempts(),
            findings: job.diagnosis().to_vec(),
        }
    }
}
