//! `POST /v3/replay/{job_id}`: asks the API to send the callback of a job again.
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
    /// Request to send the callback of a complete job again. While the job is still processed, the API refuses it with 409.
    pub struct Request {
        /// The id that the API gave the job.
        #[debug(shown)]
        job_id: JobId,
        /// Callback URL that is used instead of the job's own.
        callback_url: Option<String>,
    }
    const BODY_IS_OPTIONAL = true;
}

impl Request {
    /// Creates a request to send the callback of a job again, to the job's own callback URL.
    pub fn new(job_id: JobId) -> Self {
        Self { job_id, callback_url: None, other: Vec::new() }
    }

    /// Sets another callback URL for the repeated callback.
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
