//! Lookups: one exchange each, with the endpoint of the product.

use std::time::Duration;

use http::{Response, StatusCode};
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
use crate::{config::Config, error::Error, lookup::LookupOutcome};

pub(super) type Asking<'c, T> = Box<dyn Flow<Output = Reply<T>, Error = Error> + Send + 'c>;

/// Asks for the result in the response.
pub(crate) fn now(config: &Config, job: LookupJob, seed: u64) -> Asking<'_, JobResult> {
    match job.product() {
        Product::BasicKyc => Box::new(Exchange::new(config, verify::Request::from(job.into_lookup()), seed)),
        Product::BusinessVerification => {
            Box::new(Exchange::new(config, business_verification::Request::from(job.into_lookup()), seed))
        }
        _ => Box::new(Exchange::new(config, id_verification::Request::from(job.into_lookup()), seed)),
    }
}

/// Asks for the result to be sent to `callback`. The exchange ends at `deadline`, if there is one.
pub(crate) fn later<'c>(
    config: &'c Config,
    job: LookupJob,
    callback: &CallbackUrl,
    seed: u64,
    deadline: Option<Duration>,
) -> Asking<'c, Accepted> {
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

/// Returns the outcome for `product`, if the reply has a result of the job `ids`. A 2xx response with a code and no
/// result is a refusal.
pub(crate) fn judged(
    ids: &JobRef,
    product: Product,
    reply: Reply<JobResult>,
) -> Result<LookupOutcome, Error> {
    if names_another_job(&reply.value, ids.user_id(), ids.job_id()) {
        return Err(Error::AnotherJob);
    }
    if reply.value.result_code.is_some() {
        return Ok(LookupOutcome::new(product, reply));
    }
    let refusal = refusal(&reply);
    if refusal.code.is_some() {
        return Err(Error::Refused(refusal));
    }
    let source = DecodeError::Missing { member: "ResultCode" };
    Err(Error::Malformed(MalformedReply::new(StatusCode::OK, reply.body, source)))
}

/// Returns the reply if the API accepted the request.
pub(crate) fn taken(reply: Reply<Accepted>) -> Result<Reply<Accepted>, Error> {
    if reply.value.success { Ok(reply) } else { Err(Error::Refused(refusal(&reply))) }
}

fn refusal<T>(reply: &Reply<T>) -> Refusal {
    let mut refusal = Refusal::read(&Response::new(reply.body.clone()));
    refusal.diagnosis.clone_from(&reply.diagnosis);
    refusal
}
