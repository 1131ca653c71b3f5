//! Lookups: one request each, to the endpoint of the product.

use std::{sync::Arc, time::Duration};

use smileid_protocol::{
    codec::DecodeError,
    job::{CallbackUrl, JobRef, LookupJob},
    reply::{MalformedReply, Refusal},
    types::{JobResult, Product},
    v1::{
        accepted::Accepted, async_business_verification, async_id_verification, business_verification,
        id_verification, verify, verify_async,
    },
};

use super::{Exchange, Flow, Reply, ownership::names_another_job};
use crate::{config::Config, flow::Failure};

pub(super) type Asking<T> = Box<dyn Flow<Output = Reply<T>, Error = Failure> + Send>;

/// Creates the flow of a lookup whose response contains the result.
pub(crate) fn now(config: Arc<Config>, job: LookupJob, seed: u64) -> Asking<JobResult> {
    match job.product() {
        Product::BasicKyc => Box::new(Exchange::new(config, verify::Request::from(job.into_lookup()), seed)),
        Product::BusinessVerification => {
            Box::new(Exchange::new(config, business_verification::Request::from(job.into_lookup()), seed))
        }
        _ => Box::new(Exchange::new(config, id_verification::Request::from(job.into_lookup()), seed)),
    }
}

/// Creates the flow of a lookup whose result the API sends to `callback`. It ends at `deadline`, if there is one.
pub(crate) fn later(
    config: Arc<Config>,
    job: LookupJob,
    callback: &CallbackUrl,
    seed: u64,
    deadline: Option<Duration>,
) -> Asking<Accepted> {
    match job.product() {
        Product::BasicKyc => {
            let request = verify_async::Request::new(job.into_lookup(), callback);
            Box::new(Exchange::new(config, request, seed).until(deadline))
        }
        Product::BusinessVerification => {
            let request = async_business_verification::Request::new(job.into_lookup(), callback);
            Box::new(Exchange::new(config, request, seed).until(deadline))
        }
        _ => {
            let request = async_id_verification::Request::new(job.into_lookup(), callback);
            Box::new(Exchange::new(config, request, seed).until(deadline))
        }
    }
}

/// Returns the response if it has a result of the job `ids`. A 2xx response with an error code and no result becomes an error.
pub(crate) fn judged(ids: &JobRef, reply: Reply<JobResult>) -> Result<Reply<JobResult>, Failure> {
    if names_another_job(&reply.value, ids.user_id(), ids.job_id()) {
        return Err(Failure::AnotherJob);
    }
    if reply.value.result_code.is_some() {
        return Ok(reply);
    }
    let refusal = refusal(&reply);
    if refusal.code.is_some() {
        return Err(Failure::Refused(refusal));
    }
    let source = DecodeError::Missing { member: "ResultCode" };
    Err(Failure::Malformed(MalformedReply::new(reply.raw.status(), reply.raw.into_body(), source)))
}

/// Returns the response if the API accepted the lookup.
pub(crate) fn taken(reply: Reply<Accepted>) -> Result<Reply<Accepted>, Failure> {
    if reply.value.success { Ok(reply) } else { Err(Failure::Refused(refusal(&reply))) }
}

fn refusal<T>(reply: &Reply<T>) -> Refusal {
    let mut refusal = Refusal::read(&reply.raw);
    refusal.diagnosis.clone_from(&reply.diagnosis);
    refusal
}
