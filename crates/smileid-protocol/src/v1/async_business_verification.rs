//! `POST /v1/async_business_verification`: looks a business up and calls back (job type 7).
//!
//! Wire: recorded from the official JavaScript SDK; the reply is inferred from that of `/v1/async_id_verification`. The
//! result comes to the callback URL.

use serde::{Deserialize, Serialize};

use super::{accepted::Accepted, lookup::Lookup};
use crate::{
    auth::{Anonymous, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
    job::CallbackUrl,
};

/// Looks a business up and calls back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Request {
    /// All of it. When it arrives without a callback URL, the one that the partner's portal names is meant.
    pub lookup: Lookup,
}

impl Request {
    /// The result of `lookup` is sent to `callback`.
    pub fn new(lookup: Lookup, callback: &CallbackUrl) -> Self {
        Self { lookup: lookup.with_callback(callback) }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::async_business_verification", "/v1/async_business_verification");
    type Auth = SignedBody;
    type Codec = Json;
    type Response = Accepted;
    type ReplyAuth = Anonymous;
}
