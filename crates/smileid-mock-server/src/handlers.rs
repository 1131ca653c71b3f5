//! What answers: one file for each endpoint, and those of the routes that are no endpoints.

mod business_verification;
mod id_verification;
pub(crate) mod images;
mod job_status;
pub(crate) mod own;
pub(crate) mod put_archive;
mod upload;

use bytes::Bytes;
use http::Request;
use smileid_protocol::{
    endpoint::Endpoint,
    types::{ErrorCode, JobType, PartnerParams},
    v1::lookup::Lookup,
};

use crate::{
    bounded::Newest,
    millis::Millis,
    presign::{ImageKey, Presigner},
    processing::Processing,
    refusal::{Family, Refused},
    tenant::Tenant,
};

/// An endpoint, as the mock answers it.
pub(crate) trait Handler: Endpoint {
    /// How it refuses what it cannot read.
    const FAMILY: Family;

    /// Answers a request whose proof was checked.
    fn handle(self, tenant: &mut Tenant, context: &Context<'_>) -> Result<Self::Response, Refused>;
}

/// What a handler may need beside the message and the tenant.
pub(crate) struct Context<'a> {
    pub(crate) now: Millis,
    pub(crate) processing: Processing,
    pub(crate) presigner: &'a Presigner,
    pub(crate) request: &'a Request<Bytes>,
    pub(crate) images: &'a Newest<ImageKey, Bytes>,
}

/// The names of a job, all of which must be there.
fn names(params: &PartnerParams, family: Family) -> Result<(&str, &str, JobType), Refused> {
    let job_type = params.job_type.ok_or_else(|| family.missing())?;
    Ok((required(params.user_id.as_deref(), family)?, required(params.job_id.as_deref(), family)?, job_type))
}

/// A text that must be there and not be empty.
fn required(text: Option<&str>, family: Family) -> Result<&str, Refused> {
    text.filter(|text| !text.trim().is_empty()).ok_or_else(|| family.missing())
}

/// What both lookups ask for.
fn check_lookup(lookup: &Lookup, job_type: JobType) -> Result<(), Refused> {
    let family = Family::IdApi;
    let (_, _, given) = names(&lookup.partner_params, family)?;
    if given != job_type {
        return Err(Refused::new(ErrorCode::INVALID_JOB_TYPE));
    }
    required(lookup.id_info.country.as_deref(), family)?;
    required(lookup.id_info.id_type.as_deref(), family)?;
    required(lookup.id_info.id_number.as_deref(), family)?;
    Ok(())
}
