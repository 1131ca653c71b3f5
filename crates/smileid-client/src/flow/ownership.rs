//! Checks that a result belongs to the submitted job, and not to another job with the same ids.

use smileid_protocol::{
    job::ContentTag,
    types::{JobResult, JobType, available},
    v1::job_status,
};

use crate::flow::Failure;

/// Facts about a job that are known before its result.
#[derive(Debug)]
pub(super) struct Ownership<'a> {
    pub(super) job_type: JobType,
    /// Content tag: a hash of the job's content. None if its files could not be read.
    pub(super) tag: Option<&'a ContentTag>,
    /// True if the API returned the number of this job in the response to its first request. Otherwise only the content tag
    /// distinguishes the job from others.
    pub(super) is_named: bool,
    /// Number that the API gave the job, if it is known.
    pub(super) smile_job_id: Option<&'a str>,
}

impl Ownership<'_> {
    /// Checks that a status response is about this job, if it has a result.
    pub(super) fn check(&self, reply: &job_status::Response) -> Result<(), Failure> {
        let result = reply.result();
        if result.and_then(JobResult::job_type).is_some_and(|it| it != self.job_type) {
            return Err(Failure::OtherContent);
        }
        match (result.and_then(ContentTag::of_result), self.tag) {
            (Some(theirs), Some(own)) if theirs == *own => Ok(()),
            (Some(_), Some(_)) => Err(Failure::OtherContent),
            _ if self.has_another_number(result) => Err(Failure::AnotherJob),
            // No tag: another program submitted the job, or an older version of this one.
            _ if self.is_named => Ok(()),
            _ => Err(Failure::OtherContent),
        }
    }

    fn has_another_number(&self, result: Option<&JobResult>) -> bool {
        let (Some(result), Some(ours)) = (result, self.smile_job_id) else { return false };
        match available(&result.smile_job_id) {
            Some(theirs) => theirs != ours,
            None => result.extra.get("SmileJobID").is_some_and(|odd| !odd.is_null()),
        }
    }
}

/// Returns true if a result has other ids than the job. Ids that cannot be read count as different.
pub(crate) fn names_another_job(result: &JobResult, user_id: &str, job_id: &str) -> bool {
    let Some(params) = &result.partner_params else {
        return result.extra.get("PartnerParams").is_some_and(|params| !params.is_null());
    };
    let differs = |name: &str, named: &Option<String>, asked: &str| match named {
        Some(named) => named != asked,
        None => params.extra().get(name).is_some_and(|odd| !odd.is_null()),
    };
    differs("user_id", &params.user_id, user_id) || differs("job_id", &params.job_id, job_id)
}
