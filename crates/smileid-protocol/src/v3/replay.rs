//! `POST /v3/replay/{job_id}`: requests that the result of a job is sent to its callback URL again.
//!
//! Wire: recorded from the official SDKs; the official OpenAPI description.

use super::{Accepted, JobId};
use crate::{
    auth::{Anonymous, TokenHeader},
    codec::Multipart,
    endpoint::{Endpoint, Spec},
    job::{CallbackUrl, InvalidInput},
};

form! {
    /// Request to send the callback of a complete job again. While the job is processed, the API refuses it with 409.
    pub struct Request {
        /// The API's id of the job.
        #[debug(shown)]
        job_id: JobId,
        /// Callback URL in place of the job's own.
        callback_url: Option<String>,
    }
    const BODY_IS_OPTIONAL = true;
}

impl Request {
    /// Creates a request to send the callback of a job to the job's own URL.
    pub fn new(job_id: JobId) -> Self {
        Self { job_id, callback_url: None, other: Vec::new() }
    }

    /// Sends the callback to another URL.
    ///
    /// # Errors
    ///
    /// If it is not an https URL. For the loopback host, http is allowed.
    pub fn to(self, callback: &CallbackUrl) -> Result<Self, InvalidInput> {
        Ok(Self { callback_url: Some(super::https_callback(callback)?), ..self })
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v3::replay", "/v3/replay/{job_id}").accepted();
    type Auth = TokenHeader;
    type Codec = Multipart;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
