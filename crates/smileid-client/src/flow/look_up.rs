//! What the reply to a lookup must say at least.

use http::{Response, StatusCode};
use smileid_protocol::{
    codec::DecodeError,
    reply::{MalformedReply, Refusal},
    types::JobResult,
};

use super::Reply;
use crate::error::Error;

/// The reply, when it has a result. One of 2xx with a code and no result is a refusal all the same.
pub(crate) fn judged(reply: Reply<JobResult>) -> Result<Reply<JobResult>, Error> {
    if reply.value.result_code.is_some() {
        return Ok(reply);
    }
    let refusal = Refusal::read(&Response::new(reply.body.clone()));
    if refusal.code.is_some() {
        return Err(Error::Refused(refusal));
    }
    let source = DecodeError::Missing { member: "ResultCode" };
    Err(Error::Malformed(MalformedReply::new(StatusCode::OK, reply.body, source)))
}
