//! Whether a result is that of the job that was submitted.

use smileid_protocol::{
    job::ContentTag,
    types::{JobResult, JobType},
    v1::job_status,
};

use crate::error::Error;

/// What is known of a job before its result is there.
#[derive(Debug)]
pub(super) struct Ownership<'a> {
    pub(super) job_type: JobType,
    /// The tag of its content, unless its files could not be read.
    pub(super) tag: Option<&'a ContentTag>,
    /// Whether the API named this job when it was announced. Otherwise only the tag tells it from others.
    pub(super) is_named: bool,
}

impl Ownership<'_> {
    /// Checks that a status reply is about this job, as far as it has a result.
    pub(super) fn check(&self, reply: &job_status::Response) -> Result<(), Error> {
        let result = reply.result();
        if result.and_then(JobResult::job_type).is_some_and(|it| it != self.job_type) {
            return Err(Error::OtherContent);
        }
        match (result.and_then(ContentTag::of_result), self.tag) {
            (Some(theirs), Some(own)) if theirs == *own => Ok(()),
            (Some(_), Some(_)) => Err(Error::OtherContent),
            // No tag: another program submitted it, or an older version of this one.
            _ if self.is_named => Ok(()),
            _ => Err(Error::OtherContent),
        }
    }
}
