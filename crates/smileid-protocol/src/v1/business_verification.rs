//! `POST /v1/business_verification`: looks a business up at its registry and answers at once (job type 7).
//!
//! Wire: recorded from the official SDKs; the reply from their fixtures.

use serde::{Deserialize, Serialize};
use smileid_types::JobResult;

use super::lookup::Lookup;
use crate::{
    auth::{MaybeSignedReply, SignedBody},
    codec::Json,
    endpoint::{Endpoint, Spec},
};

/// Looks a business up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Request {
    /// All of it.
    pub lookup: Lookup,
}

impl From<Lookup> for Request {
    fn from(lookup: Lookup) -> Self {
        Self { lookup }
    }
}

impl Endpoint for Request {
    const SPEC: Spec = Spec::post("v1::business_verification", "/v1/business_verification");
    type Auth = SignedBody;
    type Codec = Json;
    /// Company, directors and owners are among the result's extra members.
    type Response = JobResult;
    type ReplyAuth = MaybeSignedReply;
}
